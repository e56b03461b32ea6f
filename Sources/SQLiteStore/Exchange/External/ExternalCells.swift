import LoRASpectra

/// Finds or creates the cells of runs measured elsewhere as the runs come, and keeps their
/// summaries.
final class ExternalCells {
  /// Largest number of cells kept in memory.
  static let limit = 50_000

  private let limit: Int
  private let writer: CellRecorder
  private let connection: Connection
  /// The id of the parameters of runs that have none; nil until it is asked for.
  private var noParameters: Int64?
  private var cells: [CellKey: RecordedCell] = [:]

  init(_ connection: Connection, limit: Int = ExternalCells.limit) throws {
    self.limit = limit
    self.connection = connection
    writer = try CellRecorder(connection)
  }

  func cell(of run: ExternalRun, sweepID: Int64, prescription: Int64) throws -> RecordedCell {
    noParameters =
      try noParameters ?? connection.findParameterSet("") ?? connection.insertParameterSet("")
    let settings = CellKey(
      sweepID: sweepID, prescription: prescription, shape: run.shape, noise: run.noise,
      rank: run.rank, alpha: run.alpha, rule: ExactText(run.rule),
      labelScale: CellKey.labelScale(
        rule: run.rule, alpha: run.alpha, rank: run.rank, scale: run.scale),
      parameterSet: noParameters)
    if let cell = cells[settings] { return cell }
    if cells.count >= limit {
      try putSummaries()
      cells.removeAll(keepingCapacity: true)
    }
    let cell = try writer.find(settings) ?? writer.make(settings, scale: run.scale)
    cells[settings] = cell
    return cell
  }

  /// Writes the changed summaries to the book.
  func putSummaries() throws { try writer.putSummaries(of: cells.values) }
}
