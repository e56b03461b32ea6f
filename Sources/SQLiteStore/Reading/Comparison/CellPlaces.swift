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
    let scale = try describe.value(7).number.map { ", scale \($0.shortestText)" } ?? ""
    return try CellPlaces.text(describe, from: 0) + scale
  }

  /// The columns d, k, profile, noise, rank, alpha and rule of a row, from a given column on; what
  /// is absent is left out.
  static func text(_ row: Statement, from column: Int32) throws -> String {
    func part(_ name: String, _ offset: Int32) throws -> String? {
      let value = try row.value(column + offset)
      return value == .absent ? nil : name + value.plainText
    }
    let shape = try part("", 1).map { k in try "\(row.value(column).plainText)x\(k)" }
    let parts = try [
      shape, part("", 2), part("noise ", 3), part("rank ", 4), part("alpha ", 5), part("", 6),
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
