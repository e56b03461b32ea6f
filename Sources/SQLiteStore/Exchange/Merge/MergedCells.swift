import LoRASpectra

/// Finds or creates in one book the cells of another book's sweep, and updates their summaries.
final class MergedCells {
  /// Largest number of cells kept in memory.
  static let limit = 200_000

  private let source: MergeSource
  private let updates: MergedUpdates
  private let sourceSweep: Int64
  private let sweepID: Int64
  private let writer: CellRecorder
  private let read: Statement
  private var cells: [Int64: RecordedCell] = [:]

  init(
    _ source: MergeSource, sweep sourceSweep: Int64, as sweepID: Int64,
    into connection: Connection, _ updates: MergedUpdates
  ) throws {
    self.source = source
    self.updates = updates
    self.sourceSweep = sourceSweep
    self.sweepID = sweepID
    writer = try CellRecorder(connection)
    read = try source.connection.prepare(Statements.mergedCell)
  }

  /// The cell of this book for a cell of the source; nil if there is none and it is not to be
  /// created.
  func cell(_ sourceID: Int64, isMade: Bool) throws -> RecordedCell? {
    if let cell = cells[sourceID] { return cell }
    let settings = try settings(of: sourceID, isMade: isMade)
    guard let settings,
      let cell = try writer.find(settings) ?? (isMade ? writer.make(settings) : nil)
    else { return nil }
    if cells.count >= Self.limit {
      try putSummaries()
      cells.removeAll(keepingCapacity: true)
    }
    cells[sourceID] = cell
    return cell
  }

  /// Creates all missing cells, in the source's order.
  func makeAll() throws {
    try source.connection.rows(Statements.mergedCells, ["sweep_id": .integer(sourceSweep)]) {
      _ = try cell($0.integer(0), isMade: true)
    }
  }

  /// Writes the changed summaries to the book.
  func putSummaries() throws { try writer.putSummaries(of: cells.values) }

  private func settings(of sourceID: Int64, isMade: Bool) throws -> CellKey? {
    try read.bind(Statements.MergedCell.cellID, sourceID)
    defer { read.reset() }
    guard try read.step(), read.integer(0) == sourceSweep else {
      throw source.damage("a run has the settings of another sweep")
    }
    guard let prescription = try updates.prescription(read.integer(1), isMade: isMade) else {
      return nil
    }
    return CellKey(
      sweepID: sweepID, prescription: prescription,
      shape: Shape(d: Int(read.integer(2)), k: Int(read.integer(3))),
      noise: read.kind(4) == .absent ? nil : read.real(4), rank: Int(read.integer(5)),
      alpha: read.real(6), rule: ExactText(try read.text(7)), scale: read.real(8))
  }
}
