import LoRASpectra

/// Writes trained items into the open transaction: their updates with spectra, cells, runs,
/// summaries and curves.
final class TrainedItemWriter {
  private let sweepID: Int64
  private let executionID: Int64
  private let prescriptions: [Int64]
  private let updates: UpdateWriter
  private let cellRecorder: CellRecorder
  private let trained: TrainedRunWriter
  private var trainings: TrainingWriter
  private var cells: [CellKey: RecordedCell] = [:]

  /// - Parameter prescriptions: the ids of the sweep's profiles, in their order.
  init(
    _ connection: Connection, sweepID: Int64, executionID: Int64, prescriptions: [Int64]
  ) throws {
    self.sweepID = sweepID
    self.executionID = executionID
    self.prescriptions = prescriptions
    updates = try UpdateWriter(connection)
    cellRecorder = try CellRecorder(connection)
    trained = try TrainedRunWriter(connection)
    trainings = try TrainingWriter(connection)
  }

  /// Writes items with all of their runs; call it once in a transaction.
  ///
  /// - Parameter runs: has begun in this transaction.
  /// - Throws: `SQLiteError`, `BookError.full`; call ``forget()`` after the transaction was rolled
  ///   back.
  func write(_ items: [TrainedItem], with runs: RunWriter) throws {
    for item in items { try write(item, runs) }
    try cellRecorder.putSummaries(of: cells.values)
  }

  /// Forgets what the rolled back transaction wrote.
  func forget() {
    updates.forget()
    trainings.forget()
    cells.removeAll(keepingCapacity: true)
  }

  private func write(_ trained: TrainedItem, _ runs: RunWriter) throws {
    let item = trained.item
    let identity = item.update.identity
    let prescription = prescriptions[item.update.group % prescriptions.count]
    let updateID = try updates.update(
      Origin(
        generator: identity.generator, position: identity.position, shape: identity.shape,
        prescription: prescription, noise: identity.noise),
      seed: identity.seed, singularValues: trained.spectrum.singularValues)
    try runs.take(
      RunOwner(
        sweepID: sweepID, executionID: executionID, updateID: updateID,
        place: .item(Int64(item.ordinal))))
    var ids: [Int64] = []
    for run in trained.runs {
      let cell = try cell(
        CellKey(
          sweepID: sweepID, prescription: prescription, shape: identity.shape,
          noise: identity.noise, rank: item.rank, alpha: run.point.alpha,
          rule: ExactText("\(run.point.rule)"),
          training: trainings.training(item.settings, learningRate: run.point.learningRate)),
        scale: run.point.scale)
      let measurements: Measurements = [
        .error: run.summary.finalError ?? .nan, .truncationError: run.summary.truncationError,
        .varianceCaptured: run.summary.varianceCaptured,
      ]
      ids.append(try runs.add(cell: cell.id, measurements))
      cell.add(measurements)
    }
    // The runs must be in the book before what belongs to them.
    try runs.end()
    for (run, id) in zip(trained.runs, ids) { try self.trained.add(run, to: id) }
  }

  private func cell(_ key: CellKey, scale: Double) throws -> RecordedCell {
    if let cell = cells[key] { return cell }
    let cell = try cellRecorder.find(key) ?? cellRecorder.make(key, scale: scale)
    cells[key] = cell
    return cell
  }
}
