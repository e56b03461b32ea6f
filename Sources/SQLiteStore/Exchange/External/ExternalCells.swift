import LoRASpectra

/// Finds or creates the cells of runs measured elsewhere as the runs come, and keeps their
/// summaries.
final class ExternalCells {
  /// Largest number of cells kept in memory.
  static let limit = 50_000

  private let limit: Int
  private let writer: CellRecorder
  private var cells: [CellKey: RecordedCell] = [:]

  init(_ connection: Connection, limit: Int = ExternalCells.limit) throws {
    self.limit = limit
    writer = try CellRecorder(connection)
  }

  func cell(of run: ExternalRun, sweepID: Int64, prescription: Int64) throws -> RecordedCell {
    let settings = CellKey(
      sweepID: sweepID, prescription: prescription, shape: run.shape, noise: run.noise,
      rank: run.rank, alpha: run.alpha, rule: ExactText(run.rule), scale: run.scale)
    if let cell = cells[settings] { return cell }
    if cells.count >= limit {
      try putSummaries()
      cells.removeAll(keepingCapacity: true)
    }
    let cell = try writer.find(settings) ?? writer.make(settings)
    cells[settings] = cell
    return cell
  }

  /// Writes the changed summaries to the book.
  func putSummaries() throws { try writer.putSummaries(of: cells.values) }
}
