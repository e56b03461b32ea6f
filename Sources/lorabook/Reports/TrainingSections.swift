import LoRASpectra
import Rendering
import SQLiteStore

/// The sections of a report on a trained sweep: its answers, each with its table, and its pictures.
struct TrainingSections {
  let sweep: SweepFacts
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
  func sections(_ answers: TrainingAnswers) throws -> [ReportPage.Section] {
    [
      ReportPage.Section(
        id: "answers", heading: "What the trainings answer", blocks: blocks(of: answers)),
      ReportPage.Section(id: "pictures", heading: "Pictures", blocks: try drawings()),
    ]
  }

  /// Each answer with its table; the page begins with the findings, and a sentence is said once.
  private func blocks(of answers: TrainingAnswers) -> [ReportPage.Block] {
    answers.sections.flatMap { section -> [ReportPage.Block] in
      let sentences = section.sentences.filter { !answers.findings.contains($0) }
      return [.heading(section.title)]
        + (sentences.isEmpty ? [] : [.points(sentences.map { "\($0)" })]) + [
          .table(
            PageTable(title: "The numbers", section.table, rounding: SweepReport.rounding))
        ]
    }
  }

  private func drawings() throws -> [ReportPage.Block] {
    try [PictureKind.signal, .learningRate, .curve].flatMap { kind in
      try pictures.picture(kind, of: sweep, command: { commands.plot([sweep], kind, $0) })
    }
  }
}
