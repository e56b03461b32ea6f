import LoRASpectra
import Rendering
import Testing

@Suite("A text on a terminal")
struct DisplayWidthTests {
  @Test(
    "takes a column a character, two for a wide one and none for a combining one",
    arguments: [
      ("", 0), ("plain", 5), ("Ä ö σ₁", 6), ("試験", 4), ("e\u{301}", 1), ("👍", 2), ("한글", 4),
      ("ｆｕｌｌ", 8), ("a\u{308}\u{323}b", 2), ("……", 2),
    ])
  func widths(text: String, width: Int) {
    #expect(displayWidth(text) == width)
  }

  @Test("is cut between two characters, to the width it has", arguments: 1...12)
  func cuts(columns: Int) {
    for text in [
      "plain text", "試験の名前", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}", "a👍b👍c👍d👍", "x",
    ] {
      let short = cut(text, to: columns)
      #expect(displayWidth(short) <= columns)
      if displayWidth(text) <= columns {
        #expect(short == text)
      } else {
        #expect(short.hasSuffix("…"))
        #expect(text.hasPrefix(short.dropLast()))
        // A wide character may leave one column empty.
        #expect(displayWidth(short) >= columns - 1)
      }
    }
  }

  @Test("is folded at spaces, and loses nothing but those", arguments: [8, 12, 20, 60])
  func folds(columns: Int) {
    let text = "three short words, anextraordinarilylongone, 試験 試験 試験 and the end"
    let lines = folded(text, to: columns, indent: 4)
    #expect(lines.allSatisfy { displayWidth($0) <= columns })
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    ") })
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    #expect(folded("as it  is", to: 40) == ["as it  is"])
  }
}
