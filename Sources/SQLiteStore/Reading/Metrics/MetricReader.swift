import LoRASpectra

/// Reads the values of one metric from ranges of runs.
struct MetricReader {
  private let statement: Statement
  /// The numbers of the parameters `:recording_id` and `:runs`.
  private let first: Int32
  private let count: Int32

  /// - Parameter place: the point of a curve that stands for a run.
  /// - Returns: nil if the book does not know the metric.
  /// - Throws: `SQLiteError`.
  init?(_ connection: Connection, _ metric: Metric, at place: CurvePlace) throws {
    if Metric.Key.columns.contains(where: { $0.name == metric.name }) {
      statement = try connection.prepare(Statements.compareRuns)
      try statement.bind(Statements.CompareRuns.metric, metric.name)
      (first, count) = (Statements.CompareRuns.recordingID, Statements.CompareRuns.runs)
    } else if Metric.ofTrainings.contains(where: { $0.name == metric.name }) {
      statement = try connection.prepare(Statements.trainingValues)
      try statement.bind(Statements.TrainingValues.metric, metric.name)
      (first, count) = (Statements.TrainingValues.recordingID, Statements.TrainingValues.runs)
    } else {
      let known = try connection.table(Statements.knownMetric, ["metric": .text(metric.name)])
      guard let row = known.rows.first else { return nil }
      statement = try connection.prepare(Statements.rowValues)
      try statement.bind(Statements.RowValues.metricID, known.value("metric_id", in: row))
      let (at, step): (String, Int64?) =
        switch place {
        case .last: ("last", nil)
        case .least: ("least", nil)
        case .greatest: ("greatest", nil)
        case .step(let step): ("step", step)
        }
      try statement.bind(Statements.RowValues.at, at)
      try statement.bind(Statements.RowValues.step, step.value)
      (first, count) = (Statements.RowValues.recordingID, Statements.RowValues.runs)
    }
  }

  /// Passes the recorded values of `runs` runs from an id on, NaN where one diverged, with the ids
  /// of their cells.
  func forEach(
    from id: Int64, runs: Int64, _ body: (_ cell: Int64, _ value: Double) throws -> Void
  ) throws {
    try statement.bind(first, id)
    try statement.bind(count, runs)
    defer { statement.reset() }
    while try statement.step() {
      switch statement.kind(1) {
      case .real: try body(statement.integer(0), statement.real(1))
      case .text: try body(statement.integer(0), .nan)
      case .absent: break
      }
    }
  }
}
