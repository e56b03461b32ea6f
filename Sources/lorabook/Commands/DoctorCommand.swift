import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct DoctorCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look a book over: whether it is sound, and whether its sums add up.",
    discussion: """
      Each finding says what is wrong and what to do about it; a note is worth knowing and nothing wrong. \
      Nothing is changed, and others may use the book meanwhile. What is recorded is not computed again: \
      'lorabook verify' does that. The exit status is 1 where something is wrong.

      Example:  lorabook doctor --format json
      """)

  @Flag(help: "Show no progress.")
  var quiet = false

  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  private static let columns = ["severity", "check", "sweep_id", "sweep", "what", "advice"]

  func run() throws {
    Interruption.watch(mayEndAnywhere: true)
    let path = printable(try book.path())
    let line = ProgressLine(total: nil, isQuiet: quiet)
    defer { line.clear() }
    let book = try book.examining()
    let doctor = try Doctor(
      book, shouldStop: { Interruption.isAsked }, progress: { line.say("looking at \($0)") })
    let found = try doctor.examine()
    line.clear()
    // A table without rows tells a person nothing.
    if output.format == .table, StandardOutput.isTerminal {
      try StandardOutput.write(found.map(DoctorCommand.paragraph).joined())
    } else if !(found.isEmpty && output.format.isForPeople && output.file == nil) {
      try output.write(
        ResultTable(columns: DoctorCommand.columns, rows: found.map(DoctorCommand.row)),
        whenEmpty: "nothing was found.")
    }
    let wrong = found.count { $0.severity == .wrong }
    guard wrong == 0 else {
      throw CommandError(
        "\(wrong) finding\(wrong == 1 ? "" : "s") in '\(path)': something is wrong with the book. It was left as it is; each finding says what to do.",
        .failure)
    }
    let notes = found.isEmpty ? "" : ", with \(found.count) to note"
    StandardError.write(
      "'\(path)' is well\(notes). Looked at: \(Doctor.checks.joined(separator: ", "))\n")
  }

  /// A finding on as many lines as it needs.
  private static func paragraph(_ diagnosis: Diagnosis) -> String {
    let sweep = diagnosis.sweepID.map { "sweep \($0) '\(diagnosis.sweep ?? "")': " } ?? ""
    let text =
      "\(diagnosis.severity.rawValue): \(diagnosis.check): \(sweep)\(diagnosis.what). \(diagnosis.advice)"
    return folded(printable(text), to: Terminal.size.columns, indent: 2).map { $0 + "\n" }.joined()
  }

  private static func row(_ diagnosis: Diagnosis) -> [Value] {
    [
      .text(diagnosis.severity.rawValue), .text(diagnosis.check),
      diagnosis.sweepID.map(Value.integer) ?? .absent, diagnosis.sweep.map(Value.text) ?? .absent,
      .text(diagnosis.what), .text(diagnosis.advice),
    ]
  }
}
