import LoRASpectra

/// Finds or creates in one book the measured modules of another.
final class MergedModules {
  private let source: MergeSource
  private let connection: Connection
  private let readContent: Statement
  private let readModule: Statement
  private let readItem: Statement
  private let findContent: Statement
  private let insertContent: Statement
  private let insertUpdate: Statement
  private let insertModule: Statement
  private let insertItem: Statement

  init(_ source: MergeSource, into connection: Connection) throws {
    self.source = source
    self.connection = connection
    readContent = try source.connection.prepare(Statements.mergedContent)
    readModule = try source.connection.prepare(Statements.mergedModule)
    readItem = try source.connection.prepare(Statements.mergedSweepModule)
    findContent = try connection.prepare(Statements.findContent)
    insertContent = try connection.prepare(Statements.insertContent)
    insertUpdate = try connection.prepare(Statements.insertUpdate)
    insertModule = try connection.prepare(Statements.insertModule)
    insertItem = try connection.prepare(Statements.insertSweepModule)
  }

  /// An update of the source that was read from files.
  struct Update {
    /// Its content's digest.
    var content: String
    /// Its id here; nil if it is not here.
    var id: Int64?
    fileprivate var d: Value
    fileprivate var k: Value
  }

  /// An update of the source with its id here; nil if it was not read from files.
  func update(_ sourceID: Int64) throws -> Update? {
    try readContent.bind(["update_id": .integer(sourceID)])
    defer { readContent.reset() }
    guard try readContent.step() else { return nil }
    var update = Update(
      content: try readContent.text(0), d: try readContent.value(1), k: try readContent.value(2))
    try findContent.bind(["content": .text(update.content)])
    defer { findContent.reset() }
    if try findContent.step() { update.id = findContent.integer(0) }
    return update
  }

  /// Records an update with what was found of it, but for its spectrum.
  ///
  /// - Returns: its id here.
  func make(_ update: Update, from sourceID: Int64) throws -> Int64 {
    try insertContent.bind(["d": update.d, "k": update.k, "content": .text(update.content)])
    _ = try insertContent.step()
    let originID = connection.lastInsertedID
    try insertUpdate.bind(["origin_id": .integer(originID), "seed": .absent])
    _ = try insertUpdate.step()
    let updateID = connection.lastInsertedID
    try readModule.bind(["update_id": .integer(sourceID)])
    defer { readModule.reset() }
    guard try readModule.step() else {
      throw source.damage("an update was read from files, and nothing is recorded of it")
    }
    var columns = Dictionary(try zip(readModule.columns, readModule.row)) { $1 }
    columns["origin_id"] = .integer(originID)
    try insertModule.bind(columns)
    _ = try insertModule.step()
    return updateID
  }

  /// Copies the name and files of a measured item, if it is one.
  ///
  /// - Parameter updateID: of its update, here.
  func copy(item: Int64, of sourceSweep: Int64, to sweepID: Int64, updateID: Int64) throws {
    try readItem.bind(["sweep_id": .integer(sourceSweep), "item": .integer(item)])
    defer { readItem.reset() }
    guard try readItem.step() else { return }
    var columns = Dictionary(try zip(readItem.columns, readItem.row)) { $1 }
    columns["sweep_id"] = .integer(sweepID)
    columns["item"] = .integer(item)
    columns["update_id"] = .integer(updateID)
    try insertItem.bind(columns)
    _ = try insertItem.step()
  }
}
