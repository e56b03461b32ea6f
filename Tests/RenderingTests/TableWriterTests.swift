import LoRASpectra
import Rendering
import Testing

@Suite("A table")
struct TableWriterTests {
  @Test("puts texts left, and numbers on their decimal points")
  func alignment() throws {
    let rows: [[Value]] = [
      [.text("a"), .real(16.5), .integer(7), .text("x")],
      [.text("bcd"), .real(-0.25), .integer(1234), .text("y")],
      [.text("e"), .absent, .absent, .text("z")],
      [.text("f"), .real(100), .integer(-1), .absent],
    ]
    let expected = """
      name   value     n  end
      a      16.5      7  x
      bcd    -0.25  1234  y
      e                   z
      f     100       -1

      """
    #expect(try rendered(.table, ["name", "value", "n", "end"], rows) == expected)
  }

  @Test("shows measurements to four decimals, settings as they were given")
  func decimals() throws {
    let rows: [[Value]] = [
      [.real(0.5), .real(1.0 / 3)], [.real(16), .real(12.0)], [.real(0.0001), .real(0.25)],
    ]
    let lines = try rendered(.table, ["alpha", "error"], rows).split(separator: "\n")
    #expect(
      lines == ["  alpha    error", " 0.5      0.3333", "16       12.0000", " 0.0001   0.2500"])
  }

  @Test("keeps digits of what four decimals cannot show")
  func smallNumbers() throws {
    let table = try rendered(.table, ["x"], [[.real(1.23456789e-12)], [.real(0.123456789)]])
    #expect(table.contains("1.235e-12") && table.contains("0.1235"))
    let points = table.split(separator: "\n").dropFirst().map { line in
      line.firstIndex(of: ".").map { line.distance(from: line.startIndex, to: $0) }
    }
    #expect(Set(points).count == 1 && !points.contains(nil))
  }

  @Test("shows a measurement that diverged by its name, in a column of numbers")
  func diverged() throws {
    let lines = try rendered(.table, ["x"], [[.real(0.25)], [.text("nan")], [.real(.infinity)]])
      .split(separator: "\n")
    #expect(lines.map { $0.filter { $0 != " " } } == ["x", "0.25", "nan", "inf"])
  }

  @Test("has its header alone where there are no rows")
  func empty() throws {
    #expect(try rendered(.table, ["a", "long name"], []) == "a  long name\n")
    #expect(
      try rendered(.markdown, ["a", "long name"], [])
        == "| a | long name |\n| - | --------- |\n")
  }

  @Test("in markdown escapes the bars of texts and of names")
  func markdown() throws {
    let rows: [[Value]] = [[.text("x|y"), .real(0.5)], [.text("||"), .absent]]
    #expect(
      try rendered(.markdown, ["a|b", "n"], rows) == """
        | a\\|b |   n |
        | ---- | ---:|
        | x\\|y | 0.5 |
        | \\|\\| |     |

        """)
  }

  static let commands = [
    "\u{1b}[31mred", "\u{1b}]0;title\u{7}", "\u{9b}2J", "a\nb", "a\r\nb", "a\tb", "\u{0}", "\u{7f}",
    "\u{8}\u{8}", "\u{202e}evil", "\u{2028}", "\u{2029}", "\u{200b}", "\u{85}",
  ]

  @Test("lets no control character reach a terminal", arguments: commands)
  func controlCharacters(text: String) throws {
    for format in [OutputFormat.table, .markdown] {
      let table = try rendered(format, ["n" + text, "b"], [[.text(text), .text("end")]])
      let lines = table.unicodeScalars.split(separator: "\n")
      #expect(lines.count == (format == .table ? 2 : 3), "\(format)")
      for scalar in table.unicodeScalars where scalar != "\n" {
        let category = scalar.properties.generalCategory
        let isHidden = [.control, .format, .lineSeparator, .paragraphSeparator]
          .contains(category)
        #expect(!isHidden, "U+\(String(scalar.value, radix: 16)) in \(format)")
      }
      #expect(table.contains(#/\\(?:u\{|[ntr])/#), "\(format)")
    }
  }

  @Test("leaves other texts as they are", arguments: ["Ä ö", "試験", "σ₁ ≥ σ₂", "👍", "a\\nb"])
  func otherTexts(text: String) {
    #expect(printable(text) == text)
  }

  @Test("ends no line with spaces")
  func noTrailingSpaces() throws {
    let rows: [[Value]] = [[.text("long text"), .text("")], [.text("x"), .absent]]
    let lines = try rendered(.table, ["a", "much longer"], rows).split(separator: "\n")
    #expect(!lines.contains { $0.hasSuffix(" ") })
  }
}

@Suite("A long table")
struct LongTableTests {
  @Test("is printed as its rows come, behind a sample that lays the columns out")
  func streams() throws {
    var printed = 0
    let writer = OutputFormat.table.writer { printed += $0.count }
    try writer.begin(["n", "x"])
    for row in 0..<100_000 {
      try writer.write([.integer(Int64(row)), .real(Double(row) / 3)])
    }
    // All but the last, still buffered piece.
    #expect(printed > 1_600_000)
    try writer.end()
    #expect(printed > 1_750_000)
  }

  @Test("keeps its columns where a later cell fits, and every line where one does not")
  func laterCells() throws {
    var text = ""
    let writer = OutputFormat.table.writer { text += String(decoding: $0, as: UTF8.self) }
    try writer.begin(["name", "x"])
    for row in 0..<TableWriter.sampleSize { try writer.write([.text("row"), .real(Double(row))]) }
    try writer.write([.text("r"), .real(0.25)])
    try writer.write([.text("a name that is longer"), .absent])
    try writer.end()
    let lines = text.split(separator: "\n")
    #expect(lines.count == TableWriter.sampleSize + 3)
    #expect(lines[TableWriter.sampleSize + 1] == "r     0.25")
    #expect(lines[TableWriter.sampleSize + 2] == "a name that is longer")
  }
}
