import TestSupport
import Testing

@Suite("LibreOffice Calc opens an export", Tool.ofInterop)
struct CalcTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch.withAwkwardBook() }

  /// The settings with which Calc reads a CSV: the tokens of its import filter, as its help
  /// describes them. Everything is read as if typed in the locale, including formulas: the most
  /// dangerous settings of a user.
  struct Reading: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The delimiter's code.
    var delimiter: Int
    /// The locale: 1033 for English (USA), 1031 for German.
    var language: Int
    /// Whether Calc detects dates, percentages and the like, besides plain numbers.
    var detectsSpecialNumbers: Bool

    var filter: String {
      "CSV:\(delimiter),34,76,1,,\(language),false,\(detectsSpecialNumbers),false,false,false,-1,true"
    }
  }

  /// Makes Calc convert `sheet.csv` to `sheet.xlsx`, with a separate profile.
  private func convert(_ reading: Reading, in folder: Scratch? = nil) throws {
    try (folder ?? scratch).succeed(
      with: .soffice,
      """
      "$TOOL" --headless "-env:UserInstallation=file://$PWD/profile" \
        --infilter='\(reading.filter)' --convert-to xlsx sheet.csv
      """)
  }

  @Test(
    "with --excel where numbers have a point: they are numbers, and names are texts",
    .timeLimit(.minutes(3)),
    arguments: [
      Reading(
        testDescription: "plain numbers", delimiter: 44, language: 1033,
        detectsSpecialNumbers: false),
      Reading(
        testDescription: "special numbers too", delimiter: 44, language: 1033,
        detectsSpecialNumbers: true),
    ])
  func point(reading: Reading) throws {
    #expect(try scratch.lorabook("export", "--excel", "-o", "sheet.csv").status == 0)
    try expectRightCells(reading)
  }

  @Test(
    "with --excel --decimal-comma in a German locale: the same", .timeLimit(.minutes(3)),
    arguments: [
      Reading(
        testDescription: "plain numbers", delimiter: 59, language: 1031,
        detectsSpecialNumbers: false),
      Reading(
        testDescription: "special numbers too", delimiter: 59, language: 1031,
        detectsSpecialNumbers: true),
    ])
  func comma(reading: Reading) throws {
    let result = try scratch.lorabook("export", "--excel", "--decimal-comma", "-o", "sheet.csv")
    #expect(result.status == 0)
    try expectRightCells(reading)
  }

  @Test("and without --excel would make a formula of a name")
  func withoutGuard() throws {
    #expect(try scratch.lorabook("export", "-o", "sheet.csv").status == 0)
    try convert(
      Reading(testDescription: "", delimiter: 44, language: 1033, detectsSpecialNumbers: true))
    // This shows that the tests above can find their faults.
    try scratch.succeed(
      with: .python3,
      "\"$TOOL\" -m zipfile -e sheet.xlsx . && grep -q '<f[ >]' xl/worksheets/sheet1.xml")
  }

  @Test(
    "and what the training loop of the examples recorded",
    .timeLimit(.minutes(3)))
  func training() throws {
    let story = try Scratch()
    let surprises = try ConsolePage("Examples/training.md").run(in: story)
    #expect(surprises.isEmpty, "\(surprises)")
    try story.succeed(
      with: .python3, "mv runs.csv sheet.csv; lorabook export mine -o export.csv")
    try convert(
      Reading(testDescription: "", delimiter: 44, language: 1033, detectsSpecialNumbers: true),
      in: story)
    try story.succeed(
      with: .python3, "\"$TOOL\" \"$PROGRAMS/calc_cells.py\" export.csv sheet.xlsx plain")
  }

  private func expectRightCells(_ reading: Reading) throws {
    try convert(reading)
    try scratch.succeed(
      with: .python3,
      """
      lorabook export -o export.csv
      "$TOOL" "$PROGRAMS/calc_cells.py" export.csv sheet.xlsx guarded
      """)
  }
}
