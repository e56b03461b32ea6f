import LoRASpectra

/// Writes the summaries of a cell's finite values.
struct SummaryWriter {
  private let statement: Statement

  init(_ connection: Connection) throws {
    statement = try connection.prepare(Statements.putSummary)
  }

  /// Replaces a cell's summary; one without values is not stored.
  func put(_ summary: RunningSummary, cell: Int64, metric: Metric.Key) throws {
    guard summary.count > 0 else { return }
    try statement.bind(Statements.PutSummary.cellID, cell)
    try statement.bind(Statements.PutSummary.metric, metric.name)
    try statement.bind(Statements.PutSummary.n, Int64(summary.count))
    try statement.bind(Statements.PutSummary.mean, summary.mean)
    try statement.bind(Statements.PutSummary.squaredDeviations, summary.squaredDeviations)
    _ = try statement.step()
  }

  /// Replaces the summaries of a cell.
  func put(_ summaries: MetricValues<RunningSummary>, cell: Int64) throws {
    for metric in Metric.Key.columns { try put(summaries[metric], cell: cell, metric: metric) }
  }
}

extension MetricValues where Value == RunningSummary {
  /// Summaries of no values.
  init() { self.init(repeating: RunningSummary()) }

  /// The summaries of a cell, to be continued.
  ///
  /// - Parameter find: `find-summaries.sql`.
  init(ofCell id: Int64, _ find: Statement) throws {
    self.init()
    try find.bind(Statements.FindSummaries.cellID, id)
    while try find.step() {
      let summary = try RunningSummary(recorded: find, from: 1)
      if let metric = try Metric.Key(named: find.text(0)) { self[metric] = summary }
    }
  }

  /// Adds a run's finite measurements; only the columns of runs are summed up in the book.
  mutating func add(_ measurements: Measurements) {
    for metric in Metric.Key.columns {
      if let value = measurements[metric] { self[metric].add(value) }
    }
  }
}

/// The identity of a cell.
struct CellKey: Hashable {
  var sweepID: Int64
  /// Any setting of a run that was measured elsewhere may be absent.
  var prescription: Int64?
  var shape: Shape?
  var noise: Double?
  var rank: Int?
  var alpha: Double?
  var rule: ExactText?
  /// The scale where rule, α and rank do not give it.
  var labelScale: Double?
  /// The id of the parameters that a user gave, of which there may be none; nil where the runs are computed.
  var parameterSet: Int64?
  /// The id of the settings of its trainings; nil where the factors were not trained here.
  var training: Int64?

  /// The scale of a run where its rule does not give it: the rule is a label, or the scale was given besides and is
  /// another.
  ///
  /// - Parameter scale: s of the run; nil if it is not known.
  static func labelScale(rule: String?, alpha: Double?, rank: Int?, scale: Double?) -> Double? {
    guard let scale else { return nil }
    guard let known = rule.flatMap({ try? ScalingRule(parsing: $0) }) else { return scale }
    if known == .unit { return scale == 1 ? nil : scale }
    guard let alpha, let rank else { return scale }
    let given = known.scale(alpha: alpha, rank: rank)
    return (given - scale).magnitude <= 1e-9 * scale.magnitude ? nil : scale
  }
}

/// A cell of the book with the summaries of all its runs.
final class RecordedCell {
  let id: Int64
  fileprivate var summaries: MetricValues<RunningSummary>
  fileprivate var isChanged = false

  init(id: Int64, summaries: MetricValues<RunningSummary> = MetricValues()) {
    self.id = id
    self.summaries = summaries
  }

  /// Adds a run's measurements.
  func add(_ measurements: Measurements) {
    isChanged = true
    summaries.add(measurements)
  }
}

/// Finds, creates and summarises cells one at a time, for callers that do not know them in advance.
final class CellRecorder {
  private let connection: Connection
  private let find: Statement
  private let insert: Statement
  private let findSummaries: Statement
  private let summaries: SummaryWriter

  init(_ connection: Connection) throws {
    self.connection = connection
    find = try connection.prepare(Statements.findCell)
    insert = try connection.prepare(Statements.insertCell)
    findSummaries = try connection.prepare(Statements.findSummaries)
    summaries = try SummaryWriter(connection)
  }

  /// The cell with given settings, and its summaries; nil if there is none.
  func find(_ settings: CellKey) throws -> RecordedCell? {
    try bind(settings, to: find)
    defer { find.reset() }
    guard try find.step() else { return nil }
    let id = find.integer(0)
    return RecordedCell(id: id, summaries: try MetricValues(ofCell: id, findSummaries))
  }

  /// A new cell.
  ///
  /// - Parameter scale: s of its runs; nil if it is not known.
  func make(_ settings: CellKey, scale: Double?) throws -> RecordedCell {
    try bind(settings, to: insert)
    try insert.bind(Statements.InsertCell.scale, scale.value)
    _ = try insert.step()
    return RecordedCell(id: connection.lastInsertedID)
  }

  /// Writes the changed summaries to the book.
  func putSummaries(of cells: some Sequence<RecordedCell>) throws {
    for cell in cells.filter(\.isChanged).sorted(by: { $0.id < $1.id }) {
      try summaries.put(cell.summaries, cell: cell.id)
      cell.isChanged = false
    }
  }

  private func bind(_ settings: CellKey, to statement: Statement) throws {
    try statement.bind(Statements.InsertCell.sweepID, settings.sweepID)
    try statement.bind(Statements.InsertCell.prescriptionID, settings.prescription.value)
    try statement.bind(Statements.InsertCell.d, settings.shape.map { Int64($0.d) }.value)
    try statement.bind(Statements.InsertCell.k, settings.shape.map { Int64($0.k) }.value)
    try statement.bind(Statements.InsertCell.noise, settings.noise.value)
    try statement.bind(Statements.InsertCell.rank, settings.rank.map { Int64($0) }.value)
    try statement.bind(Statements.InsertCell.alpha, settings.alpha.value)
    try statement.bind(Statements.InsertCell.rule, (settings.rule?.text).value)
    try statement.bind(Statements.InsertCell.labelScale, settings.labelScale.value)
    try statement.bind(Statements.InsertCell.parameterSetID, settings.parameterSet.value)
    try statement.bind(Statements.InsertCell.trainingID, settings.training.value)
  }
}

extension RunningSummary {
  /// More values than any cell has; a count up to it can be incremented, and is exact as a double.
  private static let limit: Int64 = 1 << 53

  /// The summary in a row's columns n, mean and squared_deviations, to be continued.
  ///
  /// - Throws: `SQLiteError` if the count is larger than any cell's.
  init(recorded row: Statement, from column: Int32) throws {
    let count = row.integer(column)
    guard (0...RunningSummary.limit).contains(count) else {
      throw SQLiteError(damage: "a summary counts \(count) values")
    }
    self.init(
      count: Int(count), mean: row.real(column + 1), squaredDeviations: row.real(column + 2))
  }
}

extension Connection {
  private static let insertPrescription =
    "INSERT INTO prescription (definition) VALUES (:definition)"

  /// The id of a prescription; nil if it is not recorded.
  func findPrescription(_ definition: String) throws -> Int64? {
    var found: Int64?
    try rows(Statements.findPrescription, ["definition": .text(definition)]) {
      found = $0.integer(0)
    }
    return found
  }

  /// The id of parameters, recorded if they are new.
  func parameterSetID(_ set: ParameterSet) throws -> Int64 {
    if let found = try findParameterSet(set.definition) { return found }
    let id = try insertParameterSet(set.definition)
    for parameter in set.parameters {
      try run(
        Statements.insertParameter,
        [
          "parameter_set_id": .integer(id), "name": .text(parameter.name),
          "value": .text(parameter.value), "number": parameter.number.value,
        ])
    }
    return id
  }

  /// The id of the parameters with a canonical text, nil where they are not recorded.
  func findParameterSet(_ definition: String) throws -> Int64? {
    var found: Int64?
    try rows(Statements.findParameterSet, ["definition": .text(definition)]) {
      found = $0.integer(0)
    }
    return found
  }

  /// Records parameters by their canonical text, which is empty where there are none.
  ///
  /// - Returns: their id.
  func insertParameterSet(_ definition: String) throws -> Int64 {
    try run(Statements.insertParameterSet, ["definition": .text(definition)])
    return lastInsertedID
  }

  /// The id of a prescription, recorded if it is new.
  func prescriptionID(_ definition: String) throws -> Int64 {
    if let found = try findPrescription(definition) { return found }
    try run(Connection.insertPrescription, ["definition": .text(definition)])
    return lastInsertedID
  }
}
