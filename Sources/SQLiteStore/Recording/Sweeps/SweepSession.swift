import LoRASpectra

/// A sweep that this process records: its row, its execution and its lock, how many runs it has by
/// now, and how it ends. What runs are like is known to the recorder that uses the session.
package final class SweepSession {
  /// The sweep's id.
  package let sweepID: Int64
  /// The sweep's name in the book.
  package let name: String
  /// The items that were in the book when the session began.
  package let itemsBefore: ItemSet
  /// Number of the sweep's runs in the book.
  package private(set) var recordedRuns: Int
  /// Number of its items in the book.
  package private(set) var recordedItems: Int
  let connection: Connection
  let executionID: Int64
  private let runs: RunWriter
  private let setRecordedRuns: Statement
  /// Held until the sweep has ended; nil also if the file system has no such locks.
  private var lock: SweepLock?

  /// A sweep that this process has recorded as running, in a transaction that is not over yet.
  struct Beginning {
    var sweepID: Int64
    var executionID: Int64
    var name: String
    var items = ItemSet()
    var recordedRuns = 0
    var lock: SweepLock?
  }

  init(_ connection: Connection, _ beginning: Beginning) throws {
    self.connection = connection
    runs = try RunWriter(connection)
    setRecordedRuns = try connection.prepare(Statements.setRecordedRuns)
    sweepID = beginning.sweepID
    executionID = beginning.executionID
    name = beginning.name
    itemsBefore = beginning.items
    recordedItems = beginning.items.count
    recordedRuns = beginning.recordedRuns
    lock = beginning.lock
  }

  /// Records items in one transaction, all of them or none.
  ///
  /// - Parameters:
  ///   - runs: number of runs of all of them together.
  ///   - body: records them with the writer that it is given.
  /// - Throws: `BookError.takenOver`, `SQLiteError`, errors of `body`.
  func record(items: Int, runs newRuns: Int, _ body: (RunWriter) throws -> Void) throws {
    let recorded = recordedRuns + newRuns
    try connection.transaction {
      try setRecordedRuns.bind([
        "sweep_id": .integer(sweepID), "execution_id": .integer(executionID),
        "recorded_runs": .integer(Int64(recorded)), "before": .integer(Int64(recordedRuns)),
      ])
      try setRecordedRuns.stepOnce(orThrow: BookError.takenOver(name))
      try runs.begin()
      try body(runs)
      try runs.end()
    }
    recordedRuns = recorded
    recordedItems += items
  }

  /// Records how the sweep ended.
  ///
  /// - Parameters:
  ///   - failure: the error, if it failed.
  ///   - isShareWhole: whether this execution has recorded all that it was to: by default if the
  ///   sweep is finished.
  /// - Throws: `BookError.takenOver`, `SQLiteError`.
  package func finish(
    _ status: Status, at time: String, failure: String? = nil, isShareWhole: Bool? = nil
  ) throws {
    let finish = try connection.prepare(Statements.finishSweep)
    try finish.bind([
      "sweep_id": .integer(sweepID), "execution_id": .integer(executionID),
      "status": .text(status.rawValue), "finished_at": .text(time),
      "failure": failure.map(Value.text) ?? .absent,
    ])
    try connection.transaction {
      try finish.stepOnce(orThrow: BookError.takenOver(name))
      if isShareWhole ?? (status == .finished) {
        try connection.finishExecution(executionID, at: time)
      }
    }
    lock = nil
  }

  /// The ways in which a sweep ends.
  package enum Status: String, Sendable {
    case finished, interrupted, failed
  }
}

extension SweepSession.Beginning {
  /// Records a new sweep as running; call it in a transaction.
  ///
  /// - Parameters:
  ///   - source: the command that makes it, as in the table `source`.
  ///   - spec: the canonical spec as YAML.
  ///   - generator: the frozen name of the generator that draws updates; nil if none are drawn.
  /// - Throws: `BookError.nameTaken`, `BookError.unusableName`, `SQLiteError`.
  init(
    _ connection: Connection, _ new: NewSweep, source: String, plannedRuns: Int, spec: String,
    note: String, tags: [String], generator: String? = NumPyLegacyNormals.name
  ) throws {
    try Book.checkName(new.name)
    let name = try Self.freeName(connection, new)
    try connection.run(
      Statements.insertSweep,
      [
        "uuid": .text(new.uuid), "name": .text(name), "status": .text("running"),
        "source": .text(source), "started_at": .text(new.startedAt),
        "planned_runs": .integer(Int64(plannedRuns)), "spec": .text(spec), "note": .text(note),
      ])
    let sweepID = connection.lastInsertedID
    for tag in tags { try connection.addTag(tag, to: sweepID) }
    let executionID = try connection.insertExecution(
      NewExecution(
        uuid: new.executionUUID, startedAt: new.startedAt, shard: new.shard,
        provenance: new.provenance, generator: generator),
      of: sweepID)
    self.init(
      sweepID: sweepID, executionID: executionID, name: name,
      lock: try? SweepLock.take(sweepID, of: connection))
  }

  private static func freeName(_ connection: Connection, _ new: NewSweep) throws -> String {
    var free = new.name
    try connection.rows(Statements.freeName, ["name": .text(new.name)]) { free = try $0.text(0) }
    if new.nameIsAsked, free != new.name { throw BookError.nameTaken(new.name) }
    return free
  }
}
