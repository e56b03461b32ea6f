import LoRASpectra
import Rendering
import SQLiteStore

/// The sections of a report on measured modules: what they answer, each with its table, and their
/// pictures.
struct ModuleSections {
  let book: Book
  let sweep: SweepFacts
  let pictures: ReportPictures
  let commands: ReportCommands

  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func sections() throws -> [ReportPage.Section] {
    let answers = ModuleAnswers(
      modules: try book.modules(ofSweep: sweep.sweepID),
      cells: try book.cells(ofSweep: sweep.sweepID))
    let blocks: [ReportPage.Block] =
      [.points(answers.findings.map { "\($0)" })]
      + answers.sections.map {
        .table(PageTable(title: "\($0.title)", $0.table, rounding: SweepReport.rounding))
      }
    return [
      ReportPage.Section(id: "answers", heading: "What the modules answer", blocks: blocks),
      ReportPage.Section(
        id: "pictures", heading: "Pictures",
        blocks: try [PictureKind.energyByRank, .rankByDepth, .moduleSpectra].flatMap { kind in
          try pictures.picture(
            kind, of: sweep, command: { commands.plot([sweep], kind, $0) })
        }),
    ]
  }
}
