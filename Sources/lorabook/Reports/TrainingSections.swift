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

  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func sections() throws -> [ReportPage.Section] {
    let answers = try TrainingReport.answers(book, sweep.sweepID, level: level)
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
