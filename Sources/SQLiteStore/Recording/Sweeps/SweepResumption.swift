import LoRASpectra

/// The record of a sweep that may be resumed.
package struct RecordedSweep: Sendable {
  /// Its id.
  package var sweepID: Int64
  /// Its name.
  package var name: String
  /// `running`, `finished`, `interrupted` or `failed`.
  package var status: String
  /// `sweep`, `train`, `measure`, `log` or `import`.
  package var source: String
  /// The canonical spec of its grid, as YAML.
  package var specText: String
  /// The definition of each of its profiles, by the label in its spec.
  package var definitions: [ExactText: String]
  /// The generator that drew its updates; nil if they were not drawn here.
  package var generator: String?
  /// Whether its runs are computed from its spec.
  package var isComputed: Bool
  /// By what its last execution recorded. Only what a note or the next process needs: jobs and command are left out.
  package var provenance: Provenance

  /// The ids of its profiles' prescriptions, by the label in its spec.
  var prescriptions: [ExactText: Int64]
  /// Number of runs that its spec plans, as recorded.
  package var plannedRuns: Int64
  /// Number of runs, as recorded.
  package var recordedRuns: Int64
  fileprivate var process: RecordingProcess
}

extension Book {
  /// The id of the sweep with a whole uuid; nil if the book has none.
  ///
  /// - Throws: `SQLiteError`.
  package func sweepID(uuid: String) throws -> Int64? {
    var found: Int64?
    try connection.rows(Statements.findSweepByUuid, ["uuid": .text(uuid)]) {
      found = $0.integer(0)
    }
    return found
  }

  /// Into how many shards a sweep was cut, most often first, with a command line that recorded one;
  /// empty if it was not.
  ///
  /// - Throws: `SQLiteError`.
  package func shardCounts(of sweepID: Int64) throws -> [(shards: Int, command: String)] {
    var counts: [(shards: Int, command: String)] = []
    try connection.rows(Statements.sweepShards, ["sweep_id": .integer(sweepID)]) {
      counts.append((Int(clamping: $0.integer(0)), try $0.text(1)))
    }
    return counts
  }

  /// The items of a computed sweep that the book has.
  ///
  /// - Throws: `SQLiteError`.
  package func recordedItems(of sweepID: Int64) throws -> ItemSet {
    try connection.recordedItems(of: sweepID)
  }

  /// The record of a sweep.
  ///
  /// - Throws: `BookError.noSuchSweep`, `SQLiteError`.
  package func recordedSweep(_ id: Int64) throws -> RecordedSweep {
    try connection.recordedSweep(id)
  }
}

extension Connection {
  func recordedSweep(_ id: Int64) throws -> RecordedSweep {
    let table = try table(Statements.recordedSweep, ["sweep_id": .integer(id)])
    guard let row = table.rows.first else { throw BookError.noSuchSweep("\(id)", nearest: nil) }
    func text(_ column: String) -> String? { table.value(column, in: row).text }
    func number(_ column: String) -> Int64? { table.value(column, in: row).integer }
    func int(_ column: String) -> Int? { number(column).flatMap { Int(exactly: $0) } }
    var definitions: [ExactText: String] = [:]
    var prescriptions: [ExactText: Int64] = [:]
    try rows(Statements.recordedProfiles, ["sweep_id": .integer(id)]) {
      let label = ExactText(try $0.text(0))
      definitions[label] = try $0.text(1)
      prescriptions[label] = $0.integer(2)
    }
    let process = RecordingProcess(
      host: text("host") ?? "", bootID: text("boot_id"), processID: int("process_id"),
      processStart: int("process_start"))
    return RecordedSweep(
      sweepID: id, name: text("name") ?? "", status: text("status") ?? "",
      source: text("source") ?? "", specText: text("spec") ?? "", definitions: definitions,
      generator: text("generator"), isComputed: number("is_computed") == 1,
      provenance: Provenance(
        lorabookVersion: text("lorabook_version") ?? "", gitCommit: text("git_commit"),
        lapack: text("lapack") ?? "", lapackThreads: int("lapack_threads") ?? 1, jobs: 1,
        host: process.host, processor: text("processor"), command: "", bootID: process.bootID,
        processID: process.processID ?? 0, processStart: process.processStart),
      prescriptions: prescriptions, plannedRuns: number("planned_runs") ?? 0,
      recordedRuns: number("recorded_runs") ?? 0,
      process: process)
  }
}

extension SweepSession.Beginning {
  /// Takes up a sweep that was interrupted or failed; call it in a transaction.
  ///
  /// - Parameters:
  ///   - isForced: whether to take up a sweep that is recorded as running on a machine that cannot
  ///   be asked.
  /// - Throws: `BookError.beingRecorded`, `BookError.recordedElsewhere`, `BookError.takenOver` if
  ///   it was finished or removed meanwhile, `SQLiteError`.
  init(
    _ connection: Connection, resuming recorded: RecordedSweep, _ execution: NewExecution,
    isForced: Bool
  ) throws {
    try recorded.checkFree(connection, isForced: isForced)
    let lock = try Self.takeLock(of: recorded, connection)
    try connection.run(Statements.resumeSweep, ["sweep_id": .integer(recorded.sweepID)])
    let executionID = try connection.insertExecution(execution, of: recorded.sweepID)
    self.init(
      sweepID: recorded.sweepID, executionID: executionID, name: recorded.name,
      items: try connection.recordedItems(of: recorded.sweepID),
      recordedRuns: Int(recorded.recordedRuns), lock: lock)
  }

  private static func takeLock(
    of recorded: RecordedSweep, _ connection: Connection
  ) throws -> SweepLock? {
    do {
      return try SweepLock.take(recorded.sweepID, of: connection)
    } catch {
      throw BookError.beingRecorded(
        recorded.name, process: recorded.process.processID, host: recorded.process.host)
    }
  }
}

extension Connection {
  /// The items of a computed sweep that the book has.
  ///
  /// - Throws: `SQLiteError` also for numbers that are no items.
  func recordedItems(of sweepID: Int64) throws -> ItemSet {
    var items = ItemSet()
    try rows(Statements.recordedItems, ["sweep_id": .integer(sweepID)]) { row in
      guard let item = Int(exactly: row.integer(0)), item < Int.max,
        items.append(item..<item + 1)
      else { throw SQLiteError(damage: "sweep \(sweepID) has an item twice") }
    }
    return items
  }
}

extension SweepWriter {
  /// Resumes a sweep that was interrupted or failed: what it has stays, and the other items are
  /// missing.
  ///
  /// - Parameters:
  ///   - grid: the grid of its spec.
  ///   - provenance: of the process that resumes it.
  ///   - isForced: whether to resume a sweep that is recorded as running on a machine that cannot
  ///   be asked.
  /// - Throws: `BookError.beingRecorded`, `BookError.recordedElsewhere`, `BookError.takenOver` if
  ///   it was
  ///   finished or removed meanwhile, `BookError.unlikeItsSpec`, `SQLiteError`.
  package convenience init(
    _ book: Book, resuming sweepID: Int64, grid: Grid, uuid: String, startedAt: String,
    shard: Shard? = nil, provenance: Provenance, isForced: Bool = false
  ) throws {
    try self.init(book, grid: grid) { connection in
      let recorded = try connection.recordedSweep(sweepID)
      let session = try SweepSession.Beginning(
        connection, resuming: recorded,
        NewExecution(
          uuid: uuid, startedAt: startedAt, shard: shard, provenance: provenance),
        isForced: isForced)
      let prescriptions = try recorded.prescriptions(
        of: grid, session.items)
      let cells = try SweepWriter.recordedCells(of: recorded, prescriptions, grid, connection)
      return Beginning(session: session, prescriptions: prescriptions, cells: cells)
    }
  }

  /// The cells with their summaries so far; refused unless they are those of the grid.
  private static func recordedCells(
    of recorded: RecordedSweep, _ prescriptions: [Int64], _ grid: Grid, _ connection: Connection
  ) throws -> [CellWriter] {
    let unlike = BookError.unlikeItsSpec(recorded.name, reason: "its cells are others")
    let rows = try connection.prepare(Statements.recordedCells)
    try rows.bind(["sweep_id": .integer(recorded.sweepID)])
    let findSummaries = try connection.prepare(Statements.findSummaries)
    var cells: [CellWriter] = []
    try grid.forEachCell(of: prescriptions) { cell in
      guard try rows.step(), try cell.isIn(rows) else { throw unlike }
      let id = rows.integer(0)
      cells.append(CellWriter(id: id, kept: try MetricValues(ofCell: id, findSummaries)))
    }
    guard try !rows.step() else { throw unlike }
    return cells
  }
}

extension RecordedSweep {
  /// Refuses a sweep that another process records or has finished.
  fileprivate func checkFree(_ connection: Connection, isForced: Bool) throws {
    switch status {
    case "interrupted", "failed": return
    case "running":
      try connection.checkNotRecorded(
        RunningSweep(sweepID: sweepID, name: name, process: process, executionID: 0),
        isForced: isForced)
    default: throw BookError.takenOver(name)
    }
  }

  /// The ids of the profiles of a grid in closed form, as
  /// ``prescriptions(of:plannedRuns:itemCount:runsPerItem:_:)``.
  func prescriptions(of grid: Grid, _ items: ItemSet) throws -> [Int64] {
    try prescriptions(
      of: grid.spec.profiles, plannedRuns: grid.runCount, itemCount: grid.updateCount,
      runsPerItem: grid.points.count, items)
  }

  /// The ids of a grid's profiles; refused unless the grid is the recorded one and has the items
  /// that are recorded.
  func prescriptions(
    of profiles: [Profile], plannedRuns: Int, itemCount: Int, runsPerItem: Int, _ items: ItemSet
  ) throws -> [Int64] {
    let ids = profiles.compactMap { prescriptions[ExactText($0.label)] }
    guard ids.count == profiles.count, ids.count == prescriptions.count else {
      throw BookError.unlikeItsSpec(name, reason: "its profiles are others")
    }
    guard self.plannedRuns == plannedRuns else {
      throw BookError.unlikeItsSpec(
        name, reason: "it plans \(self.plannedRuns) runs, and the spec \(plannedRuns)")
    }
    if let last = items.ranges.last, last.upperBound > itemCount {
      throw BookError.unlikeItsSpec(
        name,
        reason: "it has the item \(last.upperBound - 1), and the spec \(itemCount) of them")
    }
    guard recordedRuns == items.count * runsPerItem else {
      throw BookError.unlikeItsSpec(
        name,
        reason: "it counts \(recordedRuns) runs of \(items.count) items with \(runsPerItem) each")
    }
    return ids
  }
}

extension Provenance {
  /// In what the numbers that `next` computes may differ in their last digits from those recorded here: the
  /// values of both.
  package func differences(from next: Provenance) -> [(String, String)] {
    let pairs = [
      (lorabookVersion, next.lorabookVersion), (lapack, next.lapack),
      (processor ?? "", next.processor ?? ""),
      ("\(lapackThreads) threads", "\(next.lapackThreads) threads"),
    ]
    return pairs.filter { !$0.0.isEmpty && $0.0 != $0.1 }
  }
}

extension CellSettings {
  /// Whether a row of the statement is this cell. A scale may differ by the rounding of another machine's pow.
  fileprivate func isIn(_ row: Statement) throws -> Bool {
    try row.integer(1) == prescription && row.integer(2) == shape.d && row.integer(3) == shape.k
      && row.value(4) == .real(noise) && row.integer(5) == point.rank && row.real(6) == point.alpha
      && row.text(7) == "\(point.rule)"
      && abs(row.real(8) - point.scale) <= 1e-12 * abs(point.scale)
  }
}
