import LoRASpectra

/// Iterates over runs in the order they were recorded, with only the current run in memory.
final class RunCursor {
  private let statement: Statement
  private let rows: MeasurementRowReader

  init(_ connection: Connection) throws {
    rows = try MeasurementRowReader(connection)
    statement = try connection.prepare(Statements.mergedRuns)
  }

  /// Starts before the first of consecutive run ids.
  func start(at first: Int64, count: Int64) throws {
    statement.reset()
    try statement.bind(Statements.MergedRuns.first, first)
    // A damaged book may name any run as the first.
    let (last, isBeyond) = first.addingReportingOverflow(max(count, 0) - 1)
    try statement.bind(Statements.MergedRuns.last, isBeyond ? Int64.max : last)
  }

  /// Moves to the next run.
  ///
  /// - Returns: false after the last one; then it can be started again.
  func next() throws -> Bool { try statement.step() }

  /// Ends the iteration before its end.
  func end() { statement.reset() }

  var cellID: Int64 { statement.integer(0) }

  /// What was measured of the current run.
  ///
  /// - Throws: `SQLiteError`.
  func measurements() throws -> Measurements {
    var measurements = Measurements()
    for (place, metric) in Metric.Key.columns.enumerated() {
      measurements[metric] = try measurement(Int32(place) + 1)
    }
    try rows.put(ofRun: statement.integer(4), in: &measurements)
    return measurements
  }

  private func measurement(_ column: Int32) throws -> Double? {
    switch statement.kind(column) {
    case .absent: nil
    case .real: statement.real(column)
    case .text: Double(divergence: try statement.text(column))
    }
  }
}

extension Measurements {
  /// Largest difference of two values computed on two machines, absolute up to 1 and relative
  /// above.
  private static let rounding = 1e-10

  /// The first metric in which two runs contradict each other.
  ///
  /// - Parameters:
  ///   - exactly: whether the values must be the same double, as for runs measured elsewhere.
  ///   - isTrained: whether the error is of trained factors, in which another machine's rounding may
  ///   have grown to any size.
  func contradiction(
    to other: Measurements, exactly: Bool, isTrained: Bool = false
  ) -> (metric: Metric.Key, here: Double?, there: Double?)? {
    for metric in Metric.Key.allCases where !(isTrained && metric == .error) {
      let (here, there) = (self[metric], other[metric])
      if !Self.agree(here, there, exactly: exactly) { return (metric, here, there) }
    }
    return nil
  }

  private static func agree(_ a: Double?, _ b: Double?, exactly: Bool) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    if a == b || (a.isNaN && b.isNaN) { return true }
    guard a.isFinite, b.isFinite, !exactly else { return false }
    return (a - b).magnitude <= rounding * max(1, a.magnitude, b.magnitude)
  }
}
