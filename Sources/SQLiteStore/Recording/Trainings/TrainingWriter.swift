import LoRASpectra

/// Finds or inserts the settings of trainings, which all sweeps share.
struct TrainingWriter {
  private let connection: Connection
  private let find: Statement
  private let insert: Statement
  private var ids: [Key: Int64] = [:]

  private struct Key: Hashable {
    var settings: TrainingSettings
    var learningRate: Double
  }

  init(_ connection: Connection) throws {
    self.connection = connection
    find = try connection.prepare(Statements.findTraining)
    insert = try connection.prepare(Statements.insertTraining)
  }

  /// The id of a training's settings, inserted if they are new.
  mutating func training(_ settings: TrainingSettings, learningRate: Double) throws -> Int64 {
    let key = Key(settings: settings, learningRate: learningRate)
    if let id = ids[key] { return id }
    let id = try training(settings.recordedColumns(learningRate: learningRate))
    ids[key] = id
    return id
  }

  /// The id of settings given as columns of `training`, inserted if they are new.
  func training(_ columns: [String: Value]) throws -> Int64 {
    if let id = try found(columns) { return id }
    try insert.bind(columns)
    _ = try insert.step()
    return connection.lastInsertedID
  }

  /// The id of settings given as columns of `training`; nil if they are not in the book.
  func found(_ columns: [String: Value]) throws -> Int64? {
    try find.bind(columns)
    defer { find.reset() }
    return try find.step() ? find.integer(0) : nil
  }

  /// Forgets the ids after a transaction was rolled back.
  mutating func forget() { ids.removeAll(keepingCapacity: true) }
}

extension TrainingSettings {
  /// The columns of `training`, by name.
  func recordedColumns(learningRate: Double) -> [String: Value] {
    var values = Dictionary(columns.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    values["learning_rate"] = .real(learningRate)
    values["sharpness"] = .integer(findsSharpness ? 1 : 0)
    return values
  }
}
