import LoRASpectra

/// How updates are drawn that differ in the seed alone, with their profile by its id in the book.
struct Draw: Hashable {
  var generator: String
  var position: Int
  var shape: Shape
  var prescription: Int64
  /// nil where what was measured elsewhere does not say.
  var noise: Double?
}

/// Finds and records updates and their spectra, for whoever records runs.
final class UpdateWriter {
  /// How many draws are remembered: runs measured elsewhere may each have a noise level of their own.
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
  /// - Parameter singularValues: its spectrum; empty where it is not known.
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

  /// The id of an update, nil where it is not recorded.
  func find(_ draw: Draw, seed: UInt32) throws -> Int64? {
    try find(draw).flatMap { try find(seed, of: $0) }
  }

  /// Forgets what it remembers: a transaction that was rolled back took it out of the book.
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

/// How a spectrum is laid out in `spectrum_block`.
enum SpectrumBlock {
  /// How many singular values a row holds.
  static let length = 32
  /// How many rows an update may have: with 32 values in each, the `Shape.longestSide`.
  static let limit: Int64 = 1024
}
