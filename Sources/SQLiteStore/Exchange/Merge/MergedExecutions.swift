import LoRASpectra

/// Finds in one book the executions of a sweep of another, or makes them.
final class MergedExecutions {
  private let source: MergeSource
  private let connection: Connection
  private let sourceSweep: Int64
  private let sweepID: Int64
  private var ids: [Int64: Int64] = [:]
  /// What ``known(_:)`` found before the missing ones were made.
  private var knownIDs: [Int64: Int64?] = [:]

  init(
    _ source: MergeSource, sweep sourceSweep: Int64, as sweepID: Int64,
    into connection: Connection
  ) {
    self.source = source
    self.connection = connection
    self.sourceSweep = sourceSweep
    self.sweepID = sweepID
  }

  /// Makes all executions that are not here, in the order in which they recorded there. Of those that are here it takes
  /// when they ended.
  func makeAll() throws {
    let there = try source.connection.table(
      Statements.mergedExecutions, ["sweep_id": .integer(sourceSweep)])
    for row in there.rows {
      guard let id = there.value("execution_id", in: row).integer,
        let uuid = there.value("uuid", in: row).text
      else { throw source.damage("an execution has no uuid") }
      let values = Dictionary(zip(there.columns, row)) { $1 }
      guard let found = try find(uuid) else {
        ids[id] = try insert(values)
        continue
      }
      ids[id] = found
      try connection.run(
        Statements.finishExecution,
        ["execution_id": .integer(found), "finished_at": values["finished_at"] ?? .absent])
    }
  }

  /// The id here of an execution there, which is made if it is not here.
  func execution(_ sourceID: Int64) throws -> Int64 {
    if let id = ids[sourceID] { return id }
    let there = try source.connection.table(
      Statements.mergedExecutions, ["sweep_id": .integer(sourceSweep)])
    guard
      let row = there.rows.first(where: {
        there.value("execution_id", in: $0) == .integer(sourceID)
      }), let uuid = there.value("uuid", in: row).text
    else { throw source.damage("runs are of an execution that is not there") }
    let id = try find(uuid) ?? insert(Dictionary(zip(there.columns, row)) { $1 })
    ids[sourceID] = id
    return id
  }

  /// The id here of an execution there; nil if it is not here yet.
  func known(_ sourceID: Int64) throws -> Int64? {
    if let id = ids[sourceID] { return id }
    if let found = knownIDs[sourceID] { return found }
    let there = try source.connection.table(
      Statements.mergedExecutions, ["sweep_id": .integer(sourceSweep)])
    for row in there.rows {
      guard let id = there.value("execution_id", in: row).integer,
        let uuid = there.value("uuid", in: row).text
      else { throw source.damage("an execution has no uuid") }
      knownIDs[id] = .some(try find(uuid))
    }
    return knownIDs[sourceID] ?? nil
  }

  private func find(_ uuid: String) throws -> Int64? {
    var found: (id: Int64, sweep: Int64)?
    try connection.rows(Statements.findExecution, ["uuid": .text(uuid)]) {
      found = ($0.integer(0), $0.integer(1))
    }
    guard let found else { return nil }
    guard found.sweep == sweepID else {
      // As after a merge that united logged sweeps of one name.
      let name = try SweepRecord(connection, found.sweep).name
      throw MergeConflict(
        what: "some of its runs are in the sweep '\(name)' here; add --as to unite the two")
    }
    return found.id
  }

  private func insert(_ values: [String: Value]) throws -> Int64 {
    var bindings = values
    bindings["execution_id"] = nil
    bindings["sweep_id"] = .integer(sweepID)
    try connection.run(Statements.insertExecution, bindings)
    return connection.lastInsertedID
  }
}
