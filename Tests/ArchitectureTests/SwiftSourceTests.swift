import Testing

@Suite("A Swift file")
struct SwiftSourceTests {
  @Test("is taken apart into code and literals")
  func parts() {
    let source = SwiftSource(
      ##"""
      let a = "one \(b("two", c) + 1) \"three\"" // "no literal"
      /* "none" /* either */ */ let d = #"four \( "five""#
      let e = """
        six "seven"
        """ + f(")")
      """##)
    #expect(
      source.literals == [
        "two", "one … \\\"three\\\"", "four \\( \"five\"", "\n  six \"seven\"\n  ", ")",
      ])
    #expect(!source.code.contains("no literal") && !source.code.contains("either"))
    #expect(source.code.contains("b(\"\", c) + 1"))
    #expect(source.code.contains("let d = \"\"") && source.code.contains("+ f(\"\")"))
  }
}
