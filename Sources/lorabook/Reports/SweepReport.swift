import LoRASpectra
import Rendering
import SQLiteStore

/// Prints a sweep for `show`: settings and the article's tables for people, its cells for programs.
struct SweepReport {
  let book: Book
  let sweepID: Int64

  /// Largest number of rows of a table on a terminal.
  private static let mostRows = 40
  /// Numbers below this size are shown as rounded zero: measurements are shares of an update's
  /// size, and the energies of a spectrum add up some thousand roundings of a double.
  static let rounding = 1e-12

  /// - Parameter isWhole: whether a terminal shows every row.
  func print(_ format: OutputFormat, isWhole: Bool = false) throws {
    let facts = try SweepFacts(book: book, sweepID: sweepID)
    if facts.source == "train" {
      return try TrainingReport(book: book, facts: facts).print(format, isWhole: isWhole)
    }
    switch format {
    case .csv, .tsv, .json, .jsonl:
      guard try book.settingCount(ofSweep: sweepID) > Book.mostSettings else {
        return try format.write(book.cells(ofSweep: sweepID).without(["cell_id"]))
      }
      var names: [String] = []
      try book.forEachCell(ofSweep: sweepID, columns: { names = $0 }, row: { _ in })
      try format.write(names) { add in
        try book.forEachCell(ofSweep: sweepID, columns: { _ in }, row: add)
      }
    case .table, .markdown:
      try StandardOutput.write(
        text(isMarkdown: format == .markdown, layout(of: format), isWhole: isWhole))
    }
  }

  private func layout(of format: OutputFormat) -> TableLayout {
    format.layout(rounding: SweepReport.rounding)
  }

  private func text(
    isMarkdown: Bool, _ layout: TableLayout, isWhole: Bool
  ) throws -> String {
    let style = isMarkdown ? TableWriter.Style.markdown : .plain
    let facts = try SweepFacts(book: book, sweepID: sweepID)
    let settingCount = try book.settingCount(ofSweep: sweepID)
    guard settingCount <= Book.mostSettings else {
      let sentence =
        "\(settingCount) settings are too many for tables. As rows: lorabook show \(sweepID) --format csv"
      return settings(facts, isMarkdown: isMarkdown, layout) + "\n"
        + lines(layout.width.map { folded(sentence, to: $0) } ?? [sentence])
    }
    let sections = SweepTables.sections(
      cells: try book.cells(ofSweep: sweepID),
      spectra: try book.largestSingularValues(ofSweep: sweepID, limit: 6),
      hasFixedFactors: facts.hasFixedFactors)
    var text = settings(facts, isMarkdown: isMarkdown, layout)
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

  /// The sweep's settings, provenance and status.
  private func settings(
    _ facts: SweepFacts, isMarkdown: Bool, _ layout: TableLayout
  ) -> String {
    // The spec of someone else's book may contain any text.
    let lines = facts.lines.map { (printable($0.name), printable($0.text)) }
    let width = (lines.map(\.0.count).max() ?? 0) + 2
    let settings = lines.map { name, text in
      if isMarkdown { return "- **\(markdownEscaped(name))**: \(markdownEscaped(text))\n" }
      let line = name + String(repeating: " ", count: width - name.count) + text
      return layout.width.map { self.lines(folded(line, to: max($0, 2 * width), indent: width)) }
        ?? line + "\n"
    }
    guard layout.isColoured, let style = TextStyle.ofStatus(facts.status)
    else { return settings.joined() }
    let first = settings[0].replacing("(\(facts.status))\n", with: "(\(style(facts.status)))\n")
    return first + settings.dropFirst().joined()
  }

  private func lines(_ texts: [String]) -> String { texts.map { $0 + "\n" }.joined() }
}
