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
  /// The process whose end is the end of what it logs; nil where the runs say themselves when they
  /// end.
  package var process: RecordingProcess?
  /// Makes a uuid for each new sweep.
  package var makeUUID: @Sendable () -> String
  /// Returns the current time, in UTC and ISO 8601.
  package var now: @Sendable () -> String

  package init(
    source: Source, lorabookVersion: String, host: String, command: String,
    process: RecordingProcess? = nil, makeUUID: @escaping @Sendable () -> String,
    now: @escaping @Sendable () -> String
  ) {
    self.source = source
    self.lorabookVersion = lorabookVersion
    self.host = host
    self.command = command
    self.process = process
    self.makeUUID = makeUUID
    self.now = now
  }
}

/// One process that records runs measured elsewhere, in one transaction or in many.
///
/// It holds what must outlast a transaction: which executions are its own, how many runs each has,
/// and what was said of the status of runs. Everything else is looked up in the book each time, as
/// others may change it meanwhile.
package final class ExternalSession {
  /// What of a sweep is this process's.
  struct Sweep {
    /// The uuid of its execution.
    var executionUUID: String
    /// Number of runs that the execution has recorded.
    var runs: Int64 = 0
    /// The place in the execution of the run that lines with a step and without a run are of.
    var unnamed: Int64?
  }

  /// A run with a name, or the one that has none.
  struct RunKey: Hashable {
    var sweep: ExactText
    var run: ExactText?
  }

  struct Progress {
    var sweeps: [ExactText: Sweep] = [:]
    /// The status that was said last of each run.
    var said: [RunKey: ExternalRun.Status] = [:]
  }

  let origin: ExternalOrigin
  /// Whether sweeps of earlier calls, of either source, take more runs.
  let mayAppend: Bool
  var progress = Progress()
  /// Held while the process logs: who wonders whether it lives looks at them.
  var locks: [SweepLock?] = []

  /// - Parameter mayAppend: whether sweeps of earlier calls, of either source, take more runs.
  package init(_ origin: ExternalOrigin, mayAppend: Bool) {
    self.origin = origin
    self.mayAppend = mayAppend
  }

  /// Whether its runs go on while its process lives.
  var isStream: Bool { origin.process != nil }

  /// Records that the process has no more to say. A run of which nothing was said has finished; one that was said to
  /// be running has not, as the end was not said.
  ///
  /// - Parameter isWhole: false where the process ends before it has taken all that it was sent.
  /// - Throws: `SQLiteError`.
  package func end(in book: Book, isWhole: Bool = true) throws {
    let connection = book.connection
    try connection.transaction {
      for (name, sweep) in progress.sweeps {
        guard let (id, _) = try connection.findExecution(sweep.executionUUID) else { continue }
        try connection.finishExecution(id, at: origin.now())
        var running: [(run: Int64, name: String?)] = []
        try connection.rows(Statements.runningLoggedRuns, ["execution_id": .integer(id)]) {
          running.append(($0.integer(0), try $0.value(1).text))
        }
        for run in running {
          let key = RunKey(sweep: name, run: run.name.map(ExactText.init))
          let isFinished = isWhole && progress.said[key] != .running
          try connection.run(
            Statements.settleLoggedRun,
            [
              "run_id": .integer(run.run),
              "status": .text(isFinished ? "finished" : "crashed"),
              "finished_at": .text(origin.now()),
            ])
        }
      }
    }
  }
}

extension Connection {
  /// The execution with a uuid and its sweep; nil if there is none.
  func findExecution(_ uuid: String) throws -> (id: Int64, sweepID: Int64)? {
    var found: (id: Int64, sweepID: Int64)?
    try rows(Statements.findExecution, ["uuid": .text(uuid)]) {
      found = ($0.integer(0), $0.integer(1))
    }
    return found
  }
}
