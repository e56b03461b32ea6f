import LoRASpectra

/// Finds or creates the cells of runs measured elsewhere as the runs come, and keeps their
/// summaries.
final class ExternalCells {
  /// Largest number of cells, and of sets of parameters, kept in memory.
  static let limit = 50_000

  private let limit: Int
  private let writer: CellRecorder
  private let connection: Connection
  private var parameterSets: [ParameterSet: Int64] = [:]
  /// Runs with the same parameters usually come together.
  private var lastSet: (set: ParameterSet, id: Int64)?
  private var cells: [CellKey: RecordedCell] = [:]

  init(_ connection: Connection, limit: Int = ExternalCells.limit) throws {
    self.limit = limit
    self.connection = connection
    writer = try CellRecorder(connection)
  }

  /// The cell of a run's settings.
  ///
  /// - Parameter prescription: of its profile; nil if it has none.
  func cell(of run: ExternalRun, sweepID: Int64, prescription: Int64?) throws -> RecordedCell {
    let settings = CellKey(
      sweepID: sweepID, prescription: prescription, shape: run.shape, noise: run.noise,
      rank: run.rank, alpha: run.alpha, rule: run.rule.map(ExactText.init),
      labelScale: CellKey.labelScale(
        rule: run.rule, alpha: run.alpha, rank: run.rank, scale: run.scale),
      parameterSet: try parameterSet(run.parameters))
    if let cell = cells[settings] { return cell }
    if cells.count >= limit {
      try putSummaries()
      cells.removeAll(keepingCapacity: true)
    }
    let cell = try writer.find(settings) ?? writer.make(settings, scale: run.scale)
    cells[settings] = cell
    return cell
  }

  private func parameterSet(_ set: ParameterSet) throws -> Int64 {
    if let lastSet, lastSet.set == set { return lastSet.id }
    let id = try parameterSets[set] ?? connection.parameterSetID(set)
    if parameterSets.count >= limit { parameterSets.removeAll(keepingCapacity: true) }
    parameterSets[set] = id
    lastSet = (set, id)
    return id
  }

  /// Writes the changed summaries to the book.
  func putSummaries() throws { try writer.putSummaries(of: cells.values) }
}
