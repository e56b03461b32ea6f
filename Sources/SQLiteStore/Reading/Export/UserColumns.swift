import LoRASpectra

/// What exported runs have besides the columns of every run.
package struct UserColumns: Equatable, Sendable {
  /// Whether a run has a name.
  package var hasNames = false
  /// Whether a run was trained.
  package var hasTrainings = false
  /// Whether a run has no profile or no seed.
  package var isPartial = false
  /// The metrics that users named and runs have end values of, in the order of their bytes.
  package var metrics: [String] = []
  /// The parameters that users named, in the order of their bytes.
  package var params: [String] = []

  /// None.
  package init() {}

  /// Whether all runs have the columns of every run, and no others.
  package var isEmpty: Bool { self == UserColumns() }

  /// As columns of `export`.
  var names: [String] {
    (hasNames ? ["run"] : []) + (hasTrainings ? ["optimizer", "learning_rate"] : [])
      + metrics.map { "metric.\($0)" } + params.map { "param.\($0)" }
  }
}

extension ReadOnlySession {
  /// Number of columns that every run has.
  private static let shared = 15

  /// What the runs of sweeps have besides the columns of every run.
  ///
  /// - Throws: `ReadOnlySessionError`.
  package func userColumns(sweeps ids: [Int64]) throws -> UserColumns {
    var columns = UserColumns()
    var metrics: Set<ExactText> = []
    var params: Set<ExactText> = []
    let statement = try prepare(Statements.runColumns)
    for id in ids {
      try statement.bind(["sweep_id": .integer(id)])
      try rows(of: statement) { row in
        switch try row.text(0) {
        case "run": columns.hasNames = true
        case "training": columns.hasTrainings = true
        case "partial": columns.isPartial = true
        case "metric": metrics.insert(ExactText(try row.text(1)))
        default: params.insert(ExactText(try row.text(1)))
        }
      }
    }
    columns.metrics = metrics.inOrder
    columns.params = params.inOrder
    return columns
  }

  /// Passes all runs of some sweeps one at a time with what users named, from one snapshot of the
  /// book.
  ///
  /// - Parameters:
  ///   - columns: of these sweeps.
  ///   - condition: an SQL expression over the columns of `runs`.
  ///   - begin: receives the columns, once, before any row.
  ///   - body: throws to end the export.
  /// - Throws: `ReadOnlySessionError`, errors of the closures.
  package func exportNamedRuns(
    _ columns: UserColumns, sweeps ids: [Int64], where condition: String?,
    begin: ([String]) throws -> Void, body: ([Value]) throws -> Void
  ) throws {
    let runs = try prepare(
      Statements.exportNamedRuns, where: condition, check: Statements.conditionOnRuns)
    let endValues = try prepare(Statements.endValuesOfRun)
    let parameters = try prepare(Statements.parametersOfCell)
    try begin(Array(runs.columns.prefix(Self.shared)) + columns.names)
    try atOneMoment {
      for id in ids {
        try runs.bind(["sweep_id": .integer(id)])
        try rows(of: runs) { run in
          let row = try run.row
          var named = Array(row.prefix(Self.shared))
          if columns.hasNames { named.append(row[15]) }
          if columns.hasTrainings { named += row[16...17] }
          try endValues.bind(["run_id": row[0]])
          named += try values(of: columns.metrics, endValues)
          try parameters.bind(["cell_id": row[18]])
          named += try values(of: columns.params, parameters)
          try body(named)
        }
      }
    }
  }

  /// The values of a statement's rows by their names in the first column; absent where there is none.
  private func values(of names: [String], _ statement: Statement) throws -> [Value] {
    if names.isEmpty {
      statement.reset()
      return []
    }
    var found: [ExactText: Value] = [:]
    try rows(of: statement) { found[ExactText(try $0.text(0))] = try $0.value(1) }
    return names.map { found[ExactText($0)] ?? .absent }
  }

  /// Passes metrics or params with a column for each name: one row a run and step, or a run.
  ///
  /// - Parameters:
  ///   - table: `metrics` or `params`.
  ///   - condition: an SQL expression over the columns of the view.
  /// - Throws: `ReadOnlySessionError`, errors of the closures.
  package func exportWide(
    _ table: Book.Export, sweeps ids: [Int64], where condition: String?,
    begin: ([String]) throws -> Void, body: ([Value]) throws -> Void
  ) throws {
    let isOfSteps = table == .metrics
    let statement = try prepare(table.sql, where: condition, check: table.conditionCheck)
    try atOneMoment {
      var names: Set<ExactText> = []
      for id in ids {
        try statement.bind(["sweep_id": .integer(id)])
        try rows(of: statement) { names.insert(ExactText(try Self.name(of: $0, isOfSteps))) }
      }
      let columns = names.inOrder
      let shared = isOfSteps ? 4 : 3
      try begin(Array(statement.columns.prefix(shared)) + columns)
      let places = Dictionary(uniqueKeysWithValues: zip(columns.map(ExactText.init), 0...))
      var current: [Value] = []
      for id in ids {
        try statement.bind(["sweep_id": .integer(id)])
        try rows(of: statement) { row in
          let key = try (0..<Int32(shared)).map { try row.value($0) }
          if !current.starts(with: key) || current.isEmpty {
            if !current.isEmpty { try body(current) }
            current = key + Array(repeating: .absent, count: columns.count)
          }
          guard let place = places[ExactText(try Self.name(of: row, isOfSteps))] else { return }
          let value = try row.value(isOfSteps ? 5 : 4)
          current[shared + place] = value == .absent ? try row.value(6) : value
        }
      }
      if !current.isEmpty { try body(current) }
    }
  }

  /// The column of a row of the long table in the wide one; info is marked as such.
  private static func name(of row: Statement, _ isOfSteps: Bool) throws -> String {
    if isOfSteps { return try row.text(4) }
    return try row.text(5) == "info" ? "info." + row.text(3) : row.text(3)
  }
}

extension Set<ExactText> {
  /// The texts in the order of their bytes.
  fileprivate var inOrder: [String] {
    map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
