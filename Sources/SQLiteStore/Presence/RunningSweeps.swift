import LoRASpectra

/// Whether the process that records a sweep still exists.
enum SweepPresence {
  case here
  /// It ended without recording that: the sweep is interrupted.
  case gone
  /// It runs, or ran, on a machine that cannot be asked.
  case unknown
}

/// A sweep recorded as running.
struct RunningSweep {
  let sweepID: Int64
  let name: String
  let process: RecordingProcess
  /// The execution of that process.
  let executionID: Int64
}

/// The one place that judges whether sweeps which a book calls running still are. What it needs for that is looked up
/// once, however many they are.
struct SweepJudge {
  private let locks: SweepLock.View
  private let here = RecordingProcess.current

  init(_ connection: Connection) { locks = SweepLock.View(of: connection) }

  /// Who records holds the sweep's lock, or is seen to live where the file system knows no such locks. A
  /// machine that is not this one is not judged: it may have the book open over a network that carries no locks.
  func presence(of sweep: RunningSweep) -> SweepPresence {
    let holder = locks.holder(of: sweep.sweepID)
    if holder == .somebody || sweep.process.isSeenAlive(from: here) { return .here }
    return holder == .nobody && sweep.process.isOfMachine(of: here) ? .gone : .unknown
  }
}

extension Connection {

  /// The sweeps recorded as running.
  func runningSweeps() throws -> [RunningSweep] {
    var running: [RunningSweep] = []
    try rows(Statements.runningSweeps) { row in
      running.append(
        RunningSweep(
          sweepID: row.integer(0), name: try row.text(1),
          process: try RecordingProcess(row, from: 2), executionID: row.integer(6)))
    }
    return running
  }

  /// The sweeps recorded as running, although no process records them.
  private func staleSweeps() throws -> [RunningSweep] {
    let judge = SweepJudge(self)
    return try runningSweeps().filter { judge.presence(of: $0) == .gone }
  }

  /// Refuses to change sweeps while a process records them.
  ///
  /// - Parameter isForced: whether to ignore processes on a machine that cannot be asked.
  /// - Throws: `BookError.beingRecorded`, `BookError.recordedElsewhere`.
  func checkNotRecorded(_ ids: [Int64], isForced: Bool) throws {
    let ids = Set(ids)
    for sweep in try runningSweeps() where ids.contains(sweep.sweepID) {
      try checkNotRecorded(sweep, isForced: isForced)
    }
  }

  /// The same for one sweep recorded as running.
  func checkNotRecorded(_ sweep: RunningSweep, isForced: Bool) throws {
    switch SweepJudge(self).presence(of: sweep) {
    case .here:
      throw BookError.beingRecorded(
        sweep.name, process: sweep.process.processID, host: sweep.process.host)
    case .unknown where !isForced:
      throw BookError.recordedElsewhere(sweep.name, host: sweep.process.host)
    case .unknown, .gone: return
    }
  }

  /// Records stale sweeps as interrupted.
  func settleStaleSweeps() throws {
    let stale = try staleSweeps()
    if stale.isEmpty { return }
    try transaction {
      let settle = try prepare(Statements.settleSweep)
      for sweep in stale {
        // Somebody may have resumed it by now, which is then another process's.
        try settle.bind([
          "sweep_id": .integer(sweep.sweepID), "execution_id": .integer(sweep.executionID),
        ])
        while try settle.step() {}
        settle.reset()
      }
    }
  }

  /// The executions that log runs which have not ended, although their process is gone.
  private func staleExecutions() throws -> [Int64] {
    var executions: [RunningSweep] = []
    try rows(Statements.loggingExecutions) { row in
      executions.append(
        RunningSweep(
          sweepID: SweepLock.executions + row.integer(0), name: "",
          process: try RecordingProcess(row, from: 1), executionID: row.integer(0)))
    }
    if executions.isEmpty { return [] }
    let judge = SweepJudge(self)
    return executions.filter { judge.presence(of: $0) == .gone }.map(\.executionID)
  }

  /// Records that runs crashed whose process is gone without having said how they ended.
  func settleCrashedRuns() throws {
    let gone = try staleExecutions()
    if gone.isEmpty { return }
    try transaction {
      for execution in gone {
        try run(Statements.settleCrashedRuns, ["execution_id": .integer(execution)])
      }
    }
  }

  /// Makes the views `sweeps` and `logged_runs` of this connection show the result of ``settleStaleSweeps()`` and
  /// ``settleCrashedRuns()``, for read-only callers.
  func showStale() throws {
    let sweeps = try staleSweeps()
    if !sweeps.isEmpty {
      let ids = sweeps.map { String($0.sweepID) }.joined(separator: ",")
      try runScript(Statements.showStaleSweeps, ["sweep_ids": .text("[\(ids)]")])
    }
    let executions = try staleExecutions()
    if !executions.isEmpty {
      let ids = executions.map(String.init).joined(separator: ",")
      try runScript(Statements.showCrashedRuns, ["execution_ids": .text("[\(ids)]")])
    }
  }
}

extension RecordingProcess {
  /// The columns host, boot_id, process_id and process_start of a row, from a given column on.
  init(_ row: Statement, from column: Int32) throws {
    func number(_ column: Int32) throws -> Int? {
      try row.value(column).integer.flatMap { Int(exactly: $0) }
    }
    self.init(
      host: try row.text(column), bootID: try row.value(column + 1).text,
      processID: try number(column + 2), processStart: try number(column + 3))
  }
}
