import LoRASpectra

/// Compares recorded trainings with those that an ``ExperimentRunner`` trains again, as far as their
/// numbers are determined, and changes nothing.
///
/// Settings must agree to the bit. A number that differs by more than ``TrainingAgreement`` allows
/// is judged with the growth of rounding in that training, which a perturbed twin shows: rounding
/// is never called a deviation.
package final class TrainingVerification: OutcomeRecorder {
  private let verification: SweepVerification
  private let grid: TrainingGrid
  private let sensitivities: (TrainedItem) throws -> [[Double]]
  private let findItem: Statement
  private let findOrigin: Statement
  private let trainings: RecordedTrainings
  private var settings = Deviation(.settings, .spec, tolerance: nil)
  private var scale = Deviation(.scale, .rule, tolerance: 0)
  private var update = Deviation(.update, .spec, tolerance: nil)
  private var runCount = Deviation(.runs, .spec, tolerance: nil)
  private var singularValue: Deviation
  private var summary = Deviation(
    .summary, .trainedAgain, tolerance: TrainingAgreement.tolerance)
  private var curve = Deviation(.curve, .trainedAgain, tolerance: TrainingAgreement.tolerance)
  /// Number of trainings that were judged with a twin, and the earliest step after which one of
  /// them is not determined; nil if all are to their ends.
  private var judged = 0
  private var determinedUpTo: Int?

  /// - Parameter sensitivities: the growth of rounding at each point of an item's curves, from
  ///   perturbed twins; called only if something differs.
  /// - Throws: `SQLiteError`.
  package init(
    _ verification: SweepVerification, grid: TrainingGrid,
    sensitivities: @escaping (TrainedItem) throws -> [[Double]]
  ) throws {
    self.verification = verification
    self.grid = grid
    self.sensitivities = sensitivities
    let connection = verification.connection
    findItem = try connection.prepare(Statements.verifyItem)
    findOrigin = try connection.prepare(Statements.verifyOrigin)
    trainings = try RecordedTrainings(connection)
    singularValue = Deviation(
      .singularValue, .redrawnUpdate, tolerance: verification.tolerance)
  }

  /// The items to train and pass to ``record(_:)``: all of a finished sweep, of another those that
  /// it has.
  ///
  /// - Throws: `SQLiteError`.
  package func items() throws -> ItemSet {
    let recorded = verification.recorded
    verification.counts[1].compare(
      .integer(recorded.plannedRuns), with: .integer(Int64(grid.runCount))
    ) { "the sweep" }
    let there = try verification.connection.recordedItems(of: recorded.sweepID)
    if let last = there.ranges.last, last.upperBound > grid.itemCount {
      update.compare(.text("recorded"), with: .text("an item of the spec")) {
        "item \(last.upperBound - 1)"
      }
    }
    if recorded.status == "finished", recorded.plannedRuns == grid.runCount {
      return ItemSet(0..<grid.itemCount)
    }
    var items = ItemSet()
    for range in there.ranges { items.append(range.clamped(to: 0..<grid.itemCount)) }
    return items
  }

  /// Compares items that were trained again.
  ///
  /// - Throws: `SQLiteError`, errors of the sensitivities.
  package func record(_ outcomes: [TrainedItem]) throws {
    for outcome in outcomes { try compare(outcome) }
  }

  /// Adds the results to the sweep's verification.
  package func finish() {
    verification.trained = [
      settings, scale, update, runCount, singularValue, summary, curve,
    ]
    guard judged > 0 else { return }
    let counted = "\(judged) training\(judged == 1 ? "" : "s")"
    verification.trainedRemark =
      "\(counted) differed by more than \(TrainingAgreement.tolerance.shortestText) and \(judged == 1 ? "was" : "were") judged by perturbed twins, which show how rounding grows"
      + (determinedUpTo.map {
        ": after step \($0) at the earliest numbers are compared only as far as they are determined"
      } ?? "")
  }

  private func compare(_ outcome: TrainedItem) throws {
    let item = outcome.item
    let sweepID = verification.recorded.sweepID
    try findItem.bind(Statements.VerifyItem.sweepID, sweepID)
    try findItem.bind(Statements.VerifyItem.item, Int64(item.ordinal))
    defer { findItem.reset() }
    guard try findItem.step() else {
      return update.compare(.absent, with: .text("recorded")) { item.place }
    }
    let (recordingID, count, updateID) = (
      findItem.integer(0), findItem.integer(1), findItem.integer(2)
    )
    try compareUpdate(item, seed: findItem.value(3), origin: findItem.integer(4))
    try compareSpectrum(outcome, updateID)
    runCount.compare(.integer(count), with: .integer(Int64(outcome.runs.count))) {
      "recording \(recordingID): \(item.place)"
    }
    let recorded = Dictionary(
      try trainings.trainings(from: recordingID, count: Int64(outcome.runs.count)).map {
        ($0.runID - recordingID, $0)
      }, uniquingKeysWith: { first, _ in first })
    var growths: [[Double]]?
    for (place, expected) in outcome.runs.enumerated() {
      guard let found = recorded[Int64(place)] else {
        runCount.compare(.absent, with: .text("recorded")) { "\(item.place), \(expected.place)" }
        continue
      }
      compareSettings(found, item, expected)
      try compare(found, expected, item) {
        let all = try growths ?? sensitivities(outcome)
        growths = all
        return all[place]
      }
    }
  }

  private func compareUpdate(
    _ item: TrainingGrid.Item, seed: Value, origin: Int64
  ) throws {
    let expected = item.update.identity
    let found = try verification.identity(ofOrigin: origin, findOrigin)
    var wanted = expected
    wanted.seed = 0
    update.compare(seed, with: .integer(Int64(expected.seed))) { "the seed of \(item.place)" }
    update.compare(
      .text(found == wanted ? "the update of the spec" : "another update"),
      with: .text("the update of the spec")
    ) { item.place }
  }

  private func compareSpectrum(_ outcome: TrainedItem, _ updateID: Int64) throws {
    let values = try verification.spectra.values(of: updateID)
    let expected = outcome.spectrum.singularValues
    for (index, value) in expected.enumerated() {
      singularValue.compare(
        index < values.count ? values[index] : nil, with: value, unit: expected.first ?? 1
      ) { "singular value \(index + 1): \(outcome.item.place)" }
    }
  }

  private func compareSettings(
    _ found: RecordedTraining, _ item: TrainingGrid.Item, _ expected: TrainingRun
  ) {
    let identity = item.update.identity
    var wanted = item.settings.recordedColumns(learningRate: expected.point.learningRate)
    wanted["sweep_id"] = .integer(verification.recorded.sweepID)
    wanted["parameter_set_id"] = .absent
    wanted["label_scale"] = .absent
    wanted["profile"] = .text(item.update.profile.label)
    wanted["d"] = .integer(Int64(identity.shape.d))
    wanted["k"] = .integer(Int64(identity.shape.k))
    wanted["noise"] = .real(identity.noise)
    wanted["rank"] = .integer(Int64(item.rank))
    wanted["alpha"] = .real(expected.point.alpha)
    wanted["rule"] = .text("\(expected.point.rule)")
    for (name, value) in wanted.sorted(by: { $0.key < $1.key }) {
      settings.compare(found.columns[name] ?? .absent, with: value) {
        "\(name) of run \(found.runID)"
      }
    }
    // Unlike division and roots, pow is rounded differently by other libraries.
    let isPower = if case .power = expected.point.rule { true } else { false }
    scale.compare(
      found.columns["scale"]?.number, with: expected.point.scale,
      allowance: isPower ? 4 * expected.point.scale.ulp : 0
    ) { "run \(found.runID)" }
  }

  private func compare(
    _ found: RecordedTraining, _ expected: TrainingRun, _ item: TrainingGrid.Item,
    growth: () throws -> [Double]
  ) throws {
    var summaryFound = found.summary
    // Not recorded.
    summaryFound.initialLoss = expected.summary.initialLoss
    let recorded = TrainingRun(
      point: expected.point, summary: summaryFound, curve: found.curve)
    var comparison = TrainingAgreement.compare(recorded, with: expected)
    var known = expected.curve.map { _ in 1.0 }
    if !comparison.deviations.isEmpty || recorded.curve.count != expected.curve.count {
      known = try growth()
      comparison = TrainingAgreement.compare(recorded, with: expected, growth: known)
      judged += 1
      let last = comparison.determinedUpTo ?? 0
      if last < expected.curve.last?.step ?? 0 {
        determinedUpTo = min(determinedUpTo ?? last, last)
      }
    }
    let isDetermined = (known.last ?? 1) <= TrainingAgreement.determinedGrowth
    if isDetermined, let extra = extraStep(found.curve, expected.curve) {
      comparison.deviations.append(
        TrainingDeviation(
          column: "step", step: extra, value: .integer(Int64(extra)), expected: .absent))
    }
    // A training that diverged is recorded as an error that is nan.
    let mark = found.columns["error_diverged"] ?? .absent
    let wanted = found.summary.status == .diverged ? Value.text("nan") : .absent
    if mark != wanted {
      comparison.deviations.append(
        TrainingDeviation(column: "error", step: nil, value: mark, expected: wanted))
    }
    add(comparison, of: recorded, expected, to: found, item)
  }

  private func extraStep(_ found: [CurvePoint], _ expected: [CurvePoint]) -> Int? {
    let steps = Set(expected.map(\.step))
    return found.first { !steps.contains($0.step) }?.step
  }

  private func add(
    _ comparison: TrainingAgreement.Comparison, of recorded: TrainingRun,
    _ expected: TrainingRun, to found: RecordedTraining, _ item: TrainingGrid.Item
  ) {
    func worst(_ deviation: TrainingDeviation) -> Deviation.Worst {
      let step = deviation.step.map { " of step \($0)" } ?? ""
      return Deviation.Worst(
        place:
          "\(deviation.column)\(step) in run \(found.runID): \(item.place), \(expected.place)",
        recorded: deviation.value, expected: deviation.expected)
    }
    let rows = Dictionary(
      recorded.curve.map { ($0.step, $0) }, uniquingKeysWith: { first, _ in first })
    var exact = 0
    for point in expected.curve {
      for column in CurveColumn.allCases where rows[point.step]?[column] == point[column] {
        exact += 1
      }
    }
    let curveDeviations = comparison.deviations.filter { $0.step != nil }
    curve.add(
      compared: expected.curve.count * CurveColumn.allCases.count, exact: exact,
      largest: comparison.largestDistance, deviating: curveDeviations.map(worst))
    let columns = zip(recorded.summary.columns, expected.summary.columns)
    let summaryDeviations = comparison.deviations.filter { $0.step == nil }
    summary.add(
      compared: expected.summary.columns.count, exact: columns.count { $0.value == $1.value },
      largest: nil, deviating: summaryDeviations.map(worst))
  }
}

extension TrainingGrid.Item {
  fileprivate var place: String {
    let identity = update.identity
    return
      "seed \(identity.seed), \(identity.shape), \(update.profile.label), rank \(rank), \(settings.optimizer.rawValue)"
  }
}

extension TrainingRun {
  fileprivate var place: String {
    "alpha \(point.alpha.shortestText), \(point.rule), learning rate \(point.learningRate.shortestText)"
  }
}
