import LoRASpectra

/// Writes measured modules into the open transaction: their updates with spectra, cells, runs and
/// summaries.
final class ModuleWriter {
  private let connection: Connection
  private let sweepID: Int64
  private let executionID: Int64
  private let updates: UpdateWriter
  private let cellRecorder: CellRecorder
  private let findContent: Statement
  private let insertContent: Statement
  private let insertUpdate: Statement
  private let insertModule: Statement
  private let insertSweepModule: Statement
  private let values: UserValueWriter
  private var cells: [CellKey: RecordedCell] = [:]

  init(_ connection: Connection, sweepID: Int64, executionID: Int64) throws {
    self.connection = connection
    self.sweepID = sweepID
    self.executionID = executionID
    updates = try UpdateWriter(connection)
    cellRecorder = try CellRecorder(connection)
    findContent = try connection.prepare(Statements.findContent)
    insertContent = try connection.prepare(Statements.insertContent)
    insertUpdate = try connection.prepare(Statements.insertUpdate)
    insertModule = try connection.prepare(Statements.insertModule)
    insertSweepModule = try connection.prepare(Statements.insertSweepModule)
    values = try UserValueWriter(connection)
  }

  /// Writes modules with all of their runs; call it once in a transaction.
  ///
  /// - Parameter runs: has begun in this transaction.
  /// - Throws: `SQLiteError`, `BookError.full`; call ``forget()`` after the transaction was rolled
  ///   back.
  func write(_ modules: [MeasuredModule], with runs: RunWriter) throws {
    for module in modules { try write(module, runs) }
    try cellRecorder.putSummaries(of: cells.values)
  }

  /// Forgets what the rolled back transaction wrote.
  func forget() { cells.removeAll(keepingCapacity: true) }

  private func write(_ module: MeasuredModule, _ runs: RunWriter) throws {
    let updateID = try update(of: module)
    try insertSweepModule.bind([
      "sweep_id": .integer(sweepID), "item": .integer(Int64(module.item)),
      "name": .text(module.name), "update_id": .integer(updateID), "file": .text(module.file),
      "base_file": module.baseFile.value, "adapter_alpha": (module.adapter?.alpha).value,
      "adapter_rule": (module.adapter?.rule.description).value,
    ])
    _ = try insertSweepModule.step()
    try runs.take(
      RunOwner(
        sweepID: sweepID, executionID: executionID, updateID: updateID,
        place: .item(Int64(module.item))))
    var ids: [Int64] = []
    for (point, computed) in zip(module.points, module.measurements) {
      let measurements = Measurements(computed)
      let cell = try cell(
        CellKey(
          sweepID: sweepID, shape: module.shape, rank: point.rank, alpha: point.alpha,
          rule: ExactText("\(point.rule)")), scale: point.scale)
      ids.append(try runs.add(cell: cell.id, measurements))
      cell.add(measurements)
    }
    guard module.overlaps.contains(where: { $0 != nil }) else { return }
    // The runs must be in the book before what belongs to them.
    try runs.end()
    for (id, overlap) in zip(ids, module.overlaps) {
      guard let overlap else { continue }
      let metrics = [
        UserMetric(name: "phi_in", value: overlap.inputs),
        UserMetric(name: "phi_out", value: overlap.outputs),
      ]
      _ = try values.put(metrics, step: nil, of: id, nil)
    }
  }

  /// The id of a module's update, which is recorded with its spectrum if it is new.
  private func update(of module: MeasuredModule) throws -> Int64 {
    try findContent.bind(["content": .text(module.digests.content)])
    defer { findContent.reset() }
    if try findContent.step() { return findContent.integer(0) }
    try insertContent.bind([
      "d": .integer(Int64(module.shape.d)), "k": .integer(Int64(module.shape.k)),
      "content": .text(module.digests.content),
    ])
    _ = try insertContent.step()
    let originID = connection.lastInsertedID
    try insertUpdate.bind(["origin_id": .integer(originID), "seed": .absent])
    _ = try insertUpdate.step()
    let updateID = connection.lastInsertedID
    try updates.insert(module.found.singularValues, of: updateID)
    try insertModule.bind(module.recordedColumns(originID: originID))
    _ = try insertModule.step()
    return updateID
  }

  private func cell(_ key: CellKey, scale: Double) throws -> RecordedCell {
    if let cell = cells[key] { return cell }
    let cell = try cellRecorder.find(key) ?? cellRecorder.make(key, scale: scale)
    cells[key] = cell
    return cell
  }
}

extension MeasuredModule {
  /// The columns of `module`, by name.
  func recordedColumns(originID: Int64) -> [String: Value] {
    func whole(_ number: Int?) -> Value { number.map { Int64($0) }.value }
    let summary = summary
    return [
      "origin_id": .integer(originID), "kind": .text(kind.rawValue), "dtype": .text(type),
      "sha256": .text(digests.sha256), "base_sha256": digests.base.value,
      "frobenius_norm": .real(summary.frobeniusNorm), "base_norm": found.baseNorm.value,
      "rounding_floor": .real(found.roundingFloor), "adapter_rank": whole(adapter?.rank),
      "adapter_scale": (adapter?.scale).value, "stable_rank": .real(summary.stableRank),
      "effective_rank": .real(summary.effectiveRank), "rank_90": whole(summary.rank90),
      "rank_95": whole(summary.rank95), "rank_99": whole(summary.rank99),
      "noise_rank": whole(noiseRank),
    ]
  }
}
