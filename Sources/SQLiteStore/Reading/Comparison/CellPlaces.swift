import LoRASpectra

/// Describes cells in messages.
struct CellPlaces {
  private let describe: Statement

  init(_ connection: Connection) throws {
    describe = try connection.prepare(Statements.describeCell)
  }

  /// `64x64, style, noise 0.01, rank 2, alpha 16, lora`; the id alone if the book has no such cell.
  func settings(ofCell id: Int64) throws -> String {
    try describe.bind(Statements.DescribeCell.cellID, id)
    defer { describe.reset() }
    guard try describe.step() else { return "cell \(id), which is not there" }
    return try CellPlaces.text(describe, from: 0)
  }

  /// The columns d, k, profile, noise, rank, alpha and rule of a row, from a given column on.
  static func text(_ row: Statement, from column: Int32) throws -> String {
    let noise = try row.value(column + 3).number.map { ", noise \($0.shortestText)" } ?? ""
    return try
      "\(row.integer(column))x\(row.integer(column + 1)), \(row.text(column + 2))\(noise), "
      + "rank \(row.integer(column + 4)), alpha \(row.real(column + 5).shortestText), "
      + row.text(column + 6)
  }
}
