import LoRASpectra

/// Records runs measured elsewhere under the names of their sweeps: all of them in one transaction,
/// or none.
///
/// Memory does not grow with the number of runs, except for the sweeps' own rows and for runs that
/// are known by name: the cache of updates and cells is bounded, and a forgotten one is found again
/// in the book.
package final class ExternalRunWriter {
  /// A sweep with newly recorded runs.
  package struct Recorded: Equatable, Sendable {
    /// Its id.
    package var sweepID: Int64
    /// Its name.
    package var name: String
    /// Number of runs recorded now.
    package var runs: Int
    /// Number of values of users' metrics recorded now.
    package var values = 0
  }

  private let connection: Connection
  private let session: ExternalSession
  private var origin: ExternalOrigin { session.origin }
  private let runs: RunWriter
  private let cells: ExternalCells
  private let updates: ExternalUpdates
  private let values: UserValueWriter
  private let logged: LoggedRunWriter

  private var sweeps: [Recorded] = []
  /// The execution of each of them that records now; nil until it has something to record.
  private var executions: [Int64?] = []
  /// The uuid that its execution gets.
  private var uuids: [String] = []
  /// Number of runs that its execution has recorded.
  private var sequences: [Int64] = []
  private var places: [ExactText: Int] = [:]
  private var lastPlace = -1

  /// Calls `body` with a writer and commits its runs in one transaction; nothing is kept if it
  /// throws.
  ///
  /// - Parameter session: of this process, which may have recorded before.
  /// - Returns: the sweeps, in the order in which they were first named.
  /// - Throws: `BookError.nameTaken`, `BookError.computedSweep`, `BookError.unusableName`,
  ///   `ExternalRunConflict`, `SQLiteError`.
  package static func record(
    in book: Book, _ session: ExternalSession, _ body: (ExternalRunWriter) throws -> Void
  ) throws -> [Recorded] {
    let before = session.progress
    do {
      return try book.connection.transaction {
        let writer = try ExternalRunWriter(book.connection, session)
        try body(writer)
        try writer.finish()
        return writer.sweeps
      }
    } catch {
      session.progress = before
      throw error
    }
  }

  /// The same for a process that records once.
  package static func record(
    in book: Book, _ origin: ExternalOrigin, mayAppend: Bool,
    _ body: (ExternalRunWriter) throws -> Void
  ) throws -> [Recorded] {
    try record(in: book, ExternalSession(origin, mayAppend: mayAppend), body)
  }

  private init(_ connection: Connection, _ session: ExternalSession) throws {
    self.connection = connection
    self.session = session
    runs = try RunWriter(connection)
    try runs.begin()
    cells = try ExternalCells(connection)
    updates = try ExternalUpdates(connection)
    values = try UserValueWriter(connection)
    logged = try LoggedRunWriter(connection, session)
  }

  /// Adds what is said of a run to the sweep with a name; creates a new sweep. What has a run's
  /// name, or a step, is added to that run if it is there.
  ///
  /// - Throws: `ExternalRunConflict` if it contradicts what the book has of the run.
  package func add(_ run: ExternalRun, to name: String) throws {
    let place = try place(of: name)
    if run.isWhole {
      let id = try insert(run, at: place)
      try putValues(of: run, id, at: place)
      if run.status != nil || run.note != nil {
        try runs.flush()
        try logged.insert(
          id, run, status: run.status ?? .finished, sweepID: sweeps[place].sweepID,
          executionID: execution(at: place))
      }
      return
    }
    let key = ExternalSession.RunKey(
      sweep: ExactText(name), run: run.name.map(ExactText.init))
    if let status = run.status { session.progress.said[key] = status }
    try takeUp(run, key, at: place)
    guard let id = logged.id(of: key) else { return }
    if let step = run.resumesFrom {
      try values.drop(after: step, of: id)
      logged.change(key)
    }
    if try putValues(of: run, id, at: place) { logged.change(key) }
    logged.note(run.note, key)
  }

  /// Finds the run that a piece is of, or makes it.
  private func takeUp(
    _ run: ExternalRun, _ key: ExternalSession.RunKey, at place: Int
  ) throws {
    if logged.id(of: key) == nil {
      if logged.isFull { try settleLogged() }
      try runs.flush()
      guard let id = try find(key, at: place) else {
        let id = try insert(run, at: place)
        try runs.flush()
        try logged.insert(
          id, run, status: .running, sweepID: sweeps[place].sweepID,
          executionID: execution(at: place))
        logged.open(id, as: key, inserted: run)
        if run.name == nil { session.progress.sweeps[key.sweep]?.unnamed = sequences[place] - 1 }
        return
      }
      logged.open(id, as: key)
    }
    guard let id = logged.id(of: key), run.isMeasured || !logged.isChecked(run, key) else { return }
    // What is recorded of a run is found through its recording.
    try runs.end()
    try logged.check(run, id, key)
    if run.isMeasured, try logged.put(run, id, key) { logged.change(key) }
  }

  /// The run that a key stands for; nil if there is none.
  private func find(_ key: ExternalSession.RunKey, at place: Int) throws -> Int64? {
    if let name = key.run {
      return try logged.find(name.text, sweepID: sweeps[place].sweepID)
    }
    guard let sequence = session.progress.sweeps[key.sweep]?.unnamed,
      let execution = executions[place]
    else { return nil }
    try runs.end()
    return try logged.find(at: sequence, executionID: execution)
  }

  /// Inserts a run without what its user named.
  private func insert(_ run: ExternalRun, at place: Int) throws -> Int64 {
    let sweepID = sweeps[place].sweepID
    let prescription = try updates.prescription(run.profile, sweepID: sweepID)
    let cell = try cells.cell(of: run, sweepID: sweepID, prescription: prescription)
    let executionID = try execution(at: place)
    let sequence = sequences[place]
    try runs.take(
      RunOwner(
        sweepID: sweepID, executionID: executionID,
        updateID: updates.update(of: run, prescription: prescription),
        place: .sequence(sequence)))
    let id = try runs.add(cell: cell.id, run.measurements)
    cell.add(run.measurements)
    sweeps[place].runs += 1
    sequences[place] += 1
    return id
  }

  /// - Returns: whether any was new.
  @discardableResult
  private func putValues(of run: ExternalRun, _ id: Int64, at place: Int) throws -> Bool {
    if run.metrics.isEmpty, run.info.isEmpty { return false }
    try runs.flush()
    let count = try values.put(run.metrics, step: run.step, of: id, run.name)
    sweeps[place].values += count
    return try values.put(run.info, of: id) || count > 0
  }

  /// The index in ``sweeps`` of the sweep with a name.
  private func place(of name: String) throws -> Int {
    let text = ExactText(name)
    if lastPlace >= 0, ExactText(sweeps[lastPlace].name) == text { return lastPlace }
    if let place = places[text] {
      lastPlace = place
      return place
    }
    var known = session.progress.sweeps[text]
    let found = try findSweep(name, mayAppend: session.mayAppend || known != nil)
    var executionID: Int64?
    if let known {
      executionID = try connection.findExecution(known.executionUUID)
        .flatMap { $0.sweepID == found ? $0.id : nil }
    }
    // The sweep may have been removed meanwhile, and its executions with it.
    if executionID == nil { known = nil }
    let uuid = known?.executionUUID ?? origin.makeUUID()
    let sweepID = try found ?? insertSweep(name, uuid: uuid)
    executions.append(executionID)
    uuids.append(uuid)
    sequences.append(known?.runs ?? 0)
    session.progress.sweeps[text] = known
    lastPlace = sweeps.count
    places[text] = lastPlace
    sweeps.append(Recorded(sweepID: sweepID, name: name, runs: 0))
    return lastPlace
  }

  private func findSweep(_ name: String, mayAppend: Bool) throws -> Int64? {
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

  /// Who records now, recorded where it is not yet; the first execution of a sweep has its uuid.
  private func execution(at place: Int) throws -> Int64 {
    if let id = executions[place] { return id }
    let now = origin.now()
    let process = origin.process
    try connection.run(
      Statements.insertExecution,
      [
        "uuid": .text(uuids[place]), "sweep_id": .integer(sweeps[place].sweepID),
        "started_at": .text(now), "finished_at": session.isStream ? .absent : .text(now),
        "lorabook_version": .text(origin.lorabookVersion), "host": .text(origin.host),
        "command": .text(origin.command), "boot_id": (process?.bootID).value,
        "process_id": (process?.processID).map { Int64($0) }.value,
        "process_start": (process?.processStart).map { Int64($0) }.value,
      ])
    let id = connection.lastInsertedID
    executions[place] = id
    // A new id is nobody's, and a file system without such locks has the process's number.
    if session.isStream {
      session.locks.append(try? SweepLock.take(SweepLock.executions + id, of: connection))
    }
    session.progress.sweeps[ExactText(sweeps[place].name)] = ExternalSession.Sweep(
      executionUUID: uuids[place])
    return id
  }

  private func settleLogged() throws {
    try logged.settle { name in
      guard let place = places[name] else { throw BookError.takenOver(name.text) }
      return try execution(at: place)
    }
  }

  private func finish() throws {
    try runs.end()
    try cells.putSummaries()
    try settleLogged()
    try logged.sumUpLate()
    let count = try connection.prepare(Statements.countExternalRuns)
    for (place, sweep) in sweeps.enumerated() {
      session.progress.sweeps[ExactText(sweep.name)]?.runs = sequences[place]
      // What was there already changes nothing.
      if executions[place] == nil { continue }
      try count.bind([
        "runs": .integer(Int64(sweep.runs)), "finished_at": .text(origin.now()),
        "sweep_id": .integer(sweep.sweepID),
      ])
      _ = try count.step()
    }
  }
}
