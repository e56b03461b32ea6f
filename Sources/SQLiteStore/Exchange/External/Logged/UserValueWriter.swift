import LoRASpectra

/// What is said of a run contradicts what the book has of it.
package struct ExternalRunConflict: Error, Equatable {
  /// The run's name; nil if it has none.
  package var run: String?
  /// The contradiction; continues the sentence after the run.
  package var what: String
  /// What to do; one sentence without its full stop.
  package var remedy: String
}

/// Records the metrics that users named, end values and points of curves, and their info.
final class UserValueWriter {
  private let connection: Connection
  private let putEnd: Statement
  private let putPoint: Statement
  private let putInfo: Statement
  private let findMetric: Statement
  private var metrics: [ExactText: Int64] = [:]

  init(_ connection: Connection) throws {
    self.connection = connection
    putEnd = try connection.prepare(Statements.putRunMetric)
    putPoint = try connection.prepare(Statements.putCurvePoint)
    putInfo = try connection.prepare(Statements.putInfo)
    findMetric = try connection.prepare(Statements.findMetric)
  }

  /// Records values of metrics of a run; those that the book has already stay.
  ///
  /// - Parameter step: of the curves; nil for end values.
  /// - Returns: how many were new.
  /// - Throws: `ExternalRunConflict` if the book has another value.
  func put(_ values: [UserMetric], step: Int64?, of run: Int64, _ name: String?) throws -> Int {
    var count = 0
    for metric in values {
      let id = try metricID(metric.name)
      let diverged = metric.value.isFinite ? nil : metric.value.shortestText
      let value: Value = metric.value.isFinite ? .real(metric.value) : .absent
      if let step {
        try putPoint.bind(Statements.PutCurvePoint.runID, run)
        try putPoint.bind(Statements.PutCurvePoint.metricID, id)
        try putPoint.bind(Statements.PutCurvePoint.step, step)
        try putPoint.bind(Statements.PutCurvePoint.value, value)
        try putPoint.bind(Statements.PutCurvePoint.diverged, diverged.value)
        _ = try putPoint.step()
      } else {
        try putEnd.bind(Statements.PutRunMetric.runID, run)
        try putEnd.bind(Statements.PutRunMetric.metricID, id)
        try putEnd.bind(Statements.PutRunMetric.value, value)
        try putEnd.bind(Statements.PutRunMetric.diverged, diverged.value)
        _ = try putEnd.step()
      }
      if connection.changedRows > 0 {
        count += 1
        continue
      }
      let known = try known(run, id, step)
      // As SQLite keeps it: -0 is 0.
      if known == value || known == diverged.value { continue }
      let place = step.map { " at step \($0)" } ?? ""
      throw ExternalRunConflict(
        run: name,
        what:
          "has \(metric.name) \(known.plainText)\(place) already, and \(metric.value.shortestText) is another value",
        remedy: "Give a step once, or another name to another run")
    }
    return count
  }

  /// Records what else was said of a run; what was said last holds.
  ///
  /// - Returns: whether anything was new.
  func put(_ info: [UserText], of run: Int64) throws -> Bool {
    var isNew = false
    for text in info {
      try putInfo.bind(Statements.PutInfo.runID, run)
      try putInfo.bind(Statements.PutInfo.name, text.name)
      try putInfo.bind(Statements.PutInfo.value, text.value)
      _ = try putInfo.step()
      if connection.changedRows > 0 { isNew = true }
    }
    return isNew
  }

  /// Drops the points of a run after a step, and its end values.
  func drop(after step: Int64, of run: Int64) throws {
    try connection.runScript(
      Statements.dropLaterPoints, ["run_id": .integer(run), "step": .integer(step)])
  }

  /// The id of a metric, recorded if it is new.
  func metricID(_ name: String) throws -> Int64 {
    let key = ExactText(name)
    if let id = metrics[key] { return id }
    try findMetric.bind(Statements.FindMetric.metric, name)
    defer { findMetric.reset() }
    let id: Int64
    if try findMetric.step() {
      id = findMetric.integer(0)
    } else {
      try connection.run(UserValueWriter.insertMetric, ["metric": .text(name)])
      id = connection.lastInsertedID
    }
    metrics[key] = id
    return id
  }

  private static let insertMetric = "INSERT INTO metric (metric) VALUES (:metric)"

  private func known(_ run: Int64, _ metric: Int64, _ step: Int64?) throws -> Value {
    var bindings: [String: Value] = ["run_id": .integer(run), "metric_id": .integer(metric)]
    if let step { bindings["step"] = .integer(step) }
    let table = try connection.table(
      step == nil ? Statements.findRunMetric : Statements.findCurvePoint, bindings)
    guard let row = table.rows.first else { return .absent }
    return row[0] == .absent ? row[1] : row[0]
  }
}
