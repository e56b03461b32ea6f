import LoRASpectra

/// Brings the settings, summaries and curves of trained runs from one book to another.
final class MergedTrainings {
  private let source: MergeSource
  private let writer: TrainingWriter
  private let readSettings: Statement
  private let readRun: Statement
  private let readSteps: Statement
  private let ownRun: Statement
  private let ownSteps: Statement
  private let insertRun: Statement
  private let insertStep: Statement
  private var ids: [Int64: Int64] = [:]

  init(_ source: MergeSource, into connection: Connection) throws {
    self.source = source
    writer = try TrainingWriter(connection)
    readSettings = try source.connection.prepare(Statements.mergedTraining)
    readRun = try source.connection.prepare(Statements.trainedRun)
    readSteps = try source.connection.prepare(Statements.trainedSteps)
    ownRun = try connection.prepare(Statements.trainedRun)
    ownSteps = try connection.prepare(Statements.trainedSteps)
    insertRun = try connection.prepare(Statements.insertTrainingRun)
    insertStep = try connection.prepare(Statements.insertTrainingStep)
  }

  /// Whether any of the cells seen so far is of trainings.
  var areThere: Bool { !ids.isEmpty }

  /// The id here of settings there; nil if they are not here and are not to be made.
  ///
  /// - Throws: errors of a damaged source.
  func training(_ sourceID: Int64, isMade: Bool) throws -> Int64? {
    if let id = ids[sourceID] { return id }
    try readSettings.bind(Statements.MergedTraining.trainingID, sourceID)
    defer { readSettings.reset() }
    guard try readSettings.step() else {
      throw source.damage("a training is named that is not there")
    }
    let columns = Dictionary(try zip(readSettings.columns, readSettings.row)) { $1 }
    let found = try isMade ? writer.training(columns) : writer.found(columns)
    if let found { ids[sourceID] = found }
    return found
  }

  /// Copies the summary and the curve of a run, if it has them.
  ///
  /// - Parameter runID: the run here, which is in the book.
  func copy(from sourceRun: Int64, to runID: Int64) throws {
    try readRun.bind(Statements.TrainedRun.runID, sourceRun)
    defer { readRun.reset() }
    guard try readRun.step() else { return }
    try copy(readRun, into: insertRun, runID)
    try readSteps.bind(Statements.TrainedSteps.runID, sourceRun)
    defer { readSteps.reset() }
    while try readSteps.step() { try copy(readSteps, into: insertStep, runID) }
  }

  /// Inserts a row whose columns are in the order of the parameters, under another run's id.
  private func copy(_ row: Statement, into insert: Statement, _ runID: Int64) throws {
    try insert.bind(1, runID)
    for (column, value) in try row.row.enumerated().dropFirst() {
      try insert.bind(Int32(column) + 1, value)
    }
    _ = try insert.step()
  }

  /// In what a run here and there contradict each other, as far as numbers are determined without
  /// training again: its floor, and the first two points of its curve; nil if in nothing.
  ///
  /// Late in a training another machine's rounding may have grown to any size; `verify` tells it
  /// from damage.
  func contradiction(of runID: Int64, to sourceRun: Int64) throws -> String? {
    try ownRun.bind(Statements.TrainedRun.runID, runID)
    try readRun.bind(Statements.TrainedRun.runID, sourceRun)
    defer {
      ownRun.reset()
      readRun.reset()
    }
    let (isHere, isThere) = (try ownRun.step(), try readRun.step())
    guard isHere == isThere else { return "training" }
    guard isHere else { return nil }
    let floor = Statements.InsertTrainingRun.lossFloor - 1
    guard MergedTrainings.agree(try ownRun.value(floor), try readRun.value(floor)) else {
      return "loss_floor"
    }
    try ownSteps.bind(Statements.TrainedSteps.runID, runID)
    try readSteps.bind(Statements.TrainedSteps.runID, sourceRun)
    defer {
      ownSteps.reset()
      readSteps.reset()
    }
    let columns = try ownSteps.columns
    for _ in 0..<2 {
      let (isHere, isThere) = (try ownSteps.step(), try readSteps.step())
      guard isHere == isThere else { return "curve" }
      guard isHere else { break }
      for (column, (here, there)) in zip(try ownSteps.row, try readSteps.row).enumerated()
        .dropFirst()
      {
        guard MergedTrainings.agree(here, there) else {
          return "\(columns[column]) of step \(ownSteps.integer(1))"
        }
      }
    }
    return nil
  }

  private static func agree(_ here: Value, _ there: Value) -> Bool {
    guard let a = here.number, let b = there.number else { return here == there }
    return abs(a - b) <= TrainingAgreement.tolerance * max(1, abs(a), abs(b))
  }
}
