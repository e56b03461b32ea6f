import LoRASpectra
import Rendering
import SQLiteStore

/// The sections of a report on a trained sweep: its answers, each with its table, and its pictures.
struct TrainingSections {
  let book: Book
  let sweep: SweepFacts
  let level: Double
  let pictures: ReportPictures
  let commands: ReportCommands

  /// The answers of a sweep's trainings.
  ///
  /// - Parameter level: the confidence of intervals, above 0 and below 1.
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

  /// The same in the section of one sweep of several.
  ///
  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func blocks() throws -> [ReportPage.Block] {
    try [.heading("What the trainings answer")] + answers() + [.heading("Pictures")] + drawings()
  }

  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func sections() throws -> [ReportPage.Section] {
    [
      ReportPage.Section(
        id: "answers", heading: "What the trainings answer", blocks: try answers()),
      ReportPage.Section(id: "pictures", heading: "Pictures", blocks: try drawings()),
    ]
  }

  private func answers() throws -> [ReportPage.Block] {
    let answers = try TrainingSections.answers(book, sweep.sweepID, level: level)
    return answers.sections.flatMap { section -> [ReportPage.Block] in
      [
        .heading(section.title), .points(section.sentences.map { "\($0)" }),
        .table(
          PageTable(title: "The numbers", section.table, rounding: SweepReport.rounding)),
      ]
    }
  }

  private func drawings() throws -> [ReportPage.Block] {
    try [PictureKind.signal, .learningRate, .curve].flatMap { kind in
      try pictures.picture(kind, of: sweep, command: { commands.plot([sweep], kind, $0) })
    }
  }
}
