import LoRASpectra

extension Book {
  /// A sweep's row of the `sweeps` view.
  package func sweep(_ id: Int64) throws -> ResultTable {
    try connection.table(Statements.showSweep, ["sweep_id": .integer(id)])
  }

  /// A sweep's cells with the means of the measurements, in the grid's order.
  ///
  /// - Returns: `profile, d, k, noise, alpha, rank, rule, scale, n, error, truncation_error,
  ///   variance_captured`, then of the other columns that tell cells apart those in which some
  ///   differ, then `cell_id`, then the parameters in which some differ.
  /// - Throws: `BookError.tooManySettings` above ``mostSettings``, `SQLiteError`.
  package func cells(ofSweep id: Int64) throws -> ResultTable {
    try checkSettings(ofSweep: id)
    let cells = try withParameters(
      connection.table(
        Statements.showCells, ["sweep_id": .integer(id)], without: absentColumns(ofSweeps: [id])),
      ofSweeps: [id])
    return cells.without(cells.columns.filter { CellColumns.isIdentity($0) && !cells.varies($0) })
  }

  /// Largest number of settings that are held in memory at once for tables and pictures: about
  /// 60 MB.
  package static let mostSettings = 50_000

  /// Refuses a sweep with more settings than tables and pictures take.
  ///
  /// - Throws: `BookError.tooManySettings` above ``mostSettings``, `SQLiteError`.
  package func checkSettings(ofSweep id: Int64, limit: Int = Book.mostSettings) throws {
    let settings = try settingCount(ofSweep: id)
    guard settings > limit else { return }
    throw BookError.tooManySettings(
      try recordedSweep(id).name, settings: settings, limit: limit)
  }

  /// The columns that tell cells apart and are absent from every cell of some sweeps.
  func absentColumns(ofSweeps ids: [Int64]) throws -> Set<String> {
    let mayVary = try ids.contains {
      try !connection.table(Statements.mayVary, ["sweep_id": .integer($0)]).rows.isEmpty
    }
    return mayVary ? [] : Set(CellColumns.identity)
  }

  /// Number of a sweep's settings.
  package func settingCount(ofSweep id: Int64) throws -> Int64 {
    try connection.table(Statements.countCells, ["sweep_id": .integer(id)])
      .rows.first?.first?.integer ?? 0
  }

  /// Passes the cells of a sweep of any size, with the columns of ``cells(ofSweep:)`` but
  /// `cell_id`.
  ///
  /// - Parameters:
  ///   - columns: called once, before the rows.
  ///   - row: called with each cell's id and columns.
  /// - Throws: `SQLiteError`, errors of `columns` and `row`.
  package func forEachCell(
    ofSweep id: Int64, columns: ([String]) throws -> Void, row: (Int64, [Value]) throws -> Void
  ) throws {
    let statement = try connection.prepare(Statements.showCells)
    let all = try statement.columns
    let cell = Int32(clamping: all.firstIndex(of: "cell_id") ?? 0)
    let set = Int32(clamping: all.firstIndex(of: "parameter_set_id") ?? 0)
    let mayVary = try absentColumns(ofSweeps: [id]).isEmpty
    let parameters = try mayVary ? CellParameters(connection, ofSweeps: [id]) : nil
    let names = all + (parameters?.names ?? []).map(ParameterColumns.column)
    func read(_ places: [Int]) throws -> [Value] {
      guard let parameters else { return try places.map { try statement.value(Int32($0)) } }
      let further = parameters.values(ofSet: try statement.value(set))
      return try places.map {
        try $0 < all.count ? statement.value(Int32($0)) : further[$0 - all.count]
      }
    }
    var first: [Value]?
    var varying: Set<Int> = []
    // Which columns there are is known only after the last row.
    try statement.bind(["sweep_id": .integer(id)])
    while try mayVary && statement.step() {
      let values = try read(Array(names.indices))
      if let first {
        for place in names.indices where first[place] != values[place] { varying.insert(place) }
      }
      first = first ?? values
    }
    let kept = names.indices.filter {
      let name = names[$0]
      return !["cell_id", "parameter_set_id"].contains(name)
        && (!CellColumns.isIdentity(name) || varying.contains($0))
    }
    try columns(kept.map { names[$0] })
    statement.reset()
    while try statement.step() { try row(statement.integer(cell), try read(kept)) }
  }

  /// A trained sweep's cells with their optimizer and learning rate, as ``cells(ofSweep:)``.
  package func trainedCells(ofSweep id: Int64) throws -> ResultTable {
    try connection.table(Statements.showTrainedCells, ["sweep_id": .integer(id)])
  }

  /// Number of a sweep's runs left out of the means of the error: those that diverged, and those
  /// without one.
  package func runsLeftOut(ofSweep id: Int64) throws -> (diverged: Int64, absent: Int64) {
    let table = try connection.table(Statements.excludedRuns, ["sweep_id": .integer(id)])
    let counts = ["diverged", "absent"].map { name in
      table.rows.first.flatMap { table.value(name, in: $0).integer } ?? 0
    }
    return (counts[0], counts[1])
  }

  /// Number of a sweep's logged runs that did not finish, by status: `failed`, `crashed` and `running`, those that there are.
  package func unfinishedRuns(ofSweep id: Int64) throws -> [(status: String, count: Int64)] {
    var found: [(status: String, count: Int64)] = []
    try connection.rows(Statements.unfinishedRuns, ["sweep_id": .integer(id)]) {
      found.append((try $0.text(0), $0.integer(1)))
    }
    return found
  }

  /// The largest singular values of the first update recorded for each profile, shape and noise
  /// level.
  ///
  /// - Parameter limit: number of values for each.
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

  /// The exports, one for each public view.
  package enum Export: String, CaseIterable, Sendable {
    case runs, sweeps, spectra, trainings, curves, metrics, params, modules, executions
    case loggedRuns = "logged_runs"

    /// A statement in which a condition over the view must compile.
    var conditionCheck: String {
      switch self {
      case .runs: Statements.conditionOnRuns
      case .sweeps: Statements.conditionOnSweeps
      case .spectra: Statements.conditionOnSpectra
      case .trainings: Statements.conditionOnTrainings
      case .curves: Statements.conditionOnCurves
      case .metrics: Statements.conditionOnMetrics
      case .params: Statements.conditionOnParams
      case .modules: Statements.conditionOnModules
      case .executions: Statements.conditionOnExecutions
      case .loggedRuns: Statements.conditionOnLoggedRuns
      }
    }

    var sql: String {
      switch self {
      case .runs: Statements.exportRuns
      case .sweeps: Statements.exportSweeps
      case .spectra: Statements.exportSpectra
      case .trainings: Statements.exportTrainings
      case .curves: Statements.exportCurves
      case .metrics: Statements.exportMetrics
      case .params: Statements.exportParams
      case .modules: Statements.exportModules
      case .executions: Statements.exportExecutions
      case .loggedRuns: Statements.exportLoggedRuns
      }
    }
  }
}
