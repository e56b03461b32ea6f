import LoRASpectra

/// Reads measurements that are no columns of a run (``Metric/Key/rows``).
final class MeasurementRowReader {
  private let find: Statement
  private let findMetric: Statement
  private var ids = MetricValues<Int64?>(repeating: nil)

  init(_ connection: Connection) throws {
    find = try connection.prepare(Statements.findRunMetric)
    findMetric = try connection.prepare(Statements.findMetric)
  }

  /// Puts what is recorded of a run among its measurements, NaN or infinite where it diverged.
  func put(ofRun id: Int64, in measurements: inout Measurements) throws {
    for key in Metric.Key.rows { measurements[key] = try value(of: key, run: id) }
  }

  private func value(of metric: Metric.Key, run: Int64) throws -> Double? {
    guard let id = try id(of: metric) else { return nil }
    try find.bind(Statements.FindRunMetric.runID, run)
    try find.bind(Statements.FindRunMetric.metricID, id)
    defer { find.reset() }
    guard try find.step() else { return nil }
    return find.kind(0) == .real ? find.real(0) : Double(divergence: try find.text(1))
  }

  /// The id of a metric; nil if the book does not know it.
  func id(of metric: Metric.Key) throws -> Int64? {
    if let id = ids[metric] { return id }
    try findMetric.bind(Statements.FindMetric.metric, metric.name)
    defer { findMetric.reset() }
    guard try findMetric.step() else { return nil }
    ids[metric] = findMetric.integer(0)
    return ids[metric]
  }
}

/// Writes measurements that are no columns of a run (``Metric/Key/rows``).
final class MeasurementRowWriter {
  private let connection: Connection
  private let insert: Statement
  private let reader: MeasurementRowReader

  init(_ connection: Connection) throws {
    self.connection = connection
    insert = try connection.prepare(Statements.putRunMetric)
    reader = try MeasurementRowReader(connection)
  }

  /// Makes their metrics known to the book, which may be older than a metric; call it first in each
  /// transaction.
  func begin() throws {
    for key in Metric.Key.rows {
      let metric = key.metric
      try connection.run(
        Statements.putMetric,
        [
          "metric": .text(metric.name), "unit": metric.unit.value,
          "is_better_larger": metric.isBetterLarger.map { .integer($0 ? 1 : 0) } ?? .absent,
        ])
    }
  }

  /// Adds the measurements of a run that is in the book.
  func put(_ measurements: Measurements, of run: Int64) throws {
    for key in Metric.Key.rows {
      guard let measurement = measurements[key], let id = try reader.id(of: key) else { continue }
      let isFinite = measurement.isFinite
      try insert.bind(Statements.PutRunMetric.runID, run)
      try insert.bind(Statements.PutRunMetric.metricID, id)
      try insert.bind(Statements.PutRunMetric.value, isFinite ? .real(measurement) : .absent)
      try insert.bind(
        Statements.PutRunMetric.diverged, isFinite ? .absent : .text(measurement.shortestText))
      _ = try insert.step()
    }
  }
}
