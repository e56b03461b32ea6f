import LoRASpectra

/// The record of a sweep that may be resumed.
package struct RecordedSweep: Sendable {
  /// Its id.
  package var sweepID: Int64
  /// Its name.
  package var name: String
  /// `running`, `finished`, `interrupted` or `failed`.
  package var status: String
  /// `sweep`, `log` or `import`.
  package var source: String
  /// The canonical spec of its grid, as YAML.
  package var specText: String
  /// The definition of each of its profiles, by the label in its spec.
  package var definitions: [String: String]
  /// The generator that drew its updates; nil if they were not drawn here.
  package var generator: String?
  /// Its provenance so far, but only what a note or the next process needs: jobs and command are
  /// left out.
  package var provenance: Provenance

  /// The ids of its profiles' prescriptions, by the label in its spec.
  var prescriptions: [String: Int64]
  /// Number of runs that its spec plans, as recorded.
  package var plannedRuns: Int64
  /// Number of runs, as recorded.
  package var recordedRuns: Int64
  fileprivate var recordedUpdates: Int64
  fileprivate var process: RecordingProcess
}

extension Book {
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
    var definitions: [String: String] = [:]
    var prescriptions: [String: Int64] = [:]
    try rows(Statements.recordedProfiles, ["sweep_id": .integer(id)]) {
      definitions[try $0.text(0)] = try $0.text(1)
      prescriptions[try $0.text(0)] = $0.integer(2)
    }
    let process = RecordingProcess(
      host: text("host") ?? "", bootID: text("boot_id"), processID: int("process_id"),
      processStart: int("process_start"))
    return RecordedSweep(
      sweepID: id, name: text("name") ?? "", status: text("status") ?? "",
      source: text("source") ?? "", specText: text("spec") ?? "", definitions: definitions,
      generator: text("generator"),
      provenance: Provenance(
        lorabookVersion: text("lorabook_version") ?? "", gitCommit: text("git_commit"),
        lapack: text("lapack") ?? "", lapackThreads: int("lapack_threads") ?? 1, jobs: 1,
        host: process.host, processor: text("processor"), command: "", bootID: process.bootID,
        processID: process.processID ?? 0, processStart: process.processStart),
      prescriptions: prescriptions, plannedRuns: number("planned_runs") ?? 0,
      recordedRuns: number("recorded_runs") ?? 0, recordedUpdates: number("recorded_updates") ?? 0,
      process: process)
  }
}

extension SweepWriter {
  /// Resumes a sweep that was interrupted or failed, after its recorded updates.
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
    _ book: Book, resuming sweepID: Int64, grid: Grid, provenance: Provenance,
    isForced: Bool = false
  ) throws {
    try self.init(book, grid: grid, process: RecordingProcess(provenance)) { connection in
      let recorded = try connection.recordedSweep(sweepID)
      try recorded.checkFree(connection, isForced: isForced)
      let lock = try SweepWriter.takeLock(of: recorded, connection)
      let prescriptions = try recorded.prescriptions(of: grid)
      let cells = try SweepWriter.recordedCells(of: recorded, prescriptions, grid, connection)
      try connection.run(
        Statements.resumeSweep, recorded.provenance.followed(by: provenance).bindings(of: sweepID))
      return Beginning(
        sweepID: sweepID, name: recorded.name, prescriptions: prescriptions, cells: cells,
        recordedRuns: Int(recorded.recordedRuns), lock: lock)
    }
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
      cells.append(CellWriter(id: id, kept: try Summaries(ofCell: id, findSummaries)))
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
        RunningSweep(sweepID: sweepID, name: name, process: process), isForced: isForced)
    default: throw BookError.takenOver(name)
    }
  }

  /// The ids of a grid's profiles; refused unless the grid is the recorded one.
  fileprivate func prescriptions(of grid: Grid) throws -> [Int64] {
    let ids = grid.spec.profiles.compactMap { prescriptions[$0.label] }
    guard ids.count == grid.spec.profiles.count, ids.count == prescriptions.count else {
      throw BookError.unlikeItsSpec(name, reason: "its profiles are others")
    }
    guard plannedRuns == grid.runCount else {
      throw BookError.unlikeItsSpec(
        name, reason: "it plans \(plannedRuns) runs, and the spec \(grid.runCount)")
    }
    let points = Int64(grid.points.count)
    guard recordedUpdates <= grid.updateCount, recordedRuns == recordedUpdates * points else {
      throw BookError.unlikeItsSpec(
        name,
        reason: "it counts \(recordedRuns) runs of \(recordedUpdates) updates with \(points) each")
    }
    return ids
  }
}

extension Provenance {
  /// The provenance recorded when another process resumes: a text about the source of the numbers
  /// names both values, if they differ.
  fileprivate func followed(by next: Provenance) -> Provenance {
    func both(_ first: String?, _ second: String?) -> String? {
      guard let first, !first.isEmpty else { return second }
      guard let second, second != Provenance.latest(of: first) else { return first }
      return first + Provenance.then + second
    }
    var result = next
    result.lorabookVersion = both(lorabookVersion, next.lorabookVersion) ?? ""
    result.gitCommit = both(gitCommit, next.gitCommit)
    result.lapack = both(lapack, next.lapack) ?? ""
    result.processor = both(processor, next.processor)
    return result
  }

  private static var then: String { "; then " }

  /// The last of the texts that ``followed(by:)`` has joined.
  private static func latest(of text: String) -> String {
    text.ranges(of: then).last.map { String(text[$0.upperBound...]) } ?? text
  }

  /// The properties that may make the last digits of `next`'s numbers differ from those recorded
  /// here, with both values.
  package func differences(from next: Provenance) -> [(String, String)] {
    let pairs = [
      (Provenance.latest(of: lorabookVersion), next.lorabookVersion),
      (Provenance.latest(of: lapack), next.lapack),
      (Provenance.latest(of: processor ?? ""), next.processor ?? ""),
      ("\(lapackThreads) threads", "\(next.lapackThreads) threads"),
    ]
    return pairs.filter { !$0.0.isEmpty && $0.0 != $0.1 }
  }

  fileprivate func bindings(of sweepID: Int64) -> [String: Value] {
    func value(_ text: String?) -> Value { text.map(Value.text) ?? .absent }
    return RecordingProcess(self).bindings(of: sweepID).merging([
      "lorabook_version": .text(lorabookVersion), "git_commit": value(gitCommit),
      "lapack": .text(lapack), "lapack_threads": .integer(Int64(lapackThreads)),
      "jobs": .integer(Int64(jobs)), "host": .text(host), "processor": value(processor),
    ]) { $1 }
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

extension SweepWriter.Summaries {
  fileprivate init(ofCell id: Int64, _ find: Statement) throws {
    self.init()
    try find.bind(Statements.FindSummaries.cellID, id)
    while try find.step() {
      let summary = try RunningSummary(recorded: find, from: 1)
      switch try Comparison.Metric(rawValue: find.text(0)) {
      case .error: error = summary
      case .truncationError: truncationError = summary
      case .varianceCaptured: varianceCaptured = summary
      case nil: break
      }
    }
  }
}
