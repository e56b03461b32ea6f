import LoRASpectra
import Rendering
import Testing

@Suite("Text for spreadsheets")
struct SpreadsheetTextTests {
  @Test(
    "has an apostrophe before what would be a formula",
    arguments: [
      "=1+1", "=HYPERLINK(\"http://x\";\"y\")", "=cmd|'/C calc'!A0", "+1+cmd|' /C calc'!A0",
      "-2+3+cmd|' /C calc'!D2", "@SUM(1+1)*cmd|' /C calc'!A0", "=", "-", "-x", "+lora", "@home",
      "\t=1+1", "\tx", "\rx", "\r\nx", "\n=1+1", "  =1+1", "\u{a0}=1+1", "\u{3000}=1+1",
      "\u{feff}=1+1", "\u{200b}=1+1", "\u{0}=1+1", "\"=1+1\"", "\" =1+1", "'=1+1", "'' =1+1",
      "＝1+1", "＋1", "－1", "＠SUM(1)", "﹦1", "−1",
    ])
  func formulas(text: String) { #expect(text.guardedForSpreadsheets == "'" + text) }

  @Test(
    "has an apostrophe before what would be a number, a date, a time or a truth value",
    arguments: [
      "-5", "+5", "16", "00123", "0.75", "0,75", ".5", "1e5", "1E-5", "1,234", "1'000", "1’000",
      "5%", "(5)", "$5", "5 €", "1/2", "1 1/2", "1-2", "1.2", "1.2.0", "2025-01-02", "2/1/25",
      "1:30", "1:30 pm", "5 p", "2025-01-02T10:00", "MAR1", "mar-1", "1 March", "Sept 2",
      "Dec 2024", "5. May 2024", "１２", "true", "FALSE", "True", " false ", "'5", "'true",
    ])
  func numbers(text: String) { #expect(text.guardedForSpreadsheets == "'" + text) }

  @Test(
    "is left as it is where a spreadsheet takes it for a text",
    arguments: [
      "", " ", "'", "\"", "lora", "power:0.75", "linear:5:0.5:4", "file:a=b.txt", "64x64", "v1.2",
      "baseline-2", "a=1", "style", "nan", "inf", "-inf", "march", "May", "truer", "e", "5 seeds",
      "lr 1e-5", "naïve", "試験", "a\n=1", "#1", "[42]", "2025-01-02T03:04:05Z",
      "6f1c0a52-9d1b-4c1e-8a57-0b7e9f3d2c11",
    ])
  func texts(text: String) { #expect(text.guardedForSpreadsheets == text) }

  @Test("can be had back by taking one apostrophe off")
  func canBeUndone() {
    let pieces = ["", "'", "''", " ", "\"", "=", "-", "5", "true", "x", "\t", "MAR"]
    var texts: Set<String> = []
    for a in pieces { for b in pieces { for c in pieces { texts.insert(a + b + c) } } }
    for text in texts.subtracting(["-inf", "'-inf"]) {
      let guarded = text.guardedForSpreadsheets
      let bare = guarded.hasPrefix("'") ? String(guarded.dropFirst()) : guarded
      let undone = bare.guardedForSpreadsheets == guarded ? bare : guarded
      #expect(Array(undone.utf8) == Array(text.utf8), "\(text.debugDescription)")
    }
  }
}

@Suite("CSV for spreadsheets")
struct SpreadsheetLayoutTests {
  /// One row in a given layout.
  private func bytes(_ layout: DelimitedLayout, _ row: [Value]) throws -> String {
    var bytes: [UInt8] = []
    let writer = layout.writer { bytes.append(contentsOf: $0) }
    try writer.begin(row.indices.map { "c\($0)" })
    try writer.write(row)
    try writer.end()
    return try #require(String(validating: bytes, as: UTF8.self))
  }

  @Test("starts with a byte-order mark, and ends its lines with CR LF, but for those in a text")
  func markAndLineEnds() throws {
    let csv = try bytes(DelimitedLayout(isForSpreadsheets: true), [.integer(1), .text("a\nb")])
    #expect(Array(csv.utf8) == [0xef, 0xbb, 0xbf] + Array("c0,c1\r\n1,\"a\nb\"\r\n".utf8))
  }

  @Test("leaves every number bare, and guards the same digits in a text")
  func numbersStayNumbers() throws {
    let csv = try bytes(
      DelimitedLayout(isForSpreadsheets: true),
      [.integer(-5), .real(-0.25), .real(-1e-7), .real(.nan), .real(-.infinity), .text("-5")])
    #expect(csv.hasSuffix("\r\n-5,-0.25,-1e-7,nan,-inf,'-5\r\n"))
  }

  @Test("quotes every character that Calc divides cells at")
  func quoting() throws {
    let csv = try bytes(
      DelimitedLayout(isForSpreadsheets: true),
      [.text("a;=1"), .text("a\tb"), .text("=A(\"x\",1)"), .text("a b")])
    #expect(csv.hasSuffix("\r\n\"a;=1\",\"a\tb\",\"'=A(\"\"x\"\",1)\",a b\r\n"))
  }

  @Test("guards a column's name as it does a text")
  func header() throws {
    var bytes: [UInt8] = []
    let writer = DelimitedLayout(isForSpreadsheets: true).writer { bytes.append(contentsOf: $0) }
    try writer.begin(["=a", "b"])
    try writer.end()
    #expect(String(decoding: bytes, as: UTF8.self) == "\u{feff}'=a,b\r\n")
  }

  @Test("has the comma in numbers alone, and those that are not finite as they were")
  func decimalComma() throws {
    let layout = DelimitedLayout(delimiter: UInt8(ascii: ";"), hasDecimalComma: true)
    let csv = try bytes(
      layout,
      [
        .integer(1), .real(-0.25), .real(2.5e-7), .real(16), .real(.nan), .real(.infinity),
        .text("power:0.75"), .text("a,b"), .text("a;b"), .absent,
      ])
    #expect(csv.hasSuffix("\n1;-0,25;2,5e-7;16;nan;inf;power:0.75;a,b;\"a;b\";\n"))
  }

  @Test("spells every number so that it reads back to the same double, comma or not")
  func numbersReadBack() throws {
    let layout = DelimitedLayout(
      delimiter: UInt8(ascii: ";"), hasDecimalComma: true, isForSpreadsheets: true)
    let csv = try bytes(layout, awkwardDoubles.map(Value.real))
    let cells = try #require(csv.split(separator: "\r\n").last).split(separator: ";")
    #expect(
      cells.map { Double($0.replacing(",", with: "."))?.bitPattern }
        == awkwardDoubles.map(\.bitPattern))
  }

  @Test("can be divided by what neither numbers nor quotes are made of")
  func delimiters() {
    for character in ";,\t|: !/".unicodeScalars { #expect(DelimitedLayout.canDelimit(character)) }
    for character in "\"'.+-05eEnf\r\n\0é；".unicodeScalars {
      #expect(!DelimitedLayout.canDelimit(character))
    }
  }
}
