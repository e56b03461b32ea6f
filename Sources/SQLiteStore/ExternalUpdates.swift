import LoRASpectra

/// The updates of runs measured elsewhere and their recordings, found or made as runs come.
final class ExternalUpdates {
  /// A profile's label as a sweep knows it.
  private struct ProfileKey: Hashable {
    var sweepID: Int64
    var label: ExactText
  }

  /// What tells a recording from another.
  private struct Key: Hashable {
    var sweepID: Int64
    var prescription: Int64
    var seed: UInt32
    var shape: Shape
    var noise: Double?
  }

  /// How many profiles, and how many recordings, are remembered.
  static let most = 50_000

  private let most: Int
  private let connection: Connection
  private let findUpdate: Statement
  private let insertUpdate: Statement
  private let findRecording: Statement
  private let insertRecording: Statement
  private var prescriptions: [ProfileKey: Int64] = [:]
  private var recordings: [Key: Int64] = [:]
  /// Runs of one update mostly come together.
  private var lastProfile: (key: ProfileKey, id: Int64)?
  private var lastRecording: (key: Key, id: Int64)?

  init(_ connection: Connection, most: Int = ExternalUpdates.most) throws {
    self.connection = connection
    self.most = most
    findUpdate = try connection.prepare(Statements.findUpdate)
    insertUpdate = try connection.prepare(Statements.insertUpdate)
    findRecording = try connection.prepare(Statements.findRecording)
    insertRecording = try connection.prepare(Statements.insertRecording)
  }

  /// The prescription of a profile's label, which the sweep then knows.
  func prescription(_ label: String, sweepID: Int64) throws -> Int64 {
    let key = ProfileKey(sweepID: sweepID, label: ExactText(label))
    if let lastProfile, lastProfile.key == key { return lastProfile.id }
    let id = try prescriptions[key] ?? findOrInsert(key)
    if prescriptions.count >= most { prescriptions.removeAll(keepingCapacity: true) }
    prescriptions[key] = id
    lastProfile = (key, id)
    return id
  }

  /// The recording of a run's update in a sweep.
  func recording(of run: ExternalRun, sweepID: Int64, prescription: Int64) throws -> Int64 {
    let key = Key(
      sweepID: sweepID, prescription: prescription, seed: run.seed, shape: run.shape,
      noise: run.noise)
    if let lastRecording, lastRecording.key == key { return lastRecording.id }
    let id = try recordings[key] ?? findOrInsert(key)
    if recordings.count >= most { recordings.removeAll(keepingCapacity: true) }
    recordings[key] = id
    lastRecording = (key, id)
    return id
  }

  private func findOrInsert(_ key: ProfileKey) throws -> Int64 {
    let id = try connection.prescriptionID("external:" + key.label.text)
    try connection.run(
      Statements.putProfile,
      [
        "sweep_id": .integer(key.sweepID), "prescription_id": .integer(id),
        "label": .text(key.label.text),
      ])
    return id
  }

  private func findOrInsert(_ key: Key) throws -> Int64 {
    let updateID = try findOrInsertUpdate(key)
    for statement in [findRecording, insertRecording] {
      try statement.bind(1, key.sweepID)
      try statement.bind(2, updateID)
    }
    defer { findRecording.reset() }
    if try findRecording.step() { return findRecording.integer(0) }
    _ = try insertRecording.step()
    return connection.lastInsertedID
  }

  private func findOrInsertUpdate(_ key: Key) throws -> Int64 {
    for statement in [findUpdate, insertUpdate] {
      try statement.bind(1, Int64(key.seed))
      try statement.bind(2, key.prescription)
      try statement.bind(3, Int64(key.shape.d))
      try statement.bind(4, Int64(key.shape.k))
      // Where it stands in the stream it was drawn from is not known.
      try statement.bind(5, Int64(0))
      try statement.bind(6, key.noise.map(Value.real) ?? .absent)
      try statement.bind(7, "external")
    }
    defer { findUpdate.reset() }
    if try findUpdate.step() { return findUpdate.integer(0) }
    _ = try insertUpdate.step()
    return connection.lastInsertedID
  }
}
