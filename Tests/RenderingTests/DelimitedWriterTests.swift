import LoRASpectra
import Rendering
import Testing

@Suite("CSV")
struct DelimitedWriterTests {
  @Test(
    "quotes a text that holds a comma, a quote or a line's end or begins with a byte-order mark, and no other",
    arguments: [
      ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
      ("\"", "\"\"\"\""), ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), ("a\r\nb", "\"a\r\nb\""),
      ("\r\n", "\"\r\n\""), ("", ""), (" spaces ", " spaces "), ("tab\there", "tab\there"),
      ("a;b", "a;b"), ("σ₁ ≥ σ₂, 試験 👩‍🔬", "\"σ₁ ≥ σ₂, 試験 👩‍🔬\""),
      ("naïve", "naïve"), ("e\u{301}", "e\u{301}"),
      ("\u{feff}a", "\"\u{feff}a\""), ("a\u{feff}", "a\u{feff}"),
    ])
  func quoting(text: String, expected: String) throws {
    let csv = try rendered(.csv, ["before", "text"], [[.integer(1), .text(text)]])
    // By bytes: for Swift texts are equal if only their accents are composed differently.
    #expect(Array(csv.utf8) == Array("before,text\n1,\(expected)\n".utf8))
  }

  @Test("quotes a column's name as it does a text")
  func header() throws {
    #expect(try rendered(.csv, ["a,b", "c\"d"], []) == "\"a,b\",\"c\"\"d\"\n")
    // Without quotes it would be taken for the file's byte-order mark.
    #expect(Array(try rendered(.csv, ["\u{feff}a"], []).utf8) == Array("\"\u{feff}a\"\n".utf8))
  }

  @Test("gives nothing for an absent value, wherever it stands")
  func absent() throws {
    let rows: [[Value]] = [
      [.absent, .integer(2), .absent], [.absent, .absent, .absent],
      [.text("x"), .absent, .real(0.5)],
    ]
    #expect(try rendered(.csv, ["a", "b", "c"], rows) == "a,b,c\n,2,\n,,\nx,,0.5\n")
  }

  @Test("ends lines with LF alone and starts with no byte-order mark")
  func lines() throws {
    let csv = try rendered(.csv, ["a"], [[.integer(1)], [.integer(-2)]])
    #expect(Array(csv.utf8) == Array("a\n1\n-2\n".utf8))
  }

  @Test("has its header alone where there are no rows")
  func empty() throws {
    #expect(try rendered(.csv, ["a", "b"], []) == "a,b\n")
    #expect(try rendered(.tsv, ["a", "b"], []) == "a\tb\n")
  }

  @Test("with tabs quotes a text that holds one, and none for its commas")
  func tabs() throws {
    let rows: [[Value]] = [[.text("a,b"), .text("c\td")], [.text("e\nf"), .real(-0.25)]]
    #expect(
      try rendered(.tsv, ["x", "y"], rows) == "x\ty\na,b\t\"c\td\"\n\"e\nf\"\t-0.25\n")
  }

  @Test("spells every number so that it reads back to the same double")
  func numbersReadBack() throws {
    let csv = try rendered(.csv, ["x"], awkwardDoubles.map { [.real($0)] })
    let lines = csv.split(separator: "\n").dropFirst()
    #expect(lines.map { Double($0)?.bitPattern } == awkwardDoubles.map(\.bitPattern))
    let whole = try rendered(.csv, ["x"], [[.integer(.max)], [.integer(.min)], [.real(16)]])
    #expect(whole == "x\n9223372036854775807\n-9223372036854775808\n16\n")
  }

  @Test("spells what is not finite nan, inf and -inf")
  func notFinite() throws {
    let csv = try rendered(.csv, ["x"], [[.real(.nan)], [.real(.infinity)], [.real(-.infinity)]])
    #expect(csv == "x\nnan\ninf\n-inf\n")
  }

  @Test(
    "writes a row from pieces as it writes it whole",
    arguments: [
      DelimitedLayout(), DelimitedLayout(delimiter: UInt8(ascii: "\t")),
      DelimitedLayout(
        delimiter: UInt8(ascii: ";"), hasDecimalComma: true, isForSpreadsheets: true),
    ])
  func pieces(layout: DelimitedLayout) throws {
    let ids: [Int64] = [.min, -1, 0, 9, 10, 99, 100, 1_234_567_890, .max]
    let texts = ["", "a,b;c\td", "=1+1", "\"", "line\nbreak", "plain"]
    let numbers: [Double?] = awkwardDoubles + [nil, .nan, .infinity, -.infinity]
    var whole: [UInt8] = []
    var pieced: [UInt8] = []
    let wholeWriter = layout.writer { whole.append(contentsOf: $0) }
    let pieceWriter = try #require(
      layout.writer { pieced.append(contentsOf: $0) } as? any PiecewiseRowWriter)
    for (index, number) in numbers.enumerated() {
      let id = ids[index % ids.count]
      let first: [Value] = [.integer(id), .text(texts[index % texts.count])]
      let second: [Value] = [.real(0.1), .absent, .text(texts[(index + 1) % texts.count])]
      let other = numbers[(index + 7) % numbers.count]
      try wholeWriter.write(
        [.integer(id)] + first + [.integer(id / -2)] + second
          + [number, other, number].map { $0.map(Value.real) ?? .absent })
      let pieces = (pieceWriter.rendered(first), pieceWriter.rendered(second))
      try pieces.0.withUnsafeBytes { first in
        try pieces.1.withUnsafeBytes { second in
          try pieceWriter.write(
            id, first, id / -2, second,
            [.error: number, .truncationError: other, .varianceCaptured: number])
        }
      }
    }
    try wholeWriter.end()
    try pieceWriter.end()
    #expect(!whole.isEmpty)
    #expect(String(decoding: pieced, as: UTF8.self) == String(decoding: whole, as: UTF8.self))
  }

  @Test("grows for a piece longer than what it collects")
  func longPiece() throws {
    var written = 0
    let writer = try #require(
      OutputFormat.csv.writer { written += $0.count } as? any PiecewiseRowWriter)
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    try long.withUnsafeBytes { try writer.write(1, $0, 2, $0, Measurements()) }
    try writer.end()
    #expect(written == "1,,2,,,,\n".utf8.count + 2 << 20)
  }

  @Test("is read back cell by cell whatever the texts hold")
  func readsBack() throws {
    let pieces = [",", "\"", "\n", "\r", "\r\n", "a", "", "é", "\t", "\\", "'", "=1+1", "🧪"]
    var rows: [[String]] = []
    for first in pieces {
      for second in pieces { rows.append([first + second, second, first + "x" + second + first]) }
    }
    let csv = try rendered(.csv, ["a", "b", "c"], rows.map { $0.map(Value.text) })
    let records = Self.records(csv)
    #expect(records.first == ["a", "b", "c"])
    #expect(Array(records.dropFirst()) == rows)
  }

  /// Parses RFC 4180 by its grammar.
  private static func records(_ csv: String) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var cell = ""
    var isQuoted = false
    var wasQuote = false
    for scalar in csv.unicodeScalars {
      switch scalar {
      case "\"":
        if wasQuote { cell.unicodeScalars.append(scalar) }
        wasQuote = isQuoted && !wasQuote
        isQuoted = true
      case "," where !isQuoted || wasQuote:
        record.append(cell)
        (cell, isQuoted, wasQuote) = ("", false, false)
      case "\n" where !isQuoted || wasQuote:
        records.append(record + [cell])
        (record, cell, isQuoted, wasQuote) = ([], "", false, false)
      default: cell.unicodeScalars.append(scalar)
      }
    }
    return records
  }
}

@Suite("Rows on their way out")
struct RowStreamTests {
  @Test("are passed on while more are written", arguments: [OutputFormat.csv, .tsv, .json, .jsonl])
  func rowsFlow(format: OutputFormat) throws {
    var passed = 0
    var calls = 0
    let writer = format.writer {
      passed += $0.count
      calls += 1
    }
    try writer.begin(["number", "text"])
    var least = 0
    var held = 0
    for number in 0..<50_000 {
      try writer.write([.integer(Int64(number)), .text("some words")])
      least += 12
      held = max(held, least - passed)
    }
    #expect(held < 1 << 18)
    #expect(calls > 4)
    let before = passed
    try writer.end()
    #expect(passed > before && passed >= least)
  }

  @Test("tell whoever writes them that they cannot go on", arguments: OutputFormat.allCases)
  func failuresAreTold(format: OutputFormat) throws {
    struct Full: Error {}
    let writer = format.writer { _ in throw Full() }
    #expect(throws: Full.self) {
      try writer.begin(["a"])
      for _ in 0..<10_000 { try writer.write([.text("0123456789")]) }
      try writer.end()
    }
  }

  @Test(
    "are left out of nothing by a format that holds them",
    arguments: [OutputFormat.table, .markdown])
  func tablesAreWhole(format: OutputFormat) throws {
    let rows = (0..<5000).map { [Value.integer(Int64($0))] }
    let lines = try rendered(format, ["n"], rows).split(separator: "\n")
    #expect(lines.count == 5000 + (format == .table ? 1 : 2))
  }
}
