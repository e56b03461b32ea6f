import LoRASpectra

/// Where updates come from that differ in the seed alone, with their profile by its id in the book.
struct Origin: Hashable {
  /// nil where they were not drawn here.
  var generator: String?
  /// How many normals of the stream come before; nil without a generator.
  var position: Int?
  /// nil if the source does not give it.
  var shape: Shape?
  /// nil if the source gives no profile.
  var prescription: Int64?
  /// nil if the source does not give it.
  var noise: Double?
}

/// Finds and records updates and their spectra, for everything that records runs.
final class UpdateWriter {
  /// Largest number of draws kept in memory: runs measured elsewhere may each have their own noise
  /// level.
  static let limit = 50_000

  private let connection: Connection
  private let limit: Int
  private let findOrigin: Statement
  private let insertOrigin: Statement
  private let findUpdate: Statement
  private let insertUpdate: Statement
  private let insertSpectrumBlock: Statement
  private var origins: [Origin: Int64] = [:]

  init(_ connection: Connection, limit: Int = UpdateWriter.limit) throws {
    self.connection = connection
    self.limit = limit
    findOrigin = try connection.prepare(Statements.findOrigin)
    insertOrigin = try connection.prepare(Statements.insertOrigin)
    findUpdate = try connection.prepare(Statements.findUpdate)
    insertUpdate = try connection.prepare(Statements.insertUpdate)
    insertSpectrumBlock = try connection.prepare(Statements.insertSpectrumBlock)
  }

  /// The id of an update, which is recorded if it is new.
  ///
  /// - Parameter singularValues: its spectrum; empty where it is not known.
  func update(_ origin: Origin, seed: UInt32?, singularValues: [Double] = []) throws -> Int64 {
    let originID = try find(origin) ?? insert(origin)
    if let found = try find(seed, of: originID) { return found }
    try insertUpdate.bind(Statements.InsertUpdate.originID, originID)
    try insertUpdate.bind(Statements.InsertUpdate.seed, seed.map { Int64($0) }.value)
    _ = try insertUpdate.step()
    let updateID = connection.lastInsertedID
    try insert(singularValues, of: updateID)
    return updateID
  }

  /// The id of an update, nil where it is not recorded.
  func find(_ origin: Origin, seed: UInt32?) throws -> Int64? {
    try find(origin).flatMap { try find(seed, of: $0) }
  }

  /// Forgets what it remembers: a transaction that was rolled back took it out of the book.
  func forget() { origins.removeAll(keepingCapacity: true) }

  private func find(_ seed: UInt32?, of originID: Int64) throws -> Int64? {
    try findUpdate.bind(Statements.FindUpdate.originID, originID)
    try findUpdate.bind(Statements.FindUpdate.seed, seed.map { Int64($0) }.value)
    defer { findUpdate.reset() }
    return try findUpdate.step() ? findUpdate.integer(0) : nil
  }

  private func find(_ origin: Origin) throws -> Int64? {
    if let id = origins[origin] { return id }
    try bind(origin, to: findOrigin)
    defer { findOrigin.reset() }
    guard try findOrigin.step() else { return nil }
    return remember(origin, findOrigin.integer(0))
  }

  private func insert(_ origin: Origin) throws -> Int64 {
    try bind(origin, to: insertOrigin)
    _ = try insertOrigin.step()
    return remember(origin, connection.lastInsertedID)
  }

  private func bind(_ origin: Origin, to statement: Statement) throws {
    try statement.bind(Statements.InsertOrigin.generator, origin.generator.value)
    try statement.bind(Statements.InsertOrigin.position, origin.position.map { Int64($0) }.value)
    try statement.bind(Statements.InsertOrigin.d, origin.shape.map { Int64($0.d) }.value)
    try statement.bind(Statements.InsertOrigin.k, origin.shape.map { Int64($0.k) }.value)
    try statement.bind(Statements.InsertOrigin.prescriptionID, origin.prescription.value)
    try statement.bind(Statements.InsertOrigin.noise, origin.noise.value)
  }

  private func remember(_ origin: Origin, _ id: Int64) -> Int64 {
    if origins.count >= limit { forget() }
    origins[origin] = id
    return id
  }

  /// Records the spectrum of an update that has none.
  func insert(_ singularValues: [Double], of updateID: Int64) throws {
    let (firstBlock, overflow) = updateID.multipliedReportingOverflow(by: SpectrumBlock.limit)
    guard !overflow else { throw BookError.full }
    for (number, start) in stride(
      from: 0, to: singularValues.count, by: SpectrumBlock.length
    ).enumerated() {
      try insertSpectrumBlock.bind(
        Statements.InsertSpectrumBlock.blockID, firstBlock + Int64(number))
      for place in 0..<SpectrumBlock.length {
        let parameter = Statements.InsertSpectrumBlock.s1 + Int32(place)
        if start + place < singularValues.count {
          try insertSpectrumBlock.bind(parameter, singularValues[start + place])
        } else {
          try insertSpectrumBlock.bind(parameter, .absent)
        }
      }
      _ = try insertSpectrumBlock.step()
    }
  }
}

/// The layout of a spectrum in `spectrum_block`.
enum SpectrumBlock {
  /// Number of singular values in a row.
  static let length = 32
  /// Largest number of rows of an update: 32 values in each give `Shape.longestSide`.
  static let limit: Int64 = 1024
}
