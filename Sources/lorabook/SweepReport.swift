import LoRASpectra
import Rendering
import SQLiteStore

/// A sweep as `show` prints it: settings and the article's tables for people, its cells for programs.
struct SweepReport {
  let book: Book
  let sweepID: Int64

  func print(_ format: OutputFormat) throws {
    let cells = try book.cells(ofSweep: sweepID)
    switch format {
    case .csv, .tsv, .json, .jsonl: try format.write(cells)
    case .table: try StandardOutput.write(text(cells, style: .plain))
    case .markdown: try StandardOutput.write(text(cells, style: .markdown))
    }
  }

  private func text(_ cells: ResultTable, style: TableWriter.Style) throws -> String {
    let isMarkdown = style == .markdown
    let sections = SweepTables.sections(
      cells: cells, spectra: try book.largestSingularValues(ofSweep: sweepID, most: 6))
    var text = try settings(isMarkdown: isMarkdown)
    for section in sections where !section.table.rows.isEmpty {
      text += "\n" + (isMarkdown ? "## \(section.title)\n\n" : "\(section.title)\n")
      text += try TableWriter.text(of: section.table, style: style)
    }
    return text
  }

  /// What was run, on what, and how it ended.
  private func settings(isMarkdown: Bool) throws -> String {
    let table = try book.sweep(sweepID)
    guard let row = table.rows.first else {
      throw BookError.noSuchSweep("\(sweepID)", nearest: nil)
    }
    func value(_ column: String) -> String? {
      switch table.value(column, in: row) {
      case .absent: nil
      case .integer(let number): String(number)
      case .real(let number): number.shortestText
      case .text(let text): text.isEmpty ? nil : text
      }
    }
    func joined(_ columns: [String], _ separator: String = ", ") -> String? {
      let values = columns.compactMap(value)
      return values.isEmpty ? nil : values.joined(separator: separator)
    }
    var lines: [(String, String)] = [
      ("sweep", "\(sweepID) \(value("name") ?? "") (\(value("status") ?? ""))"),
      ("uuid", value("uuid") ?? ""),
      ("runs", "\(value("recorded_runs") ?? "0") of \(value("planned_runs") ?? "0")"),
    ]
    for line in (value("spec") ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 {
        lines.append((String(parts[0]), String(parts[1].trimmingPrefix(" "))))
      }
    }
    let isResumable =
      value("source") == "sweep" && ["interrupted", "failed"].contains(value("status"))
    let optional: [(String, String?)] = [
      ("tags", value("tags")), ("note", value("note")), ("failure", value("failure")),
      ("resume", isResumable ? SweepRun.resumption(of: sweepID, in: book) : nil),
      ("started", value("started_at")), ("finished", value("finished_at")),
      ("command", value("command")), ("host", joined(["host", "processor"])),
      ("commit", value("git_commit")),
      ("lorabook", value("lorabook_version")),
      (
        "lapack",
        value("lapack").map { "\($0), \(value("lapack_threads") ?? "1") threads for large shapes" }
      ),
    ]
    lines += optional.compactMap { name, text in text.map { (name, $0) } }
    let width = lines.map(\.0.count).max() ?? 0
    return lines.map { name, text in
      let padding = String(repeating: " ", count: width - name.count)
      return isMarkdown
        ? "- **\(name)**: \(printable(text))\n" : "\(name)\(padding)  \(printable(text))\n"
    }.joined()
  }
}
