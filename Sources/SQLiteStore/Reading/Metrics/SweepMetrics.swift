import LoRASpectra

/// Why which way of a metric is better is not kept.
package enum MetricDirectionError: Error, Equatable {
  /// It is lorabook's own, and better is what it is.
  case builtIn(String)
}

extension Book {
  /// The metrics that runs of some sweeps have: those of every run, those of trainings, and those
  /// that users named.
  ///
  /// - Throws: `SQLiteError`.
  package func metrics(ofSweeps ids: [Int64]) throws -> [Metric] {
    try Metric.Key.columns.map(\.metric) + (hasTrainings(inSweeps: ids) ? Metric.ofTrainings : [])
      + namedMetrics(ofSweeps: ids)
  }

  /// Whether runs of some sweeps were trained here.
  ///
  /// - Throws: `SQLiteError`.
  func hasTrainings(inSweeps ids: [Int64]) throws -> Bool {
    try !connection.table(Statements.hasTrainings, ["sweep_ids": Connection.array(ids)])
      .rows.isEmpty
  }

  /// The metrics of runs of some sweeps that are no columns.
  ///
  /// - Throws: `SQLiteError`.
  package func namedMetrics(ofSweeps ids: [Int64]) throws -> [Metric] {
    let rows = Metric.Key.rows.map { "\"\($0.name)\"" }.joined(separator: ",")
    var found: [Metric] = []
    try connection.rows(
      Statements.metricsOfSweeps,
      ["sweep_ids": Connection.array(ids), "built_in": .text("[\(rows)]")]
    ) { row in
      found.append(
        Metric(
          try row.text(0), unit: try row.value(1).text,
          isBetterLarger: try row.value(2).integer.map { $0 == 1 }))
    }
    return found
  }

  /// Keeps whether larger values of a metric are better.
  ///
  /// - Throws: `MetricDirectionError`, `SQLiteError`.
  package func setDirection(of metric: String, isBetterLarger: Bool) throws {
    guard !Metric.builtIn.contains(where: { $0.name == metric }) else {
      throw MetricDirectionError.builtIn(metric)
    }
    try connection.transaction {
      try connection.run(
        Book.setDirection,
        ["metric": .text(metric), "is_better_larger": .integer(isBetterLarger ? 1 : 0)])
    }
  }

  private static let setDirection =
    "UPDATE metric SET is_better_larger = :is_better_larger WHERE metric = :metric"

  /// The finite values of each of the metrics that users named, over the runs of a sweep, by
  /// cell. A metric without an end value counts with its last step.
  ///
  /// - Parameter pooled: for each cell the id under which it counts; its own unless given.
  /// - Throws: `SQLiteError`.
  package func metricSummaries(
    ofSweep id: Int64, pooled: [Int64: Int64] = [:]
  ) throws -> [MetricSummaries] {
    try namedMetrics(ofSweeps: [id]).compactMap { metric in
      guard let reader = try MetricReader(connection, metric, at: .last) else { return nil }
      var cells: [Int64: Comparison.Repeats] = [:]
      try connection.rows(Statements.recordingsOfSweep, ["sweep_id": .integer(id)]) { recording in
        try reader.forEach(from: recording.integer(0), runs: recording.integer(1)) { cell, value in
          let cell = pooled[cell] ?? cell
          if value.isFinite {
            cells[cell, default: Comparison.Repeats()].summary.add(value)
          } else {
            cells[cell, default: Comparison.Repeats()].diverged += 1
          }
        }
      }
      return MetricSummaries(metric: metric, cells: cells)
    }
  }
}

extension Connection {
  /// Ids as the JSON array that statements take.
  static func array(_ ids: [Int64]) -> Value {
    .text("[" + ids.map(String.init).joined(separator: ",") + "]")
  }
}
