import Foundation
import LoRASpectra
import Testing

@Suite("A configuration for PEFT")
struct LoraConfigurationTests {
  private struct Fields: Decodable {
    var r: Int
    var lora_alpha: Double
    var use_rslora: Bool
    var fan_in_fan_out: Bool?
    var target_modules: [String]
    var exclude_modules: [String]?
    var rank_pattern: [String: Int]
    var alpha_pattern: [String: Double]

    /// Finds a module's rank and scale as peft 0.21.2 does.
    func settings(of module: String) throws -> (rank: Int, scale: Double) {
      func first<Value>(_ pattern: [String: Value]) throws -> Value? {
        try pattern.first {
          let regex = try NSRegularExpression(pattern: "^(.*\\.)?(\($0.key))$")
          return regex.firstMatch(in: module, range: NSRange(module.startIndex..., in: module))
            != nil
        }?.value
      }
      let rank = try first(rank_pattern) ?? r
      let alpha = try first(alpha_pattern) ?? lora_alpha
      return (rank, use_rslora ? alpha / Double(rank).squareRoot() : alpha / Double(rank))
    }
  }

  private func subjects() -> [AdviceSubject] {
    [
      ("model.layers.0.q_proj", [1.0, 0, 0], 2.0), ("model.layers.1.q_proj", [1, 1, 0], 2),
      ("model.layers.10.q_proj", [1, 1, 1], 3), ("model.layers.2.q_proj", [1, 1, 0], 0.1),
      ("xmodel.layers.2.q_proj", [1, 0, 0], 2),
    ].map {
      AdviceSubject(
        name: $0.0, shape: Shape(d: 9, k: 9), spectra: [$0.1], scale: $0.2, isWhole: false)
    }
  }

  @Test(
    "It gives each module its rank and scale, to the last bit",
    arguments: [ScalingRule.lora, .rslora])
  func exact(rule: ScalingRule) throws {
    let advice = try Advice(
      subjects(), AdviceRequest(basis: .energy(0.99), rule: rule, scale: .keep))
    let text = try LoraConfiguration(advice).json
    let fields = try JSONDecoder().decode(Fields.self, from: Data(text.utf8))
    #expect(fields.target_modules == advice.choices.map(\.name))
    #expect(fields.use_rslora == (rule == .rslora) && fields.fan_in_fan_out == nil)
    #expect(fields.rank_pattern.keys.allSatisfy { $0.hasPrefix("^") && $0.contains(#"\."#) })
    for choice in advice.choices {
      let (rank, scale) = try fields.settings(of: choice.name)
      #expect(rank == choice.rank && scale == choice.scale, "\(choice.name)")
    }
  }

  @Test("A module of rank 0 is no target, and is excluded where its name ends with a target's")
  func excluded() throws {
    let names = ["layers.0.q", "text.layers.0.q", "layers.1.q"]
    let modules = names.map {
      AdviceSubject(
        name: $0, shape: Shape(d: 2, k: 2), spectra: [[$0.hasPrefix("text") ? 1e-9 : 1]], scale: 1,
        isWhole: false)
    }
    let advice = try Advice(
      modules, AdviceRequest(basis: .budget(8), least: 0, scale: .keep))
    let text = try LoraConfiguration(
      advice, isFanInFanOut: true, others: ["b.layers.1.q", "layers.10.q"]
    )
    .json
    let fields = try JSONDecoder().decode(Fields.self, from: Data(text.utf8))
    #expect(fields.target_modules == ["layers.0.q", "layers.1.q"])
    #expect(fields.exclude_modules == ["text.layers.0.q", "b.layers.1.q"])
    #expect(fields.fan_in_fan_out == true)
  }

  @Test("Names are quoted for JSON and for a pattern")
  func quoting() throws {
    let names = [#"a"b.q+(1)"#, "plain"]
    let modules = names.enumerated().map { index, name in
      AdviceSubject(
        name: name, shape: Shape(d: 4, k: 4), spectra: [[1, Double(index), 0]], scale: 1,
        isWhole: false)
    }
    let advice = try Advice(modules, AdviceRequest(basis: .energy(0.99), scale: .keep))
    let fields = try JSONDecoder().decode(
      Fields.self, from: Data(LoraConfiguration(advice).json.utf8))
    for choice in advice.choices {
      #expect(try fields.settings(of: choice.name).rank == choice.rank)
    }
  }

  @Test("A slice of a parameter is refused by name")
  func slices() throws {
    let slice = AdviceSubject(
      name: "mlp.experts[3]", shape: Shape(d: 4, k: 4), spectra: [[1]], scale: 1, isWhole: false)
    let advice = try Advice([slice], AdviceRequest(scale: .keep))
    let error = try #require(throws: AdviceError.self) { try LoraConfiguration(advice) }
    #expect(error.value == "mlp.experts[3]")
  }
}
