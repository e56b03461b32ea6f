import Testing

@testable import WeightFiles

@Suite("Patterns")
struct PatternTests {
  private func first(_ keys: [String], _ module: String) throws -> Int? {
    try ModulePatterns(keys.enumerated().map { (key: $1, value: $0) }).value(of: module)
  }

  @Test("The first key that matches a name, or what follows a dot in it, wins")
  func keys() throws {
    let name = "model.layers.1.self_attn.q_proj"
    #expect(try first(["q_proj"], name) == 0)
    #expect(try first(["proj"], name) == nil)
    #expect(try first(["v_proj", "self_attn.q_proj", "q_proj"], name) == 1)
    #expect(try first(["^model.layers.1.self_attn.q_proj"], name) == 0)
    #expect(try first(["^layers.1.self_attn.q_proj"], name) == nil)
    #expect(try first([#"layers\.[01]\..*q_proj"#], name) == 0)
    #expect(try first(["q_proj|v_proj"], "a.v_proj") == 0)
    // A dot is any character, as in PEFT.
    #expect(try first(["self_attn.q_proj"], "self_attnXq_proj") == 0)
    // PEFT looks up the name itself if no key matches it.
    #expect(try first(["a+b"], "a+b") == 0)
  }

  @Test(
    "Python's words mean what they mean to Python",
    arguments: [
      (#"a\Z"#, "a", true), (#"\Aa"#, "a", true), (#"a{,2}"#, "aa", true), (#"a{,2}"#, "", true),
      (#"\x41\u0042"#, "AB", true), (#"[]a]+"#, "]a", true), (#"\d+"#, "٣", true),
      (#"(?P<x>a)(?P=x)"#, "aa", true), (#"(?#note)a"#, "a", true), (#"a\v"#, "a\u{0b}", true),
      (#"a\v"#, "a\u{85}", false), (#"(a)|b"#, "b", true), (#"(?:a|b)++c"#, "abc", true),
      (#"a$"#, "a\n", true), (#"é"#, "é", true), (#"."#, "é", true), (#"(?i:A)"#, "a", true),
    ])
  func words(pattern: String, text: String, matches: Bool) throws {
    // re.match((.*\.)?(KEY)$, …) of Python 3.11 gives the same result.
    #expect(try (first([pattern], text) != nil) == matches)
  }

  @Test(
    "What Python's re does not have, or reads otherwise, is refused with the pattern",
    arguments: [
      #"\K"#, #"\Qa\E"#, #"\R"#, #"\h"#, #"\p{L}"#, "(*ACCEPT)", "(*LIMIT_MATCH=9)a", "(?R)",
      "(?1)",
      "(?|a)", "[[:alpha:]]", "(", ")", "a**", "[a", #"\"#, "(?i)a", #"\x4"#, #"\u00"#, #"\12"#,
      "(?C1)",
      "a{,}",
    ])
  func refusals(pattern: String) throws {
    let error = try #require(throws: PatternError.self) { try first([pattern], "a") }
    #expect(error.pattern == pattern && error.description.contains(pattern))
  }

  @Test("A pattern that would take for ever is refused after a bounded time")
  func boundedTime() throws {
    let name = String(repeating: "a", count: 60) + "!"
    let start = ContinuousClock.now
    for pattern in ["(a+)+", "(a|aa)+", #"(\w+)*\d"#, #"(\w*a)*[0-9]"#] {
      #expect(throws: PatternError.self, "\(pattern)") { try first([pattern], name) }
    }
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(throws: PatternError.self) {
      try first([String(repeating: "(", count: 3000) + String(repeating: ")", count: 3000)], "a")
    }
  }

  @Test("A filter takes what --include matches anywhere and --exclude nowhere")
  func filters() throws {
    let filter = try ModuleFilter(include: "(?i)Q_PROJ|v_proj", exclude: #"layers\.1\."#)
    #expect(try filter.takes("layers.0.q_proj.x") && !filter.takes("layers.1.q_proj"))
    #expect(try !filter.takes("layers.0.k_proj") && ModuleFilter.all.takes(""))
    #expect(try ModuleFilter(include: nil, exclude: "^a$").takes("ab"))
  }
}
