import LoRASpectra

/// Iterates over a sweep's runs in the order they were recorded, with only the current run in
/// memory.
final class RunCursor {
  /// A run's measurements: nil if not recorded, not finite if diverged.
  struct Measured {
    var error: Double?
    var truncationError: Double?
    var varianceCaptured: Double?
  }

  private let statement: Statement
  private var isAtEnd = false

  init(_ connection: Connection, sweepID: Int64) throws {
    statement = try connection.prepare(Statements.mergedRuns)
    try statement.bind(Statements.MergedRuns.sweepID, sweepID)
  }

  /// Moves to the next run.
  ///
  /// - Returns: false after the last one.
  func next() throws -> Bool {
    if !isAtEnd { isAtEnd = try !statement.step() }
    return !isAtEnd
  }

  var updateID: Int64 { statement.integer(0) }
  var cellID: Int64 { statement.integer(1) }
  var executionID: Int64 { statement.integer(5) }
  /// Its item, or its place in its execution where nothing is computed.
  var place: RunOwner.Place {
    statement.kind(6) == .absent ? .sequence(statement.integer(7)) : .item(statement.integer(6))
  }
  /// - Throws: `SQLiteError`.
  func measured() throws -> Measured {
    try Measured(
      error: measurement(2), truncationError: measurement(3), varianceCaptured: measurement(4))
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
  /// - Parameter exactly: whether the values must be the same double, as for runs measured
  ///   elsewhere.
  func contradiction(
    to other: Self, exactly: Bool
  ) -> (metric: Comparison.Metric, here: Double?, there: Double?)? {
    let pairs: [(Comparison.Metric, Double?, Double?)] = [
      (.error, error, other.error), (.truncationError, truncationError, other.truncationError),
      (.varianceCaptured, varianceCaptured, other.varianceCaptured),
    ]
    return pairs.first { !Self.agree($0.1, $0.2, exactly: exactly) }
  }

  private static func agree(_ a: Double?, _ b: Double?, exactly: Bool) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    if a == b || (a.isNaN && b.isNaN) { return true }
    guard a.isFinite, b.isFinite, !exactly else { return false }
    return (a - b).magnitude <= rounding * max(1, a.magnitude, b.magnitude)
  }
}
