import LoRASpectra

/// Writes the summary and the curve of runs that are in the book already.
struct TrainedRunWriter {
  private let insertRun: Statement
  private let insertStep: Statement

  init(_ connection: Connection) throws {
    insertRun = try connection.prepare(Statements.insertTrainingRun)
    insertStep = try connection.prepare(Statements.insertTrainingStep)
  }

  /// Adds the summary and the curve of a run.
  func add(_ run: TrainingRun, to runID: Int64) throws {
    try bind(run.summary, runID)
    _ = try insertRun.step()
    for point in run.curve {
      try insertStep.bind(Statements.InsertTrainingStep.runID, runID)
      try insertStep.bind(Statements.InsertTrainingStep.step, Int64(point.step))
      for (place, column) in CurveColumn.allCases.enumerated() {
        try bind(
          point[column], to: Statements.InsertTrainingStep.learningRate + Int32(place), insertStep)
      }
      _ = try insertStep.step()
    }
  }

  private func bind(_ summary: TrainingSummary, _ runID: Int64) throws {
    typealias Place = Statements.InsertTrainingRun
    let whole: [(Int32, Int?)] = [
      (Place.divergedAt, summary.divergedAt), (Place.bestStep, summary.bestStep),
      (Place.stepsToHalf, summary.stepsToHalf), (Place.stepsTo90, summary.stepsTo90),
      (Place.stepsTo99, summary.stepsTo99),
    ]
    let real: [(Int32, Double?)] = [
      (Place.finalLoss, summary.finalLoss), (Place.bestError, summary.bestError),
      (Place.lossFloor, summary.lossFloor), (Place.share, summary.share),
      (Place.regret, summary.regret), (Place.sharpnessStart, summary.sharpnessStart),
      (Place.sharpnessEnd, summary.sharpnessEnd),
    ]
    try insertRun.bind(Place.runID, runID)
    try insertRun.bind(Place.status, summary.status.rawValue)
    for (place, number) in whole {
      try insertRun.bind(place, number.map { .integer(Int64($0)) } ?? .absent)
    }
    for (place, number) in real { try bind(number, to: place, insertRun) }
  }

  /// Binds a number; one that is not finite is not a measurement, because SQLite keeps no NaN.
  private func bind(_ number: Double?, to place: Int32, _ statement: Statement) throws {
    if let number, number.isFinite {
      try statement.bind(place, number)
    } else {
      try statement.bind(place, .absent)
    }
  }
}
