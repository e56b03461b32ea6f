import LoRASpectra
import Rendering
import SQLiteStore

/// The sections of a report on measured modules: what they answer, each with its table, and their
/// pictures.
struct ModuleSections {
  let sweep: SweepFacts
  let pictures: ReportPictures
  let commands: ReportCommands

  /// - Throws: errors of the book, `CommandError` on Ctrl-C.
  func sections(_ answers: ModuleAnswers) throws -> [ReportPage.Section] {
    [
      ReportPage.Section(
        id: "answers", heading: "What the modules answer", blocks: tables(of: answers)),
      ReportPage.Section(id: "pictures", heading: "Pictures", blocks: try drawings()),
    ]
  }

  private func tables(of answers: ModuleAnswers) -> [ReportPage.Block] {
    answers.sections.map {
      .table(PageTable(title: "\($0.title)", $0.table, rounding: SweepReport.rounding))
    }
  }

  private func drawings() throws -> [ReportPage.Block] {
    try [PictureKind.energyByRank, .rankByDepth, .moduleSpectra].flatMap { kind in
      try pictures.picture(kind, of: sweep, command: { commands.plot([sweep], kind, $0) })
    }
  }
}

extension Book {
  /// What a sweep of measured modules answers.
  ///
  /// - Parameters:
  ///   - modules: the modules that are asked about; nil for all.
  ///   - cells: the sweep's cells, unless it is asked about some modules alone.
  /// - Throws: `SQLiteError`.
  func moduleAnswers(
    ofSweep id: Int64, _ modules: ModuleSelection? = nil, cells: (() throws -> ResultTable)? = nil
  ) throws -> ModuleAnswers {
    var table = try self.modules(ofSweep: id)
    guard let modules else {
      return ModuleAnswers(
        modules: table, cells: try cells?() ?? self.cells(ofSweep: id))
    }
    table.rows = table.rows.filter { modules.takes(table.value("module", in: $0).text ?? "") }
    return ModuleAnswers(modules: table, cells: try self.cells(of: modules, inSweeps: [id]))
  }
}
