import LoRASpectra

/// Goes through a sweep's runs in the order they were recorded, with none but the one in hand in memory.
final class RunCursor {
  /// What a run measured: nil where it was not recorded, not finite where it diverged.
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

  /// Goes to the next run.
  ///
  /// - Returns: false behind the last one.
  func next() throws -> Bool {
    if !isAtEnd { isAtEnd = try !statement.step() }
    return !isAtEnd
  }

  var updateID: Int64 { statement.integer(0) }
  var cellID: Int64 { statement.integer(1) }
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
  /// How much two that were computed on two machines may differ, absolutely up to 1 and relatively above.
  private static let rounding = 1e-10

  /// The first of the metrics in which two runs contradict each other.
  ///
  /// - Parameter exactly: whether they have to be the same double, as what was measured elsewhere has.
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
