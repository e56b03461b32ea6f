import LoRASpectra

/// What a line of a log or the options of a command say of a run, before it is parsed.
struct SaidRun {
  var sweep: String?
  var name: String?
  /// The settings and measurements of lorabook's own, as texts.
  var fields: [ExternalRun.Column: String] = [:]
  /// Such as `768x64`.
  var shape: String?
  var metrics: [UserMetric] = []
  var params: [UserText] = []
  var info: [UserText] = []
  var step: Int64?
  var resumesFrom: Int64?
  var status: ExternalRun.Status?
  var note: String?

  /// Adds what holds for every line of a log to what one line says.
  ///
  /// - Throws: `ExternalRunError` if the line says something else.
  mutating func add(_ common: SaidRun) throws {
    func both<Said: Equatable>(_ field: String, _ said: Said?, _ holds: Said?) throws -> Said? {
      if let said, let holds, said != holds {
        throw ExternalRunError(
          field: field, "\(said)", "is said here, and '\(holds)' for every line",
          remedy: "Leave one of them out")
      }
      return said ?? holds
    }
    sweep = try both("sweep", sweep, common.sweep)
    name = try both("run", name, common.name)
    shape = try both("shape", shape, common.shape)
    step = try both("step", step, common.step)
    status = try both("status", status, common.status)
    note = try both("note", note, common.note)
    for (column, text) in common.fields {
      fields[column] = try both(column.name, fields[column], text)
    }
    params += common.params.filter { new in !params.contains { $0.name == new.name } }
    info += common.info.filter { new in !info.contains { $0.name == new.name } }
    metrics += common.metrics.filter { new in !metrics.contains { $0.name == new.name } }
  }

  /// The settings and measurements with the sides of the shape.
  ///
  /// - Throws: `ExternalRunError`, `SaidShapeError`.
  func fieldsWithShape() throws -> [ExternalRun.Column: String] {
    guard let shape else { return fields }
    guard fields[.d] == nil, fields[.k] == nil else {
      throw ExternalRunError(
        field: "shape", shape, "is a second shape beside d and k", remedy: "Give one of them")
    }
    do {
      let sides = try Shape(parsing: shape, isElsewhere: true)
      return fields.merging([.d: String(sides.d), .k: String(sides.k)]) { $1 }
    } catch let error as SettingError {
      throw SaidShapeError(description: error.description)
    }
  }

  /// Parses it.
  ///
  /// - Throws: `ExternalRunError`.
  func run(_ parser: inout ExternalRunParser) throws -> ExternalRun {
    let fields = try fieldsWithShape()
    var run = fields.isEmpty ? ExternalRun() : try parser.run(fields)
    run.name = name
    run.step = step
    run.resumesFrom = resumesFrom
    run.status = status
    run.note = note
    run.metrics = metrics
    if !params.isEmpty { run.parameters = try ParameterSet(params) }
    run.info = info
    for metric in metrics { try UserName.check(metric.name, in: "metrics") }
    for text in info { try UserName.check(text.name, in: "info") }
    if step != nil, run.isMeasured {
      let column = ExternalRun.Column.allCases.first { $0.isMeasurement && fields[$0] != nil }
      throw ExternalRunError(
        field: "step", "\(step ?? 0)",
        "is no place for \(column?.name ?? "error"), which is an end value",
        remedy: "Leave the step out, or measure a metric of another name, such as eval_error")
    }
    return run
  }
}

/// A shape that is none; the description quotes it.
struct SaidShapeError: Error {
  var description: String
}
