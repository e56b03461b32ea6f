import LoRASpectra

/// The cells of runs measured elsewhere, found or made as runs come, with their summaries.
final class ExternalCells {
  /// How many cells are remembered.
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

  /// Puts the summaries of what has changed in the book.
  func putSummaries() throws { try writer.putSummaries(of: cells.values) }
}
