import LoRASpectra
import Rendering
import SQLiteStore

/// Prints a sweep for `show`: what it found, its tables, then its settings, for people; its cells
/// for programs.
struct SweepReport {
  let book: Book
  let sweepID: Int64
  /// Parameters that tell no settings apart.
  var ignored: [String] = []
  /// The modules that are shown; nil for all.
  var modules: ModuleSelection?

  /// Numbers below this size are shown as rounded zero: measurements are shares of an update's
  /// size, and the energies of a spectrum add up some thousand roundings of a double.
  static let rounding = 1e-12

  /// A part of the page: a title, what it says, and the numbers behind it.
  private struct Section {
    var title: String
    var sentences: [String] = []
    var table: ResultTable
    /// The same with a row for each number, for a narrow terminal.
    var narrow: ResultTable?
  }

  func print(_ output: RowOptions) throws {
    let facts = try SweepFacts(book: book, sweepID: sweepID)
    guard output.format.isForPeople else { return try printRows(facts, output) }
    try StandardOutput.write(
      text(facts, isMarkdown: output.format == .markdown, output))
  }

  private func printRows(_ facts: SweepFacts, _ output: RowOptions) throws {
    if facts.source == "train" {
      return try output.write(book.trainedCells(ofSweep: sweepID))
    }
    if let modules {
      return try output.write(book.cells(of: modules, inSweeps: [sweepID]).without(["cell_id"]))
    }
    guard try ignored.isEmpty && book.settingCount(ofSweep: sweepID) > Book.mostSettings else {
      return try output.write(metricTables().full.without(["cell_id"]))
    }
    let metrics = try book.metricSummaries(ofSweep: sweepID)
    var names: [String] = []
    try book.forEachCell(ofSweep: sweepID, columns: { names = $0 }, row: { _, _ in })
    try output.write(names + MetricTables.columns(of: metrics)) { add in
      try book.forEachCell(ofSweep: sweepID, columns: { _ in }) { cell, row in
        try add(row + MetricTables.values(of: metrics, cell: cell))
      }
    }
  }

  /// The confidence of the intervals.
  private static let level = 0.95

  /// The sweep's cells with the metrics that users named.
  private func metricTables() throws -> MetricTables {
    let cells = try book.cells(ofSweep: sweepID, ignoring: ignored)
    return MetricTables(
      cells: cells.table,
      metrics: try book.metricSummaries(ofSweep: sweepID, pooled: cells.ids),
      criticalValue: ComparisonTables.criticalValue(level: SweepReport.level))
  }

  /// What a sweep found in a few sentences, and its parts.
  private func findings(
    of facts: SweepFacts
  ) throws -> (sentences: [String], sections: [Section]) {
    if facts.source == "train" {
      let answers = try TrainingSections.answers(book, sweepID, level: SweepReport.level)
      return (
        answers.findings,
        answers.sections.map { section in
          // A sentence is said once.
          Section(
            title: section.title,
            sentences: section.sentences.filter { !answers.findings.contains($0) },
            table: section.table)
        }
      )
    }
    let tables = try metricTables()
    if facts.source == "measure" {
      let answers = try book.moduleAnswers(
        ofSweep: sweepID, modules, cells: { tables.cells })
      return (
        answers.findings, answers.sections.map { Section(title: $0.title, table: $0.table) }
      )
    }
    let metrics = tables.section(level: SweepReport.level)
    let sections =
      [metrics].compactMap(\.self)
      + SweepTables.sections(
        cells: tables.cells,
        spectra: try book.largestSingularValues(ofSweep: sweepID, limit: 6),
        hasFixedFactors: facts.hasFixedFactors, hasOtherMetrics: metrics != nil)
    return (
      SweepFindings.sentences(tables.cells) + tables.findings,
      sections.map { Section(title: $0.title, table: $0.table, narrow: $0.narrow) }
    )
  }

  private func text(
    _ facts: SweepFacts, isMarkdown: Bool, _ output: RowOptions
  ) throws -> String {
    let layout = output.layout(rounding: SweepReport.rounding)
    func lines(_ text: String) -> String {
      let folds = layout.width.map { folded(text, to: $0) } ?? [text]
      return folds.map { $0 + "\n" }.joined()
    }
    let settingCount = try book.settingCount(ofSweep: sweepID)
    var text = heading(facts, isMarkdown: isMarkdown, layout)
    guard facts.source == "train" || settingCount <= Book.mostSettings else {
      return text + "\n"
        + lines(
          "\(settingCount) settings are too many for tables. As rows: lorabook show \(sweepID) --format csv"
        ) + "\n" + settings(facts, isMarkdown: isMarkdown, layout)
    }
    let (sentences, sections) = try findings(of: facts)
    for sentence in sentences.map(printable) {
      text += isMarkdown ? "- \(markdownEscaped(sentence))\n" : lines(sentence)
    }
    for section in sections where !section.table.rows.isEmpty {
      let title = layout.isColoured ? TextStyle.bold(section.title) : section.title
      text += "\n" + (isMarkdown ? "## \(section.title)\n\n" : lines(title))
      for sentence in section.sentences.map(printable) {
        text += isMarkdown ? "- \(markdownEscaped(sentence))\n" : lines(sentence)
      }
      if !section.sentences.isEmpty { text += "\n" }
      var table =
        layout.fits(section.table) ? section.table : section.narrow ?? section.table
      let left = max(0, table.rows.count - RowOptions.rowsAtOnce)
      let isShort = layout.width != nil && !output.full
      var hiddenColumns = 0
      if isShort {
        table.rows.removeLast(left)
        (table, hiddenColumns) = layout.fitting(table)
      }
      text += try TableWriter.text(
        of: table, style: isMarkdown ? .markdown : .plain, layout: layout)
      if isShort { text += RowOptions.footer(rows: left, columns: hiddenColumns) }
    }
    return text + "\n" + settings(facts, isMarkdown: isMarkdown, layout)
  }

  /// The sweep's name, status and runs.
  private func heading(
    _ facts: SweepFacts, isMarkdown: Bool, _ layout: TableLayout
  ) -> String {
    let name = printable(facts.name)
    let runs = "\(facts.runs), \(facts.status)"
    if isMarkdown { return "# \(markdownEscaped(name))\n\nSweep \(sweepID): \(runs)\n\n" }
    let line = "Sweep \(sweepID) '\(name)': \(runs)"
    let text = (layout.width.map { folded(line, to: $0) } ?? [line]).map { $0 + "\n" }.joined()
    guard layout.isColoured, let style = TextStyle.ofStatus(facts.status),
      text.hasSuffix("\(facts.status)\n")
    else { return text }
    return text.dropLast(facts.status.count + 1) + style(facts.status) + "\n"
  }

  /// The sweep's settings and provenance.
  private func settings(
    _ facts: SweepFacts, isMarkdown: Bool, _ layout: TableLayout
  ) -> String {
    // The spec of someone else's book may contain any text.
    let lines = facts.lines.map { (printable($0.name), printable($0.text)) }
    let width = (lines.map(\.0.count).max() ?? 0) + 2
    return lines.map { name, text in
      if isMarkdown { return "- **\(markdownEscaped(name))**: \(markdownEscaped(text))\n" }
      let line = name + String(repeating: " ", count: width - name.count) + text
      return layout.width.map {
        folded(line, to: max($0, 2 * width), indent: width).map { $0 + "\n" }.joined()
      } ?? line + "\n"
    }.joined()
  }
}
