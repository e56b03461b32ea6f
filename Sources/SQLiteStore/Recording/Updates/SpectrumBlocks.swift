import LoRASpectra

/// Reads singular values as stored in the book, even if they are not a valid spectrum.
struct SpectrumBlocks {
  private let statement: Statement

  init(_ connection: Connection) throws {
    statement = try connection.prepare(Statements.blocksOfUpdate)
  }

  /// An update's singular values by position; nil for a missing one. Trailing nils are removed.
  func values(of updateID: Int64) throws -> [Double?] {
    try statement.bind(Statements.BlocksOfUpdate.updateID, updateID)
    defer { statement.reset() }
    var values: [Double?] = []
    while try statement.step() {
      let first = Int(statement.integer(0)) * SpectrumBlock.length
      while values.count < first { values.append(nil) }
      for column in 1...Int32(SpectrumBlock.length) {
        values.append(statement.kind(column) == .real ? statement.real(column) : nil)
      }
    }
    while let last = values.last, last == nil { values.removeLast() }
    return values
  }
}
