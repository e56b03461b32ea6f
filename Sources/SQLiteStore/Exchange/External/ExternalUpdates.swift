import LoRASpectra

/// Finds or creates the profiles and updates of runs measured elsewhere as the runs come.
final class ExternalUpdates {
  /// A profile's label within a sweep.
  private struct ProfileKey: Hashable {
    var sweepID: Int64
    var label: ExactText
  }

  /// The identity of an update.
  private struct Key: Hashable {
    var prescription: Int64?
    var seed: UInt32?
    var shape: Shape?
    var noise: Double?
  }

  /// Largest number of profiles, and of updates, kept in memory.
  static let limit = 50_000

  private let limit: Int
  private let connection: Connection
  private let updates: UpdateWriter
  private var prescriptions: [ProfileKey: Int64] = [:]
  private var ids: [Key: Int64] = [:]
  /// Runs of one update usually come together.
  private var lastProfile: (key: ProfileKey, id: Int64)?
  private var lastUpdate: (key: Key, id: Int64)?

  init(_ connection: Connection, limit: Int = ExternalUpdates.limit) throws {
    self.connection = connection
    self.limit = limit
    updates = try UpdateWriter(connection, limit: limit)
  }

  /// The prescription of a profile's label, which is recorded for the sweep; nil without a label.
  func prescription(_ label: String?, sweepID: Int64) throws -> Int64? {
    guard let label else { return nil }
    let key = ProfileKey(sweepID: sweepID, label: ExactText(label))
    if let lastProfile, lastProfile.key == key { return lastProfile.id }
    let id = try prescriptions[key] ?? findOrInsert(key)
    if prescriptions.count >= limit { prescriptions.removeAll(keepingCapacity: true) }
    prescriptions[key] = id
    lastProfile = (key, id)
    return id
  }

  /// The id of a run's update.
  func update(of run: ExternalRun, prescription: Int64?) throws -> Int64 {
    let key = Key(
      prescription: prescription, seed: run.seed, shape: run.shape, noise: run.noise)
    if let lastUpdate, lastUpdate.key == key { return lastUpdate.id }
    let id = try ids[key] ?? findOrInsert(key)
    if ids.count >= limit { ids.removeAll(keepingCapacity: true) }
    ids[key] = id
    lastUpdate = (key, id)
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
    let origin = Origin(
      generator: nil, position: nil, shape: key.shape, prescription: key.prescription,
      noise: key.noise)
    return try updates.update(origin, seed: key.seed)
  }
}
