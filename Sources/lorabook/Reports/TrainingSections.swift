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

  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func sections() throws -> [ReportPage.Section] {
    let answers = try TrainingSections.answers(book, sweep.sweepID, level: level)
    let blocks = answers.sections.flatMap { section -> [ReportPage.Block] in
      [
        .heading(section.title), .points(section.sentences.map { "\($0)" }),
        .table(
          PageTable(title: "The numbers", section.table, rounding: SweepReport.rounding)),
      ]
    }
    return [
      ReportPage.Section(id: "answers", heading: "What the trainings answer", blocks: blocks),
      ReportPage.Section(
        id: "pictures", heading: "Pictures",
        blocks: try [PictureKind.signal, .learningRate, .curve].flatMap { kind in
          try pictures.picture(
            kind, of: sweep, command: { commands.plot([sweep], kind, $0) })
        }),
    ]
  }
}
