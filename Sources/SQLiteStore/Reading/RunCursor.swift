import LoRASpectra

/// Iterates over runs in the order they were recorded, with only the current run in memory.
final class RunCursor {
  /// A run's measurements: nil if not recorded, not finite if diverged.
  struct Measured {
    var error: Double?
    var truncationError: Double?
    var varianceCaptured: Double?
  }

  private let statement: Statement

  init(_ connection: Connection) throws {
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
  /// - Throws: `SQLiteError`.
  func measured() throws -> Measured {
    try Measured(
      error: measurement(1), truncationError: measurement(2), varianceCaptured: measurement(3))
  }

  private func measurement(_ column: Int32) throws -> Double? {
    switch statement.kind(column) {
    case .absent: nil
    case .real: statement.real(column)
    case .text: Double(divergence: try statement.text(column))
    }
  }
}

extension RunCursor.Measured {
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
    to other: Self, exactly: Bool, isTrained: Bool = false
  ) -> (metric: Comparison.Metric, here: Double?, there: Double?)? {
    let pairs: [(Comparison.Metric, Double?, Double?)] = [
      (.error, error, other.error), (.truncationError, truncationError, other.truncationError),
      (.varianceCaptured, varianceCaptured, other.varianceCaptured),
    ]
    return pairs.dropFirst(isTrained ? 1 : 0).first { !Self.agree($0.1, $0.2, exactly: exactly) }
  }

  private static func agree(_ a: Double?, _ b: Double?, exactly: Bool) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    if a == b || (a.isNaN && b.isNaN) { return true }
    guard a.isFinite, b.isFinite, !exactly else { return false }
    return (a - b).magnitude <= rounding * max(1, a.magnitude, b.magnitude)
  }
}
