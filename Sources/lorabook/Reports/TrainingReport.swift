import LoRASpectra
import Rendering
import SQLiteStore

/// Prints a trained sweep for `show`: its answers, then its settings, for people; its cells for
/// programs.
struct TrainingReport {
  let book: Book
  let facts: SweepFacts

  /// Largest number of rows of a table on a terminal.
  private static let mostRows = 40
  /// The confidence of intervals.
  private static let level = 0.95

  /// - Parameter isWhole: whether a terminal shows every row.
  func print(_ format: OutputFormat, isWhole: Bool) throws {
    guard format.isForPeople else {
      return try format.write(book.trainedCells(ofSweep: facts.sweepID))
    }
    try StandardOutput.write(text(format, isWhole: isWhole))
  }

  /// The answers of a sweep's trainings.
  static func answers(_ book: Book, _ sweepID: Int64, level: Double) throws -> TrainingAnswers {
    let pictures = SweepPictures(
      book: book, selection: FigureSelection(), isLogarithmic: false, level: level)
    return TrainingAnswers(
      signal: try pictures.answers("learning-signal", sweepID),
      best: try pictures.answers("best-learning-rate", sweepID),
      transfer: try pictures.answers("learning-rate-transfer", sweepID),
      rules: try pictures.answers("rules-at-best-rate", sweepID), level: level,
      criticalValue: ComparisonTables.criticalValue(level: level))
  }

  private func text(_ format: OutputFormat, isWhole: Bool) throws -> String {
    let isMarkdown = format == .markdown
    let layout = format.layout(rounding: SweepReport.rounding)
    let answers = try TrainingReport.answers(book, facts.sweepID, level: TrainingReport.level)
    var text = lines(Array(facts.lines.prefix(3)), isMarkdown, layout)
    var isCut = false
    for section in answers.sections {
      let title = layout.width.map { folded(section.title, to: $0) } ?? [section.title]
      text += "\n"
      text +=
        isMarkdown
        ? "## \(section.title)\n\n"
        : title.map { (layout.isColoured ? TextStyle.bold($0) : $0) + "\n" }.joined()
      for sentence in section.sentences {
        let sentence = printable(sentence)
        let wrapped = layout.width.map { folded(sentence, to: $0) } ?? [sentence]
        text +=
          isMarkdown
          ? "- \(markdownEscaped(sentence))\n" : wrapped.map { $0 + "\n" }.joined()
      }
      if !section.sentences.isEmpty { text += "\n" }
      var table = section.table
      let left = table.rows.count - TrainingReport.mostRows
      let isShort = layout.width != nil && !isWhole && left > 0
      if isShort { table.rows.removeLast(left) }
      text += try TableWriter.text(
        of: table, style: isMarkdown ? .markdown : .plain, layout: layout)
      if isShort { text += "… \(left) more row\(left == 1 ? "" : "s")\n" }
      isCut = isCut || isShort
    }
    if isCut { text += "\nEvery row: lorabook show \(facts.sweepID) --all\n" }
    return text + "\n" + lines(Array(facts.lines.dropFirst(3)), isMarkdown, layout)
  }

  private func lines(
    _ lines: [(name: String, text: String)], _ isMarkdown: Bool, _ layout: TableLayout
  ) -> String {
    let shown = lines.map { (printable($0.name), printable($0.text)) }
    let width = (facts.lines.map(\.name.count).max() ?? 0) + 2
    return shown.map { name, text in
      if isMarkdown { return "- **\(markdownEscaped(name))**: \(markdownEscaped(text))\n" }
      let line = name + String(repeating: " ", count: max(1, width - name.count)) + text
      return layout.width.map {
        folded(line, to: max($0, 2 * width), indent: width).map { $0 + "\n" }.joined()
      } ?? line + "\n"
    }.joined()
  }
}
