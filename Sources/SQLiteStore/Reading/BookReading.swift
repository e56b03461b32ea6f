import LoRASpectra

extension Book {
  /// A sweep's row of the `sweeps` view.
  package func sweep(_ id: Int64) throws -> ResultTable {
    try connection.table(Statements.showSweep, ["sweep_id": .integer(id)])
  }

  /// A sweep's cells with the means of what was measured, in the grid's order.
  package func cells(ofSweep id: Int64) throws -> ResultTable {
    try connection.table(Statements.showCells, ["sweep_id": .integer(id)])
  }

  /// How many runs of a sweep are in no mean of the error: those that diverged, and those without one.
  package func runsLeftOut(ofSweep id: Int64) throws -> (diverged: Int64, absent: Int64) {
    let table = try connection.table(Statements.excludedRuns, ["sweep_id": .integer(id)])
    let counts = ["diverged", "absent"].map { name in
      table.rows.first.flatMap { table.value(name, in: $0).integer } ?? 0
    }
    return (counts[0], counts[1])
  }

  /// The largest singular values of the first update recorded of each profile, shape and noise level.
  ///
  /// - Parameter limit: how many of each.
  package func largestSingularValues(ofSweep id: Int64, limit: Int) throws -> ResultTable {
    try connection.table(
      Statements.showSpectra, ["sweep_id": .integer(id), "most": .integer(Int64(limit))])
  }

  /// The ids of all sweeps, oldest first.
  package func sweepIDs() throws -> [Int64] {
    var ids: [Int64] = []
    try connection.rows(Statements.sweepIds) { ids.append($0.integer(0)) }
    return ids
  }

  /// What `export` can write, one public view each.
  package enum Export: String, CaseIterable, Sendable {
    case runs, sweeps, spectra

    /// What a condition over the view has to fit in.
    var conditionCheck: String {
      switch self {
      case .runs: Statements.conditionOnRuns
      case .sweeps: Statements.conditionOnSweeps
      case .spectra: Statements.conditionOnSpectra
      }
    }

    var sql: String {
      switch self {
      case .runs: Statements.exportRuns
      case .sweeps: Statements.exportSweeps
      case .spectra: Statements.exportSpectra
      }
    }
  }
}
