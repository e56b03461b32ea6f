import LoRASpectra

/// The recorded origin of runs measured elsewhere.
package struct ExternalOrigin: Sendable {
  /// The commands that record such runs, as a sweep's `source`.
  package enum Source: String, Sendable {
    case log, `import`
  }

  /// The command that recorded them.
  package var source: Source
  /// The program's version.
  package var lorabookVersion: String
  /// The machine's name.
  package var host: String
  /// The command line, quoted for a shell.
  package var command: String
  /// Makes a uuid for each new sweep.
  package var makeUUID: @Sendable () -> String
  /// Returns the current time, in UTC and ISO 8601.
  package var now: @Sendable () -> String

  package init(
    source: Source, lorabookVersion: String, host: String, command: String,
    makeUUID: @escaping @Sendable () -> String, now: @escaping @Sendable () -> String
  ) {
    self.source = source
    self.lorabookVersion = lorabookVersion
    self.host = host
    self.command = command
    self.makeUUID = makeUUID
    self.now = now
  }
}

/// Records runs measured elsewhere under the names of their sweeps: all of them in one transaction,
/// or none.
///
/// Memory does not grow with the number of runs, except for the sweeps' own rows: the cache of
/// updates and cells is bounded, and a forgotten one is found again in the book.
package final class ExternalRunWriter {
  /// A sweep with newly recorded runs.
  package struct Recorded: Equatable, Sendable {
    /// Its id.
    package var sweepID: Int64
    /// Its name.
    package var name: String
    /// Number of runs recorded now.
    package var runs: Int
  }

  private let connection: Connection
  private let origin: ExternalOrigin
  private let mayAppend: Bool
  private let runs: RunWriter
  private let cells: ExternalCells
  private let updates: ExternalUpdates

  private var sweeps: [Recorded] = []
  /// The execution of each of them that records now.
  private var executions: [Int64] = []
  private var places: [ExactText: Int] = [:]
  private var lastPlace = -1

  /// Calls `body` with a writer and commits its runs in one transaction; nothing is kept if it
  /// throws.
  ///
  /// - Parameter mayAppend: whether sweeps of earlier calls, of either source, take more runs.
  /// - Returns: the sweeps, in the order in which they were first named.
  /// - Throws: `BookError.nameTaken`, `BookError.computedSweep`, `BookError.unusableName`,
  ///   `SQLiteError`.
  package static func record(
    in book: Book, _ origin: ExternalOrigin, mayAppend: Bool,
    _ body: (ExternalRunWriter) throws -> Void
  ) throws -> [Recorded] {
    try book.connection.transaction {
      let writer = try ExternalRunWriter(book.connection, origin, mayAppend: mayAppend)
      try body(writer)
      try writer.finish()
      return writer.sweeps
    }
  }

  private init(_ connection: Connection, _ origin: ExternalOrigin, mayAppend: Bool) throws {
    self.connection = connection
    self.origin = origin
    self.mayAppend = mayAppend
    runs = try RunWriter(connection)
    try runs.begin()
    cells = try ExternalCells(connection)
    updates = try ExternalUpdates(connection)
  }

  /// Adds a run to the sweep with a name; creates a new sweep.
  package func add(_ run: ExternalRun, to name: String) throws {
    let place = try place(of: name)
    let sweepID = sweeps[place].sweepID
    let prescription = try updates.prescription(run.profile, sweepID: sweepID)
    let cell = try cells.cell(of: run, sweepID: sweepID, prescription: prescription)
    try runs.take(
      RunOwner(
        sweepID: sweepID, executionID: executions[place],
        updateID: updates.update(of: run, prescription: prescription),
        place: .sequence(Int64(sweeps[place].runs))))
    try runs.add(
      cell: cell.id, error: run.error, truncationError: run.truncationError,
      varianceCaptured: run.varianceCaptured)
    cell.add(
      error: run.error, truncationError: run.truncationError,
      varianceCaptured: run.varianceCaptured)
    sweeps[place].runs += 1
  }

  /// The index in ``sweeps`` of the sweep with a name.
  private func place(of name: String) throws -> Int {
    if lastPlace >= 0, ExactText(sweeps[lastPlace].name) == ExactText(name) { return lastPlace }
    if let place = places[ExactText(name)] {
      lastPlace = place
      return place
    }
    let found = try findSweep(name)
    let uuid = origin.makeUUID()
    let sweepID = try found ?? insertSweep(name, uuid: uuid)
    executions.append(try insertExecution(of: sweepID, uuid: uuid))
    lastPlace = sweeps.count
    places[ExactText(name)] = lastPlace
    sweeps.append(Recorded(sweepID: sweepID, name: name, runs: 0))
    return lastPlace
  }

  private func findSweep(_ name: String) throws -> Int64? {
    var found: (id: Int64, source: String)?
    try connection.rows(Statements.findExternalSweep, ["name": .text(name)]) {
      found = ($0.integer(0), try $0.text(1))
    }
    guard let found else { return nil }
    guard mayAppend else { throw BookError.nameTaken(name) }
    guard ExternalOrigin.Source(rawValue: found.source) != nil else {
      throw BookError.computedSweep(name)
    }
    return found.id
  }

  private func insertSweep(_ name: String, uuid: String) throws -> Int64 {
    try Book.checkName(name)
    try connection.run(
      Statements.insertSweep,
      [
        "uuid": .text(uuid), "name": .text(name), "status": .text("finished"),
        "source": .text(origin.source.rawValue), "started_at": .text(origin.now()),
        "planned_runs": .integer(0), "spec": .text(""), "note": .text(""),
      ])
    return connection.lastInsertedID
  }

  /// Who records now; the first execution of a sweep has its uuid.
  private func insertExecution(of sweepID: Int64, uuid: String) throws -> Int64 {
    let now = origin.now()
    try connection.run(
      Statements.insertExecution,
      [
        "uuid": .text(uuid), "sweep_id": .integer(sweepID), "started_at": .text(now),
        "finished_at": .text(now), "lorabook_version": .text(origin.lorabookVersion),
        "host": .text(origin.host), "command": .text(origin.command),
      ])
    return connection.lastInsertedID
  }

  private func finish() throws {
    try runs.end()
    try cells.putSummaries()
    let count = try connection.prepare(Statements.countExternalRuns)
    for sweep in sweeps {
      try count.bind([
        "runs": .integer(Int64(sweep.runs)), "finished_at": .text(origin.now()),
        "sweep_id": .integer(sweep.sweepID),
      ])
      _ = try count.step()
    }
  }
}
