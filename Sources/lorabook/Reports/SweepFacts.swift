import LoRASpectra
import SQLiteStore

/// A sweep's settings, provenance and status in a book.
struct SweepFacts {
  let sweepID: Int64
  /// The command that resumes it; nil if it is finished, or was not computed here.
  let resumption: String?
  /// A clause about runs left out of the means: ", of which 2 diverged and 1 has no error"; empty
  /// if there are none.
  let leftOut: String
  private let table: ResultTable
  private let row: [Value]

  /// - Throws: `BookError.noSuchSweep`, errors of the book.
  init(book: Book, sweepID: Int64) throws {
    self.sweepID = sweepID
    table = try book.sweep(sweepID)
    guard let row = table.rows.first else {
      throw BookError.noSuchSweep("\(sweepID)", nearest: nil)
    }
    self.row = row
    let isComputed = table.value("spec", in: row).text?.isEmpty == false
    let isResumable =
      isComputed
      && ["interrupted", "failed"].contains(table.value("status", in: row).text)
    // With fixed factors every run has an error; a training may diverge.
    leftOut =
      ["sweep", "measure"].contains(table.value("source", in: row).text)
      ? ""
      : SweepFacts.words(
        try book.runsLeftOut(ofSweep: sweepID),
        try book.unfinishedRuns(ofSweep: sweepID),
        of: table.value("recorded_runs", in: row).integer ?? 0)
    resumption = isResumable ? SweepEnd(book, sweepID).resumption : nil
  }

  private static func words(
    _ runs: (diverged: Int64, absent: Int64), _ unfinished: [(status: String, count: Int64)],
    of count: Int64
  ) -> String {
    var parts: [String] = []
    if runs.diverged > 0 { parts.append("\(runs.diverged) diverged") }
    // Where no run has an error, other metrics were logged.
    if runs.absent > 0, runs.absent < count {
      parts.append("\(runs.absent) \(runs.absent == 1 ? "has" : "have") no error")
    }
    parts += unfinished.map { status, count in
      status == "running" ? "\(count) \(count == 1 ? "is" : "are") running" : "\(count) \(status)"
    }
    guard let last = parts.popLast() else { return "" }
    let others = parts.joined(separator: ", ")
    return ", of which \(others.isEmpty ? last : "\(others) and \(last)")"
  }

  /// The text of a column of the view `sweeps`; nil if it is empty.
  func text(_ column: String) -> String? {
    switch table.value(column, in: row) {
    case .absent: nil
    case .integer(let number): String(number)
    case .real(let number): number.shortestText
    case .text(let text): text.isEmpty ? nil : text
    }
  }

  /// `sweep`, `train`, `measure`, `log` or `import`.
  var source: String { text("source") ?? "" }
  var name: String { text("name") ?? String(sweepID) }
  var status: String { text("status") ?? "" }
  var recordedRuns: Int64 { table.value("recorded_runs", in: row).integer ?? 0 }
  var plannedRuns: Int64 { table.value("planned_runs", in: row).integer ?? 0 }
  /// Whether it was computed by lorabook, rather than measured elsewhere: then it has a spec.
  var isComputed: Bool { text("spec") != nil }
  /// Whether errors are computed with the factors held fixed, and not measured of trained ones.
  var hasFixedFactors: Bool { ["sweep", "measure"].contains(source) }
  /// The grid as YAML; nil if there is none.
  var spec: String? { isComputed ? text("spec") : nil }

  /// The fields of the spec, one per line.
  var settings: [(name: String, text: String)] {
    (text("spec") ?? "").split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard let name = parts.first, let text = parts.dropFirst().first else { return nil }
      return (String(name), SweepFacts.shown(text.trimmingPrefix(" "), of: name))
    }
  }

  /// A setting as people write it: `style, facts` for a list, and `100 (0–99)` for many seeds.
  private static func shown(_ text: some StringProtocol, of name: some StringProtocol) -> String {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return String(text) }
    let list = String(text.dropFirst().dropLast())
    guard name == "seeds",
      let seeds = try? ListText.integers(
        ListText.items(list), field: .seeds, allowed: 0...Int(UInt32.max), cost: { _ in "" }),
      seeds.count > 1
    else { return list }
    return "\(seeds.count) (\(list.replacing("-", with: "–")))"
  }

  /// `24 of 24 runs`, and how many of them are in no mean.
  var runs: String {
    "\(isComputed ? "\(recordedRuns) of \(plannedRuns)" : "\(recordedRuns)") run\(plannedRuns == 1 ? "" : "s")\(leftOut)"
  }

  /// Where, when and with which program it was recorded, with its tags and note.
  var provenance: [(name: String, text: String)] {
    let lapack = text("lapack").map {
      "\($0), \(text("lapack_threads") ?? "1") threads for large shapes"
    }
    let all = [
      ("tags", text("tags")), ("note", text("note")), ("failure", text("failure")),
      ("resume", resumption),
      ("started", text("started_at")), ("finished", text("finished_at")),
      ("command", text("command")), ("host", joined(["host", "processor"])),
      ("commit", text("git_commit")), ("lorabook", text("lorabook_version")), ("lapack", lapack),
    ]
    return all.compactMap { name, text in text.map { (name, $0) } }
  }

  /// The settings and the provenance.
  var lines: [(name: String, text: String)] {
    settings + provenance + [("uuid", text("uuid") ?? "")]
  }

  private func joined(_ columns: [String]) -> String? {
    let values = columns.compactMap(text)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}
