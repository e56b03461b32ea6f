import Testing

@testable import LoRASpectra

@Suite("What is said of a run from elsewhere")
struct ExternalRunTests {
  @Test("Any setting may be absent, and absent is not 0")
  func absentSettings() throws {
    var parser = ExternalRunParser()
    #expect(try parser.run([:]) == ExternalRun())
    #expect(try parser.run([.rank: "8", .alpha: "16"]).scale == nil)
    #expect(try parser.run([.rule: "lora", .rank: "8"]).scale == nil)
    #expect(try parser.run([.rule: "lora", .rank: "8", .alpha: "16"]).scale == 2)
    #expect(try parser.run([.rule: "unit"]).scale == 1)
    #expect(try parser.run([.seed: "0"]).seed == 0)
    #expect(try parser.run([.rank: "100"]).rank == 100)
  }

  @Test("A side of a shape needs the other")
  func halfShape() {
    var parser = ExternalRunParser()
    #expect(throws: ExternalRunError.self) { try parser.run([.d: "8"]) }
    #expect(throws: ExternalRunError.self) { try parser.run([.k: "8"]) }
  }

  @Test(
    "A name that is a setting, a metric of lorabook's own, or empty is refused",
    arguments: ["rank", "step", "sweep", "error", "variance_captured", "final_loss", "", "a\0b"])
  func names(name: String) {
    #expect(throws: ExternalRunError.self) { try UserName.check(name, in: "metrics") }
    #expect(throws: ExternalRunError.self) {
      try ParameterSet([UserText(name: name, value: "1")])
    }
  }

  @Test("Names that are close to those, and names of training settings, are free")
  func freeNames() throws {
    for name in ["eval_loss", "loss", "learning_rate", "Rank", "é", "a b"] {
      try UserName.check(name, in: "metrics")
    }
  }

  @Test("Parameters are the same in any order and spelling of their numbers")
  func sameParameters() throws {
    let one = try ParameterSet([
      UserText(name: "lr", value: "2e-4"), UserText(name: "task", value: "a\"b"),
    ])
    let other = try ParameterSet([
      UserText(name: "task", value: "a\"b"), UserText(name: "lr", value: "0.0002"),
    ])
    #expect(one == other)
    #expect(one.definition == "{\"lr\":0.0002,\"task\":\"a\\\"b\"}")
    #expect(one.parameters.map(\.number) == [2e-4, nil])
  }

  @Test("Parameters differ where a byte of a name or a text does")
  func otherParameters() throws {
    func set(_ name: String, _ value: String) throws -> ParameterSet {
      try ParameterSet([UserText(name: name, value: value)])
    }
    #expect(try set("a", "1") != set("b", "1"))
    #expect(try set("a", "é") != set("a", "e\u{301}"))
    #expect(try set("a", "nan") != set("a", "NaN"))
    #expect(try ParameterSet([]).definition == "")
  }

  @Test("A parameter that is given twice is refused")
  func twice() {
    #expect(throws: ExternalRunError.self) {
      try ParameterSet([UserText(name: "a", value: "1"), UserText(name: "a", value: "1")])
    }
  }
}
