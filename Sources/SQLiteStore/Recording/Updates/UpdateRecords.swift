import LoRASpectra

/// The common part of updates that differ only in the seed: how they are drawn, with their
/// profile's id in the book.
struct Draw: Hashable {
  var generator: String
  var position: Int
  var shape: Shape
  var prescription: Int64
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
  private let findDraw: Statement
  private let insertDraw: Statement
  private let findUpdate: Statement
  private let insertUpdate: Statement
  private let insertSpectrumBlock: Statement
  private var draws: [Draw: Int64] = [:]

  init(_ connection: Connection, limit: Int = UpdateWriter.limit) throws {
    self.connection = connection
    self.limit = limit
    findDraw = try connection.prepare(Statements.findDraw)
    insertDraw = try connection.prepare(Statements.insertDraw)
    findUpdate = try connection.prepare(Statements.findUpdate)
    insertUpdate = try connection.prepare(Statements.insertUpdate)
    insertSpectrumBlock = try connection.prepare(Statements.insertSpectrumBlock)
  }

  /// The id of an update, which is recorded if it is new.
  ///
  /// - Parameter singularValues: its spectrum; empty if unknown.
  func update(_ draw: Draw, seed: UInt32, singularValues: [Double] = []) throws -> Int64 {
    let drawID = try find(draw) ?? insert(draw)
    if let found = try find(seed, of: drawID) { return found }
    try insertUpdate.bind(Statements.InsertUpdate.drawID, drawID)
    try insertUpdate.bind(Statements.InsertUpdate.seed, Int64(seed))
    _ = try insertUpdate.step()
    let updateID = connection.lastInsertedID
    try insert(singularValues, of: updateID)
    return updateID
  }

  /// The id of an update; nil if it is not recorded.
  func find(_ draw: Draw, seed: UInt32) throws -> Int64? {
    try find(draw).flatMap { try find(seed, of: $0) }
  }

  /// Clears the cache: a transaction that was rolled back took its entries out of the book.
  func forget() { draws.removeAll(keepingCapacity: true) }

  private func find(_ seed: UInt32, of drawID: Int64) throws -> Int64? {
    try findUpdate.bind(Statements.FindUpdate.drawID, drawID)
    try findUpdate.bind(Statements.FindUpdate.seed, Int64(seed))
    defer { findUpdate.reset() }
    return try findUpdate.step() ? findUpdate.integer(0) : nil
  }

  private func find(_ draw: Draw) throws -> Int64? {
    if let id = draws[draw] { return id }
    try bind(draw, to: findDraw)
    defer { findDraw.reset() }
    guard try findDraw.step() else { return nil }
    return remember(draw, findDraw.integer(0))
  }

  private func insert(_ draw: Draw) throws -> Int64 {
    try bind(draw, to: insertDraw)
    _ = try insertDraw.step()
    return remember(draw, connection.lastInsertedID)
  }

  private func bind(_ draw: Draw, to statement: Statement) throws {
    try statement.bind(Statements.InsertDraw.generator, draw.generator)
    try statement.bind(Statements.InsertDraw.position, Int64(draw.position))
    try statement.bind(Statements.InsertDraw.d, Int64(draw.shape.d))
    try statement.bind(Statements.InsertDraw.k, Int64(draw.shape.k))
    try statement.bind(Statements.InsertDraw.prescriptionID, draw.prescription)
    try statement.bind(Statements.InsertDraw.noise, draw.noise.map(Value.real) ?? .absent)
  }

  private func remember(_ draw: Draw, _ id: Int64) -> Int64 {
    if draws.count >= limit { forget() }
    draws[draw] = id
    return id
  }

  private func insert(_ singularValues: [Double], of updateID: Int64) throws {
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
