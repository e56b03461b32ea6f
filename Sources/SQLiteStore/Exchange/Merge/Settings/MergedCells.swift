import LoRASpectra

/// Finds or creates in one book the cells of another book's sweep, and updates their summaries.
final class MergedCells {
  /// Largest number of cells kept in memory.
  static let limit = 200_000

  private let source: MergeSource
  private let updates: MergedUpdates
  private let connection: Connection
  private let sourceSweep: Int64
  private let sweepID: Int64
  private let writer: CellRecorder
  private let read: Statement
  private var cells: [Int64: RecordedCell] = [:]
  /// Cells that follow each other mostly have the same parameters.
  private var last: (source: Int64, id: Int64)?

  init(
    _ source: MergeSource, sweep sourceSweep: Int64, as sweepID: Int64,
    into connection: Connection, _ updates: MergedUpdates
  ) throws {
    self.source = source
    self.updates = updates
    self.connection = connection
    self.sourceSweep = sourceSweep
    self.sweepID = sweepID
    writer = try CellRecorder(connection)
    read = try source.connection.prepare(Statements.mergedCell)
  }

  /// The cell of this book for a cell of the source; nil if there is none and it is not to be
  /// created.
  func cell(_ sourceID: Int64, isMade: Bool) throws -> RecordedCell? {
    if let cell = cells[sourceID] { return cell }
    guard let (settings, scale) = try settings(of: sourceID, isMade: isMade),
      let cell = try writer.find(settings) ?? (isMade ? writer.make(settings, scale: scale) : nil)
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

  /// The id here of parameters there; nil where they are not here and are not to be made.
  private func parameterSet(_ sourceID: Int64, isMade: Bool) throws -> Int64? {
    if let last, last.source == sourceID { return last.id }
    var definition: String?
    try source.connection.rows(
      Statements.mergedParameterSet, ["parameter_set_id": .integer(sourceID)]
    ) { definition = try $0.text(0) }
    guard let definition else { throw source.damage("parameters are named that are not there") }
    let found = try connection.findParameterSet(definition)
    guard found != nil || isMade else { return nil }
    let id = try found ?? makeParameterSet(definition, from: sourceID)
    last = (sourceID, id)
    return id
  }

  private func makeParameterSet(_ definition: String, from sourceID: Int64) throws -> Int64 {
    let id = try connection.insertParameterSet(definition)
    try source.connection.rows(
      Statements.mergedParameters, ["parameter_set_id": .integer(sourceID)]
    ) {
      try connection.run(
        Statements.insertParameter,
        [
          "parameter_set_id": .integer(id), "name": $0.value(0), "value": $0.value(1),
          "number": $0.value(2),
        ])
    }
    return id
  }

  private func settings(
    of sourceID: Int64, isMade: Bool
  ) throws -> (key: CellKey, scale: Double)? {
    try read.bind(Statements.MergedCell.cellID, sourceID)
    defer { read.reset() }
    guard try read.step(), read.integer(0) == sourceSweep else {
      throw source.damage("a run has the settings of another sweep")
    }
    guard let prescription = try updates.prescription(read.integer(1), isMade: isMade) else {
      return nil
    }
    var parameters: Int64?
    if let theirs = try read.value(10).integer {
      parameters = try parameterSet(theirs, isMade: isMade)
      guard parameters != nil else { return nil }
    }
    let key = CellKey(
      sweepID: sweepID, prescription: prescription,
      shape: Shape(d: Int(read.integer(2)), k: Int(read.integer(3))),
      noise: read.kind(4) == .absent ? nil : read.real(4), rank: Int(read.integer(5)),
      alpha: read.real(6), rule: ExactText(try read.text(7)),
      labelScale: read.kind(9) == .absent ? nil : read.real(9),
      parameterSet: parameters)
    return (key, read.real(8))
  }
}
