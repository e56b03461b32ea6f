import LoRASpectra

/// A run as stored in the book: values that were not recorded, or diverged, are nil.
struct RecordedRun {
  var id: Int64
  var cell: Int64
  var measurements: Measurements
}

/// Reads the runs of recordings.
struct RangeOfRuns {
  private let statement: Statement
  private let rows: MeasurementRowReader

  init(_ connection: Connection) throws {
    rows = try MeasurementRowReader(connection)
    statement = try connection.prepare(Statements.rangeOfRuns)
  }

  /// Passes the existing runs in the order of their ids, of `count` ids from the first.
  func forEach(from first: Int64, count: Int64, _ body: (RecordedRun) throws -> Void) throws {
    guard count > 0 else { return }
    try statement.bind(Statements.RangeOfRuns.first, first)
    // A range beyond any valid id ends at the largest one.
    let (end, overflow) = first.addingReportingOverflow(count - 1)
    try statement.bind(Statements.RangeOfRuns.last, overflow ? Int64.max : end)
    defer { statement.reset() }
    func number(_ column: Int32) -> Double? {
      statement.kind(column) == .real ? statement.real(column) : nil
    }
    while try statement.step() {
      let id = statement.integer(0)
      // SQLite seeks the first row and reads on up to the last: in a damaged tree smaller ids may
      // follow.
      guard id >= first else { continue }
      var measurements = Measurements()
      for (place, metric) in Metric.Key.columns.enumerated() {
        measurements[metric] = number(Int32(place) + 2)
      }
      try rows.put(ofRun: id, in: &measurements)
      try body(
        RecordedRun(id: id, cell: statement.integer(1), measurements: measurements))
    }
  }
}
