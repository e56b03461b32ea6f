import Foundation
import Testing

@Suite("lorabook export for spreadsheets")
struct ExportSpreadsheetTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The cells of a file's first rows; no text of these tests needs quotes.
  private func cells(_ text: String, delimiter: Character) -> [[String]] {
    text.split(separator: "\r\n").flatMap { $0.split(separator: "\n") }.map {
      $0.split(separator: delimiter, omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test("--excel has the rows of export, a byte-order mark and CRLF")
  func excel() throws {
    _ = try scratch.lorabook("sweep", "--quiet", "--name", "plain")
    let plain = try scratch.lorabook("export").output
    let excel = try scratch.lorabook("export", "--excel").output
    #expect(excel == "\u{feff}" + plain.replacing("\n", with: "\r\n"))
    #expect(try scratch.lorabook("export", "--excel", "-o", "runs.csv").status == 0)
    #expect(
      try Data(contentsOf: scratch.folder.appending(path: "runs.csv")) == Data(excel.utf8))
  }

  @Test(
    "--excel keeps a sweep's name a text",
    arguments: [
      ("=1+1", "'=1+1"), ("-5", "'-5"), ("1e5", "'1e5"), ("00x", "00x"), ("1-2", "'1-2"),
      ("=HYPERLINK(\"http://x\";\"y\")", "\"'=HYPERLINK(\"\"http://x\"\";\"\"y\"\")\""),
    ])
  func names(name: String, cell: String) throws {
    #expect(try scratch.lorabook("sweep", "--quiet", "--name", name).status == 0)
    let lines = try scratch.lorabook("export", "--excel").output.split(separator: "\r\n")
    #expect(lines.count == 25)
    for line in lines.dropFirst() { #expect(line.contains(",1,\(cell),42,64,64,")) }
    // Other formats have no apostrophes.
    #expect(!(try scratch.lorabook("export").output.contains("'")) || name.contains("'"))
  }

  @Test("--excel leaves numbers bare, those below 0 and those that diverged too")
  func numbers() throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    _ = try scratch.sqlite(
      """
      UPDATE measured_run SET error = -0.5 WHERE run_id = 1;
      UPDATE measured_run SET error = NULL WHERE run_id = 2;
      INSERT INTO divergence VALUES (2, 'error', '-inf');
      UPDATE measured_run SET error = NULL WHERE run_id = 3;
      INSERT INTO divergence VALUES (3, 'error', 'nan');
      UPDATE measured_run SET error = NULL WHERE run_id = 4
      """)
    let rows = cells(try scratch.lorabook("export", "--excel").output, delimiter: ",")
    #expect(rows[1...4].map { $0[12] } == ["-0.5", "-inf", "nan", ""])
    let comma = cells(
      try scratch.lorabook("export", "--excel", "--decimal-comma").output, delimiter: ";")
    #expect(comma[1...4].map { $0[12] } == ["-0,5", "-inf", "nan", ""])
  }

  @Test(
    "--decimal-comma and --delimiter change numbers and what divides them, and no number's value",
    arguments: [
      (["--decimal-comma"], ";" as Character, ","), (["--delimiter", ";"], ";", "."),
      (["--delimiter", "tab"], "\t", "."), (["--delimiter", "\t"], "\t", "."),
      (["--delimiter", "|", "--decimal-comma"], "|", ","),
      (["--format", "tsv", "--decimal-comma"], "\t", ","),
      (["--format", "tsv", "--delimiter", "tab"], "\t", "."), (["--delimiter", ","], ",", "."),
    ])
  func layouts(arguments: [String], delimiter: Character, point: String) throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    let expected = cells(try scratch.lorabook("export").output, delimiter: ",")
    let result = try scratch.bash(
      (["lorabook", "export"] + arguments).map { "'\($0)'" }.joined(separator: " "))
    #expect(result.status == 0, "\(result.errors)")
    #expect(!result.output.contains("\r") && !result.output.hasPrefix("\u{feff}"))
    // None of the article's texts holds a point.
    #expect(
      cells(result.output, delimiter: delimiter)
        == expected.map { $0.map { $0.replacing(".", with: point) } })
  }

  @Test(
    "Options that do not go together are refused, with what to do",
    arguments: [
      (["--excel", "--format", "json"], ["--excel", "--format json"]),
      (["--decimal-comma", "--format", "table"], ["--decimal-comma", "--format table"]),
      (["--delimiter", ";", "--format", "markdown"], ["--delimiter", "--format markdown"]),
      (["--excel", "--format", "jsonl"], ["--excel", "--format jsonl"]),
      (["--decimal-comma", "--delimiter", ","], ["comma", "--delimiter", "';'"]),
      (["--delimiter", ""], ["--delimiter ''", "one ASCII character"]),
      (["--delimiter", ";;"], ["';;'", "one ASCII character"]),
      (["--delimiter", "\""], ["'\"'", "quotes"]), (["--delimiter", "-"], ["'-'", "numbers"]),
      (["--delimiter", "5"], ["'5'", "numbers"]), (["--delimiter", "§"], ["'§'", "ASCII"]),
      (["--format", "tsv", "--delimiter", ";"], ["--format tsv", "';'"]),
    ])
  func refused(arguments: [String], words: [String]) throws {
    let result = try scratch.bash(
      (["lorabook", "export", "-o", "runs.csv"] + arguments).map { "'\($0)'" }
        .joined(separator: " "))
    #expect(result.status == 64)
    #expect(result.output == "")
    #expect(result.errors.hasPrefix("lorabook: "))
    #expect(result.errors.split(separator: "\n").count == 1)
    for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    #expect(try scratch.files() == [])
  }
}
