import Foundation
import LoRASpectra
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Arrays of NumPy")
struct NumPyFileTests {
  static func path(_ name: String) -> String {
    Verdict.folder.appending(path: "numpy/\(name)").path
  }

  static let counting = (1...12).map(Double.init)

  @Test(
    "Versions 1 to 3, three types and both orders are read",
    arguments: ["version1", "version2", "version3", "f8", "f2", "fortran"])
  func arrays(name: String) throws {
    let modules = try MatrixModules([Self.path("\(name).npy")])
    #expect(modules.names == [name])
    #expect(modules[0].update.shape == Shape(d: 3, k: 4))
    #expect(try modules[0].matrices[0].values() == Self.counting)
  }

  @Test("Stored and deflated archives hold the same arrays", arguments: ["stored", "deflated"])
  func archives(name: String) throws {
    let modules = try MatrixModules([Self.path("\(name).npz")])
    #expect(modules.names == ["layer.0", "wide"])
    #expect(try modules[0].matrices[0].values() == Self.counting)
    let wide = modules[1].matrices[0]
    #expect(try wide.values() == (1...6000).map(Double.init))
    var part = [0.0, 0]
    try part.withUnsafeMutableBufferPointer {
      try wide.read(rows: 59..<60, columns: 98..<100, into: $0)
    }
    #expect(part == [5999, 6000])
    #expect(Set(modules.leftOutList.map(\.name)) == ["bias", "names"])
  }

  @Test(
    "What is no array of numbers is refused with what to do",
    arguments: [
      ("objects.npy", "allow_pickle=True"), ("objects.npz", "np.savez"),
      ("records.npy", "one field"), ("big_endian.npy", "astype('<f4')"),
    ])
  func refusals(name: String, remedy: String) throws {
    let error = try #require(throws: WeightFileError.self) { try MatrixModules([Self.path(name)]) }
    #expect(error.kind == .unsupported && error.remedy.contains(remedy), "\(error)")
  }

  @Test("Integers are left out, with the reason")
  func integers() throws {
    let modules = try MatrixModules([Self.path("integers.npy")])
    #expect(modules.count == 0 && modules.leftOutList[0].reason.contains("I64"))
  }

  @Test("Any byte of an archive that is changed is found, or changes nothing that is read")
  func damaged() throws {
    for name in ["stored", "deflated"] {
      let whole = [UInt8](try Data(contentsOf: URL(filePath: Self.path("\(name).npz"))))
      func read(_ bytes: [UInt8]) throws -> [String: [Double]] {
        let modules = try MatrixModules(
          [NPZArchive(MemoryBytes(bytes, name: "a.npz"))], filter: .all)
        var values: [String: [Double]] = [:]
        for index in 0..<modules.count {
          values[modules[index].name] = try modules[index].matrices[0].values()
        }
        return values
      }
      let expected = try read(whole)
      var generator = SplitMix64(seed: 22)
      var refused = 0
      for _ in 0..<80 {
        var bytes = whole
        let place = Int.random(in: bytes.indices, using: &generator)
        bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        do {
          // No checksum covers the names.
          for (name, values) in try read(bytes) where expected[name] != nil {
            #expect(values == expected[name], "\(name) \(place)")
          }
        } catch is WeightFileError {
          refused += 1
        }
      }
      #expect(refused > 50)
    }
  }

  @Test("A header that is no dictionary of Python's is refused")
  func headers() throws {
    func open(_ header: String, version: UInt8 = 1, data: Int = 48) throws -> NPYFile {
      let text = Array(header.utf8)
      let bytes =
        [0x93] + Array("NUMPY".utf8) + [version, 0] + SafetensorsBytes.bytes(of: UInt16(text.count))
        + text + [UInt8](repeating: 0, count: data)
      return try NPYFile(MemoryBytes(bytes, name: "a.npy"))
    }
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }\n"
    #expect(try open(good)[0].dimensions == [3, 4])
    #expect(try open(good.replacing("(3, 4)", with: "(12,)"))[0].dimensions == [12])
    for bad in [
      "", "{}", "{'descr': '<f4'}", good + "x", good.replacing("(3, 4)", with: "(3, -4)"),
      good.replacing("(3, 4)", with: "(12)"), good.replacing("(3, 4)", with: "(3, 5)"),
      good.replacing("(3, 4)", with: "(4294967296, 4294967296, 4294967296)"),
      good.replacing("False", with: "None"), good.replacing("'shape'", with: "'descr'"),
      good.replacing("'<f4'", with: "__import__('os')"), "{'descr': [('a', '<f4'",
    ] {
      #expect(throws: WeightFileError.self, "\(bad)") { try open(bad) }
    }
    #expect(throws: WeightFileError.self) { try open(good, version: 4) }
    #expect(throws: WeightFileError.self) { try open(good, data: 47) }
  }
}
