import LoRASpectra
import Rendering
import SQLiteStore

/// A sweep as `show` prints it: settings and the article's tables for people, its cells for programs.
struct SweepReport {
  let book: Book
  let sweepID: Int64

  /// How many rows of a table are printed on a terminal, which has no room for a large grid.
  private static let mostRows = 40
  /// The sizes below this are 0 but for rounding: what was measured are shares of an update's size, and the
  /// energies of a spectrum add up to some thousand roundings of a double.
  static let rounding = 1e-12

  /// - Parameter isWhole: whether a terminal is shown every row.
  func print(_ format: OutputFormat, isWhole: Bool = false) throws {
    let cells = try book.cells(ofSweep: sweepID)
    switch format {
    case .csv, .tsv, .json, .jsonl: try format.write(cells)
    case .table, .markdown:
      try StandardOutput.write(
        text(cells, isMarkdown: format == .markdown, layout(of: format), isWhole: isWhole))
    }
  }

  private func layout(of format: OutputFormat) -> TableLayout {
    format.layout(rounding: SweepReport.rounding)
  }

  private func text(
    _ cells: ResultTable, isMarkdown: Bool, _ layout: TableLayout, isWhole: Bool
  ) throws -> String {
    let style = isMarkdown ? TableWriter.Style.markdown : .plain
    let sections = SweepTables.sections(
      cells: cells, spectra: try book.largestSingularValues(ofSweep: sweepID, most: 6))
    var text = try settings(isMarkdown: isMarkdown, layout)
    var isCut = false
    for section in sections where !section.table.rows.isEmpty {
      let title = layout.width.map { folded(section.title, to: $0) } ?? [section.title]
      text += "\n"
      text +=
        isMarkdown
        ? "## \(section.title)\n\n"
        : lines(title.map { layout.isColoured ? TextStyle.bold($0) : $0 })
      var table = layout.fits(section.table) ? section.table : section.narrow
      let left = table.rows.count - SweepReport.mostRows
      let isShort = layout.width != nil && !isWhole && left > 0
      if isShort { table.rows.removeLast(left) }
      text += try TableWriter.text(of: table, style: style, layout: layout)
      if isShort { text += "… \(left) more row\(left == 1 ? "" : "s")\n" }
      isCut = isCut || isShort
    }
    if isCut { text += "\nEvery row: lorabook show \(sweepID) --all\n" }
    return text
  }

  /// What was run, on what, and how it ended.
  private func settings(isMarkdown: Bool, _ layout: TableLayout) throws -> String {
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
    // A field of a spec is what a stranger's book says it is.
    lines = lines.map { (printable($0), printable($1)) }
    let width = (lines.map(\.0.count).max() ?? 0) + 2
    let settings = lines.map { name, text in
      if isMarkdown { return "- **\(markdownEscaped(name))**: \(markdownEscaped(text))\n" }
      let line = name + String(repeating: " ", count: width - name.count) + text
      return layout.width.map { self.lines(folded(line, to: max($0, 2 * width), indent: width)) }
        ?? line + "\n"
    }
    guard layout.isColoured, let status = value("status"),
      let style = TextStyle.ofStatus(status)
    else { return settings.joined() }
    let first = settings[0].replacing("(\(status))\n", with: "(\(style(status)))\n")
    return first + settings.dropFirst().joined()
  }

  private func lines(_ texts: [String]) -> String { texts.map { $0 + "\n" }.joined() }
}
