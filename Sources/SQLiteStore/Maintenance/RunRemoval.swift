import LoRASpectra

extension Book {
  /// A run measured elsewhere that is to be removed.
  package struct ElsewhereRun: Equatable, Sendable {
    /// The run's id.
    package var runID: Int64
    /// The sweep's id.
    package var sweepID: Int64
    /// The sweep's name.
    package var sweep: String

    fileprivate var cellID: Int64
    fileprivate var updateID: Int64
  }

  /// The runs with given ids, each in a sweep that was logged or imported.
  ///
  /// - Throws: `BookError.noSuchRun`, `BookError.computedRun`, `SQLiteError`.
  package func elsewhereRuns(_ ids: [Int64]) throws -> [ElsewhereRun] {
    try ids.map { id in
      var found: ElsewhereRun?
      try connection.rows(Statements.findRun, ["run_id": .integer(id)]) { row in
        let sweep = try row.text(1)
        guard try ExternalOrigin.Source(rawValue: row.text(2)) != nil else {
          throw BookError.computedRun(id, sweep: sweep)
        }
        found = ElsewhereRun(
          runID: id, sweepID: row.integer(0), sweep: sweep, cellID: row.integer(3),
          updateID: row.integer(4))
      }
      guard let found else { throw BookError.noSuchRun(id) }
      return found
    }
  }

  /// Puts a note on a single run, in place of the one it has.
  ///
  /// - Throws: `BookError.noSuchRun`, `BookError.computedRun`, `SQLiteError`.
  package func noteRun(_ id: Int64, _ note: String) throws {
    try connection.transaction {
      _ = try elsewhereRuns([id])
      try connection.run(
        Statements.noteRun, ["run_id": .integer(id), "note": .text(note)])
    }
  }

  /// Removes single runs and everything that only they used: all of them, or none. Their sweeps
  /// stay, and the summaries of their cells are as if the runs had never been recorded.
  ///
  /// - Parameter ids: without repeats.
  /// - Throws: `BookError.noSuchRun`, `BookError.computedRun`, `SQLiteError`.
  package func removeRuns(_ ids: [Int64]) throws {
    try connection.execute(Statements.leaveForeignKeys)
    defer { try? connection.execute(Statements.configure) }
    try connection.transaction {
      // Looked up again, as others may have written meanwhile.
      let runs = try elsewhereRuns(ids)
      for run in runs {
        try connection.runScript(
          Statements.removeRun,
          [
            "run_id": .integer(run.runID), "sweep_id": .integer(run.sweepID),
            "cell_id": .integer(run.cellID), "update_id": .integer(run.updateID),
          ])
      }
      let cells = Set(runs.map(\.cellID))
      let audit = try SummaryAudit(connection)
      let summaries = try SummaryWriter(connection)
      for sweepID in Set(runs.map(\.sweepID)).sorted() {
        _ = try audit.forEach(ofSweep: sweepID) { line in
          guard cells.contains(line.cellID) else { return }
          try summaries.put(line.summed, cell: line.cellID, metric: line.metric)
        }
        try connection.runScript(Statements.removeUnused, ["sweep_id": .integer(sweepID)])
      }
    }
  }
}
