import Foundation
import LAPACKSpectra
import LoRASpectra
import TestSupport
import Testing
import WeightFiles

/// The values of PEFT 0.21.2 and NumPy for an adapter's modules: `expected.json` beside it.
struct ExpectedModule: Decodable {
  var r: Int
  var alpha: Double
  var scale: Double
  var shape: [Int]
  var sv: [Double]
  var fro: Double

  static func all(of adapter: String) throws -> [String: ExpectedModule] {
    let file = Verdict.folder.appending(path: "adapters/\(adapter)/expected.json")
    return try JSONDecoder().decode([String: ExpectedModule].self, from: Data(contentsOf: file))
  }
}

@Suite("Adapters of PEFT")
struct AdapterReferenceTests {
  static let measured = [
    "conv1d_gpt2", "conv2d", "embedding", "modules_to_save", "patterns", "plain", "rslora", "bf16",
  ]

  static func path(_ adapter: String) -> String {
    Verdict.folder.appending(path: "adapters/\(adapter)").path
  }

  @Test("The modules, ranks, scales and singular values are PEFT's", arguments: measured)
  func spectra(adapter: String) throws {
    let expected = try ExpectedModule.all(of: adapter)
    let modules = try AdapterModules(Self.path(adapter))
    #expect(Set((0..<modules.count).map { modules[$0].name }) == Set(expected.keys))
    var solver = WeightSolver()
    for index in 0..<modules.count {
      let module = modules[index]
      let reference = try #require(expected[module.name])
      let settings = try #require(module.adapter)
      #expect(settings.rank == reference.r && settings.alpha == reference.alpha, "\(module.name)")
      #expect(abs(settings.scale - reference.scale) <= 1e-15 * reference.scale)
      let values = try solver.spectrum(of: module.update, name: module.name).singularValues
      #expect(values.count == reference.r)
      for (value, other) in zip(values, reference.sv) {
        #expect(abs(value - other) <= 1e-12 * reference.sv[0], "\(module.name)")
      }
      let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(norm - reference.fro) <= 1e-12 * reference.fro)
    }
  }

  @Test("d is the output, whatever way the layer keeps its weight")
  func outputs() throws {
    func shape(_ adapter: String) throws -> Shape {
      try AdapterModules(Self.path(adapter))[0].update.shape
    }
    #expect(try shape("conv1d_gpt2") == Shape(d: 96, k: 32))
    #expect(try shape("conv2d") == Shape(d: 10, k: 54))
    #expect(try shape("embedding") == Shape(d: 32, k: 64))
  }

  @Test("What is saved whole is named with the reason")
  func leftOut() throws {
    let saved = try AdapterModules(Self.path("modules_to_save"))
    #expect(
      saved.leftOutList == [
        LeftOut(
          name: "lm_head.weight",
          reason: "was trained whole (modules_to_save), so its update is in no factors")
      ])
    let embedding = try AdapterModules(Self.path("embedding"))
    #expect(embedding.leftOutList.map(\.name) == ["model.embed_tokens.base_layer.weight"])
  }

  @Test("DoRA is refused with the reason")
  func dora() throws {
    let error = try #require(throws: WeightFileError.self) { try AdapterModules(Self.path("dora")) }
    #expect(error.kind == .unsupported && error.problem.contains("DoRA"))
    #expect(error.remedy.contains("merge_and_unload"))
  }
}

extension WeightModules {
  var leftOutList: [LeftOut] { (0..<leftOutCount).map(leftOut) }
  var names: [String] { (0..<count).map { self[$0].name } }
}
