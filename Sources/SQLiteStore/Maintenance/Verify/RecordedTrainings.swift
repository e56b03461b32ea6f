import LoRASpectra

/// A training as the book has it.
struct RecordedTraining {
  /// Its id.
  var runID: Int64
  /// The columns of its settings and summary, by name.
  var columns: [String: Value]
  /// The summary; its initial loss is not recorded.
  var summary: TrainingSummary
  /// The recorded rows, ascending.
  var curve: [CurvePoint]
}

/// Reads the trainings of a recording.
struct RecordedTrainings {
  private let runs: Statement
  private let steps: Statement

  init(_ connection: Connection) throws {
    runs = try connection.prepare(Statements.verifyTrainedRuns)
    steps = try connection.prepare(Statements.trainedSteps)
  }

  /// The trainings of consecutive run ids, ascending; those that are not there are left out.
  func trainings(from first: Int64, count: Int64) throws -> [RecordedTraining] {
    guard count > 0 else { return [] }
    let (end, overflow) = first.addingReportingOverflow(count - 1)
    try runs.bind(Statements.VerifyTrainedRuns.first, first)
    try runs.bind(Statements.VerifyTrainedRuns.last, overflow ? Int64.max : end)
    defer { runs.reset() }
    let names = try runs.columns
    var trainings: [RecordedTraining] = []
    while try runs.step() {
      let columns = Dictionary(try zip(names, runs.row)) { $1 }
      trainings.append(
        RecordedTraining(
          runID: runs.integer(0), columns: columns, summary: TrainingSummary(recorded: columns),
          curve: try curve(of: runs.integer(0))))
    }
    return trainings
  }

  private func curve(of runID: Int64) throws -> [CurvePoint] {
    try steps.bind(Statements.TrainedSteps.runID, runID)
    defer { steps.reset() }
    var curve: [CurvePoint] = []
    while try steps.step() {
      var point = CurvePoint(step: Int(clamping: steps.integer(1)))
      for (place, column) in CurveColumn.allCases.enumerated() {
        let index = Int32(place) + 2
        point[column] = steps.kind(index) == .real ? steps.real(index) : nil
      }
      curve.append(point)
    }
    return curve
  }
}

extension TrainingSummary {
  /// The summary in the columns of a book.
  fileprivate init(recorded columns: [String: Value]) {
    self.init()
    func real(_ name: String) -> Double? { columns[name]?.number }
    func whole(_ name: String) -> Int? { columns[name]?.integer.map { Int(clamping: $0) } }
    scale = real("scale") ?? 0
    status = columns["status"]?.text.flatMap(Status.init(rawValue:)) ?? .unlearned
    divergedAt = whole("diverged_at")
    finalLoss = real("final_loss")
    finalError = real("final_error")
    bestError = real("best_error")
    bestStep = whole("best_step")
    truncationError = real("truncation_error") ?? 0
    varianceCaptured = real("variance_captured") ?? 0
    lossFloor = real("loss_floor") ?? 0
    share = real("share")
    regret = real("regret")
    stepsToHalf = whole("steps_to_half")
    stepsTo90 = whole("steps_to_90")
    stepsTo99 = whole("steps_to_99")
    sharpnessStart = real("sharpness_start")
    sharpnessEnd = real("sharpness_end")
  }
}
