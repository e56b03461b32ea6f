import LoRASpectra
import Testing

struct ScalingRuleTests {
  @Test("Each rule resolves its own scale")
  func scales() {
    #expect(ScalingRule.lora.scale(alpha: 16, rank: 8) == 2)
    #expect(ScalingRule.lora.scale(alpha: 16, rank: 3) == 16.0 / 3.0)
    #expect(ScalingRule.rslora.scale(alpha: 16, rank: 4) == 8)
    #expect(ScalingRule.rslora.scale(alpha: 16, rank: 2) == 16 / 2.0.squareRoot())
    for rank in [1, 2, 7, 48] {
      #expect(ScalingRule.unit.scale(alpha: 16, rank: rank) == 1)
      #expect(ScalingRule.power(0).scale(alpha: 16, rank: rank) == 16)
      #expect(
        ScalingRule.power(1).scale(alpha: 16, rank: rank)
          == ScalingRule.lora.scale(alpha: 16, rank: rank))
    }
    #expect(ScalingRule.power(2).scale(alpha: 18, rank: 3) == 2)
    #expect(ScalingRule.power(-1).scale(alpha: 2, rank: 3) == 6)
    // 16/8^0.75 = 2^4/2^2.25 = 2^1.75
    #expect(abs(ScalingRule.power(0.75).scale(alpha: 16, rank: 8) - 3.363585661014858) < 1e-15)
  }

  @Test("At rank 1 every rule but unit gives alpha")
  func rankOne() {
    for rule in [ScalingRule.lora, .rslora, .power(0.3), .power(-2)] {
      #expect(rule.scale(alpha: 12.5, rank: 1) == 12.5)
    }
  }

  @Test("A name is read and written back")
  func names() throws {
    for (text, rule, name) in [
      ("lora", ScalingRule.lora, "lora"), ("rslora", .rslora, "rslora"), ("unit", .unit, "unit"),
      ("power:0.75", .power(0.75), "power:0.75"), ("power:1.0", .power(1), "power:1"),
      ("power:-5e-1", .power(-0.5), "power:-0.5"), ("power:-0", .power(0), "power:0"),
    ] {
      let parsed = try ScalingRule(parsing: text)
      #expect(parsed == rule)
      #expect(parsed.description == name)
      #expect(try ScalingRule(parsing: parsed.description) == rule)
    }
  }

  @Test("A power of 1 is not the rule lora: they differ by name")
  func powerOneIsItself() {
    #expect(ScalingRule.power(1) != .lora)
  }

  @Test("A mistyped rule is answered with the nearest, a strange one with all")
  func nearest() {
    for (text, name) in [
      ("loar", "lora"), ("LORA", "lora"), ("rslro", "rslora"), ("unti", "unit"),
      ("powr:1", "power:P"),
    ] {
      let error = refusal(text)
      #expect(error?.value == text)
      #expect(error?.problem == "is no scaling rule")
      #expect(error?.remedy.hasPrefix("Did you mean \(name)?") == true, "\(text)")
    }
    for text in ["", "xyz", "alpha/r", "sqrt"] {
      #expect(refusal(text)?.remedy == "Known are lora, rslora, unit, power:P", "\(text)")
    }
  }

  @Test("A power needs a finite exponent")
  func exponents() {
    for text in ["power:", "power:x", "power:nan", "power:inf", "power:1e999", "power:1:2"] {
      let error = refusal(text)
      #expect(error?.field == .rules)
      #expect(error?.problem == "has no finite exponent", "\(text)")
      #expect(error?.remedy.contains("power:P") == true)
    }
    #expect(refusal("power") != nil)
  }

  private func refusal(_ text: String) -> SettingError? {
    #expect(throws: SettingError.self, "\(text)") { _ = try ScalingRule(parsing: text) }
  }
}
