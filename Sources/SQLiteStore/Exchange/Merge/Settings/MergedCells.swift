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
  private let trainings: MergedTrainings
  private let read: Statement
  private var cells: [Int64: RecordedCell] = [:]
  /// Cells that follow each other mostly have the same parameters.
  private var last: (source: Int64, id: Int64)?

  init(
    _ source: MergeSource, sweep sourceSweep: Int64, as sweepID: Int64,
    into connection: Connection, _ updates: MergedUpdates, _ trainings: MergedTrainings
  ) throws {
    self.trainings = trainings
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
  ) throws -> (key: CellKey, scale: Double?)? {
    try read.bind(Statements.MergedCell.cellID, sourceID)
    defer { read.reset() }
    guard try read.step(), read.integer(0) == sourceSweep else {
      throw source.damage("a run has the settings of another sweep")
    }
    var prescription: Int64?
    if let theirs = try read.value(1).integer {
      prescription = try updates.prescription(theirs, isMade: isMade)
      if prescription == nil { return nil }
    }
    var parameters: Int64?
    if let theirs = try read.value(10).integer {
      parameters = try parameterSet(theirs, isMade: isMade)
      guard parameters != nil else { return nil }
    }
    var training: Int64?
    if let theirs = try read.value(11).integer {
      training = try trainings.training(theirs, isMade: isMade)
      guard training != nil else { return nil }
    }
    let key = try CellKey(
      sweepID: sweepID, prescription: prescription, shape: read.shape(2),
      noise: read.value(4).number, rank: read.value(5).integer.map { Int($0) },
      alpha: read.value(6).number, rule: read.value(7).text.map(ExactText.init),
      labelScale: read.value(9).number, parameterSet: parameters, training: training)
    return (key, try read.value(8).number)
  }
}

extension Statement {
  /// The shape in a column and the next; nil where there is none.
  func shape(_ column: Int32) throws -> Shape? {
    guard let d = try value(column).integer, let k = try value(column + 1).integer else {
      return nil
    }
    return Shape(d: Int(d), k: Int(k))
  }
}
