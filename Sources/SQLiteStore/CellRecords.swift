import LoRASpectra

/// Keeps what a cell's finite values sum up to, for whoever records runs.
struct SummaryWriter {
  private let statement: Statement

  init(_ connection: Connection) throws {
    statement = try connection.prepare(Statements.putSummary)
  }

  /// Puts a summary in the place of the one that the cell had; one of no values is not kept.
  func put(_ summary: RunningSummary, cell: Int64, metric: Comparison.Metric) throws {
    guard summary.count > 0 else { return }
    try statement.bind(1, cell)
    try statement.bind(2, metric.rawValue)
    try statement.bind(3, Int64(summary.count))
    try statement.bind(4, summary.mean)
    try statement.bind(5, summary.squaredDeviations)
    _ = try statement.step()
  }
}

extension Connection {
  /// The id of a prescription, recorded if it is new.
  func prescriptionID(_ definition: String) throws -> Int64 {
    let bindings = ["definition": Value.text(definition)]
    var found: Int64?
    try rows(Statements.findPrescription, bindings) { found = $0.integer(0) }
    if let found { return found }
    try run(Statements.insertPrescription, bindings)
    return lastInsertedID
  }
}
