import Foundation
import LoRASpectra
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Matrices of a file")
struct MatrixTests {
  private func modules(
    _ tensors: [(name: String, type: String, dimensions: [Int], bytes: [UInt8])]
  ) throws -> MatrixModules {
    try MatrixModules([SafetensorsBytes.file(tensors)], filter: .all)
  }

  @Test("Each format's numbers are read exactly, special ones too")
  func formats() throws {
    let halves: [UInt16] = [0x3c00, 0xbc00, 0x7bff, 0x0001, 0x03ff, 0x8000, 0x7c00, 0xfc00]
    let brains: [UInt16] = [0x3f80, 0xbf80, 0x7f7f, 0x0001, 0x0080, 0x8000, 0x7f80, 0xff80]
    let doubles: [Double] = [1, -1, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
    let file = try modules([
      ("h", "F16", [2, 4], halves.flatMap(SafetensorsBytes.bytes)),
      ("b", "BF16", [2, 4], brains.flatMap(SafetensorsBytes.bytes)),
      ("d", "F64", [2, 2], doubles.flatMap { SafetensorsBytes.bytes(of: $0.bitPattern) }),
      ("s", "F32", [1, 2], SafetensorsBytes.singles([0.1, .leastNonzeroMagnitude])),
    ])
    var read: [String: [Double]] = [:]
    for index in 0..<file.count { read[file[index].name] = try file[index].matrices[0].values() }
    #expect(
      read["h"] == [1, -1, 65504, 0x1p-24, 1023 * 0x1p-24, -0.0, .infinity, -.infinity])
    #expect(
      read["b"] == [
        1, -1, Double(Float(bitPattern: 0x7f7f_0000)), 0x1p-133, 0x1p-126, -0.0, .infinity,
        -.infinity,
      ])
    #expect(read["d"] == doubles && read["s"] == [Double(Float(0.1)), 0x1p-149])
  }

  @Test("All 65,536 half-precision numbers are the compiler's own")
  func allHalves() throws {
    let bits = (0..<65_536).map(UInt16.init)
    let file = try modules([("h", "F16", [256, 256], bits.flatMap(SafetensorsBytes.bytes))])
    let read = try file[0].matrices[0].values()
    for (value, bits) in zip(read, bits) {
      let expected = Double(Float16(bitPattern: bits))
      #expect(value == expected || value.isNaN && expected.isNaN, "\(bits)")
    }
  }

  @Test("A convolution is d × (rest), an expert a slice, and what is no matrix is named")
  func shapes() throws {
    let tensors: [(String, String, [Int])] = [
      ("conv.weight", "F32", [4, 3, 2, 2]), ("conv1d.weight", "F32", [4, 3, 2]),
      ("mlp.experts.up_proj", "F32", [2, 3, 4]), ("norm.weight", "F32", [4]),
      ("steps", "F32", []), ("empty", "F32", [0, 4]), ("bytes", "U8", [2, 2]),
      ("eighths", "F8_E4M3", [2, 2]), ("ids", "I64", [1, 1]),
    ]
    let widths = ["U8": 1, "F8_E4M3": 1, "I64": 8]
    let file = try modules(
      tensors.map { name, type, dimensions in
        let count = dimensions.reduce(widths[type] ?? 4, *)
        return (name, type, dimensions, (0..<count).map { UInt8(truncatingIfNeeded: $0) })
      })
    #expect(
      Dictionary(uniqueKeysWithValues: file.names.enumerated().map { ($1, file[$0].update.shape) })
        == [
          "conv": Shape(d: 4, k: 12), "conv1d": Shape(d: 4, k: 6),
          "mlp.experts.up_proj[0]": Shape(d: 3, k: 4),
          "mlp.experts.up_proj[1]": Shape(d: 3, k: 4),
        ])
    let reasons = Dictionary(
      uniqueKeysWithValues: file.leftOutList.map { ($0.name, $0.reason) })
    #expect(Set(reasons.keys) == ["norm.weight", "steps", "empty", "bytes", "eighths", "ids"])
    #expect(reasons["norm.weight"]?.contains("one dimension (4)") == true)
    #expect(reasons["eighths"]?.contains("F8_E4M3") == true)
    #expect(reasons["bytes"]?.contains("integers (U8)") == true)
    #expect(reasons["empty"]?.contains("0x4") == true)
  }

  @Test("Any block is the numbers that stand there, of slices and turned arrays too")
  func blocks() throws {
    let source = MemoryBytes(
      SafetensorsBytes.counting([5, 7]) + [1, 2], name: "made")
    func tensor(_ dimensions: [Int], fortran: Bool) -> StoredTensor {
      StoredTensor(
        name: "a", type: .f32, dimensions: dimensions, source: source, offset: 0, byteCount: 140,
        isFortranOrder: fortran)
    }
    let plain = try TensorMatrices(tensor([5, 7], fortran: false))[0]
    let turned = try TensorMatrices(tensor([7, 5], fortran: true))[0]
    // Every second column, from the second on.
    let sparse = StoredMatrix(
      tensor([5, 7], fortran: false), .f32, shape: Shape(d: 5, k: 3), dimensions: [5, 3], first: 1,
      rowStride: 7, columnStride: 2)
    func block(_ matrix: StoredMatrix, _ rows: Range<Int>, _ columns: Range<Int>) throws -> [Double]
    {
      var values = [Double](repeating: 0, count: rows.count * columns.count)
      try values.withUnsafeMutableBufferPointer {
        try matrix.read(rows: rows, columns: columns, into: $0)
      }
      return values
    }
    for rows in [0..<1, 1..<4, 2..<2, 0..<5] {
      for columns in [0..<1, 1..<3, 0..<3] {
        func expected(_ number: (Int, Int) -> Int) -> [Double] {
          rows.flatMap { row in columns.map { Double(number(row, $0)) } }
        }
        #expect(try block(plain, rows, columns) == expected { 1 + $0 * 7 + $1 })
        #expect(try block(turned, rows, columns) == expected { 1 + $1 * 7 + $0 })
        #expect(try block(sparse, rows, columns) == expected { 2 + $0 * 7 + 2 * $1 })
      }
    }
  }

  @Test("A digest is of type, shape and elements, in whatever order they are kept")
  func digests() throws {
    let numbers: [Float] = [1, 2, 3, 4, 5, 6]
    let file = try modules([("a", "F32", [2, 3], SafetensorsBytes.singles(numbers))])
    let digest = try file[0].digests().sha256
    // The digest is that of sha256sum for printf 'F32 2x3\n' and the numbers.
    #expect(digest == "0500312bae762c29cb3fffe9df0a1663980447c1f26ebe076d7f649a20221f44")
    let turned = StoredTensor(
      name: "b", type: .f32, dimensions: [2, 3],
      source: MemoryBytes(SafetensorsBytes.singles([1, 4, 2, 5, 3, 6]), name: "made"), offset: 0,
      byteCount: 24, isFortranOrder: true)
    #expect(try TensorDigest.sha256(TensorMatrices(turned)[0]) == digest)
    let other = try modules([("a", "F32", [3, 2], SafetensorsBytes.singles(numbers))])
    #expect(try other[0].digests().sha256 != digest)
  }

  @Test("A file that shrinks while it is read is an error")
  func shrinking() throws {
    let scratch = try Scratch()
    let path = scratch.folder.appending(path: "a.safetensors").path
    let bytes = try SafetensorsBytes.make([
      ("a", "F32", [64, 1024], SafetensorsBytes.counting([64, 1024]))
    ])
    try Data(bytes).write(to: URL(filePath: path))
    let file = try SafetensorsFile(path)
    let matrix = try TensorMatrices(#require(file["a"]))[0]
    #expect(try matrix.values().count == 65_536)
    truncate(path, 4096)
    let error = try #require(throws: WeightFileError.self) { try matrix.values() }
    #expect(error.kind == .unreadable(code: 0) && error.problem.contains("ended at byte 4096"))
  }
}
