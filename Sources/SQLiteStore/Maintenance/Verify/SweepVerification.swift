import LoRASpectra

/// Compares the book's record of one sweep with the expected values, and changes nothing.
///
/// An ``ExperimentRunner`` draws and measures a computed sweep again; this class is its recorder, looks
/// up each update in the book and compares. Values that follow from recorded numbers by arithmetic
/// alone (a run from its update's spectrum, a scale from its rule, a summary from its runs) must
/// agree to the bit; a spectrum, which another BLAS rounds differently, within a tolerance.
package final class SweepVerification: OutcomeRecorder {
  /// The book's record of the sweep.
  package let recorded: RecordedSweep
  let connection: Connection
  let places: CellPlaces
  let findUpdate: Statement
  let spectra: SpectrumBlocks
  let runs: RangeOfRuns
  let tolerance: Double
  var grid: Grid?
  /// The origin of each of the grid's groups; nil where the book has none.
  var origins: [Int64?] = []
  var cells: [(id: Int64, scale: Double)] = []

  var settings = Deviation(.settings, .spec, tolerance: nil)
  var scale: Deviation
  var update = Deviation(.update, .spec, tolerance: nil)
  var runCount = Deviation(.runs, .spec, tolerance: nil)
  var cell = Deviation(.cell, .spec, tolerance: nil)
  var order = Deviation(.singularValue, .order, tolerance: nil)
  var fromSpectrum: MetricValues<Deviation>
  var singularValue: Deviation
  var redrawn: MetricValues<Deviation>
  var identity: MetricValues<Deviation>
  var summaries = [
    Deviation(.n, .recordedRuns, tolerance: nil), Deviation(.mean, .recordedRuns, tolerance: 0),
    Deviation(.squaredDeviations, .recordedRuns, tolerance: 0),
  ]
  var counts = [
    Deviation(.recordedRuns, .recordedRuns, tolerance: nil),
    Deviation(.plannedRuns, .spec, tolerance: nil),
  ]

  /// The builds of LAPACK that computed the sweep, each once; several where shards were merged.
  package let lapackBuilds: [String]

  /// The comparisons of trainings.
  var trained: [Deviation] = []
  /// A remark on trainings that were judged with twins; nil if none were.
  package var trainedRemark: String?

  /// - Parameters:
  ///   - session: reads one snapshot, as others may write meanwhile.
  ///   - tolerance: largest distance of a recomputed number from the recorded one: of a singular
  ///   value in
  ///     units of σ₁, of an error in units of itself if it is above 1.
  ///   - isDirect: whether runs are measured the long way.
  /// - Throws: `BookError.noSuchSweep`, `SQLiteError`.
  package init(
    _ session: ReadOnlySession, sweepID: Int64, tolerance: Double, isDirect: Bool
  ) throws {
    connection = session.connection
    recorded = try connection.recordedSweep(sweepID)
    lapackBuilds = try connection.lapackBuilds(of: sweepID)
    places = try CellPlaces(connection)
    findUpdate = try connection.prepare(Statements.verifyUpdate)
    spectra = try SpectrumBlocks(connection)
    runs = try RangeOfRuns(connection)
    self.tolerance = tolerance
    scale = Deviation(.scale, .rule, tolerance: recorded.isComputed ? 0 : .infinity)
    let standard = isDirect ? Deviation.Standard.directMethod : .redrawnUpdate
    singularValue = Deviation(.singularValue, standard, tolerance: tolerance)
    fromSpectrum = MetricValues { Deviation(.metric($0), .recordedSpectrum, tolerance: 0) }
    redrawn = MetricValues { Deviation(.metric($0), standard, tolerance: tolerance) }
    identity = MetricValues { Deviation(.metric($0), .identity, tolerance: .infinity) }
  }

  /// The results of all comparisons: each kind after those it depends on, then all together.
  package var agreements: [Deviation] {
    let metrics = Metric.Key.allCases
    let parts =
      [settings, scale, update, runCount, cell, order]
      + metrics.map { fromSpectrum[$0] } + [singularValue]
      + metrics.map { redrawn[$0] } + metrics.map { identity[$0] } + trained
      + summaries
      + counts
    let compared = parts.filter { $0.compared > 0 }
    return compared + [Deviation.overall(compared)]
  }
}

extension SweepVerification {
  /// Reports a spec that gives no grid.
  package func refuse(spec reason: String) {
    settings.compare(.text(reason), with: .text("a spec")) { "the spec" }
  }

  /// Compares the recorded settings with the sweep's spec.
  ///
  /// - Returns: the updates to compute and pass to ``record(_:)``: all of a finished sweep, of
  ///   another those that it has.
  /// - Throws: `SQLiteError`.
  package func begin(_ grid: Grid) throws -> ItemSet {
    self.grid = grid
    counts[1].compare(.integer(recorded.plannedRuns), with: .integer(Int64(grid.runCount))) {
      "the sweep"
    }
    try compareCells(with: grid)
    return try findUpdates(of: grid)
  }

  private func compareCells(with grid: Grid) throws {
    let rows = try connection.prepare(Statements.recordedCells)
    try rows.bind(["sweep_id": .integer(recorded.sweepID)])
    let prescriptions = grid.spec.profiles.map { recorded.prescriptions[ExactText($0.label)] ?? 0 }
    let labels = Dictionary(
      recorded.prescriptions.map { ($0.value, $0.key.text) },
      uniquingKeysWith: { first, _ in first })
    let cellText = { (row: Statement) in try CellSettings.text(row, labels) }
    let rules = Dictionary(uniqueKeysWithValues: grid.spec.rules.map { ("\($0)", $0) })
    try grid.forEachCell(of: prescriptions) { expected in
      let wanted = expected.text(labels)
      guard try rows.step() else {
        settings.compare(.absent, with: .text(wanted)) { "the cell behind the last" }
        cells.append((0, expected.point.scale))
        return
      }
      let id = rows.integer(0)
      settings.compare(
        .text(try cellText(rows)), with: .text(wanted)
      ) { "cell \(id)" }
      let (rank, alpha, found) = (rows.integer(5), rows.real(6), try rows.value(8).number)
      // Uses the rule of the row itself, so that each deviation is reported once.
      let rule = rules[try rows.text(7)] ?? expected.point.rule
      let right = rule.scale(alpha: alpha, rank: Int(clamping: rank))
      // Unlike division and roots, pow is rounded differently by other libraries.
      let isPower = if case .power = rule { true } else { false }
      let allowance = isPower ? 4 * right.ulp : 0
      scale.compare(found, with: right, allowance: allowance) {
        "cell \(id): \((try? cellText(rows)) ?? "")"
      }
      let isSound = found.map { abs($0 - expected.point.scale) <= allowance } ?? false
      cells.append((id, isSound ? found ?? 0 : expected.point.scale))
    }
    while try rows.step() {
      let id = rows.integer(0)
      settings.compare(
        .text(try cellText(rows)), with: .absent
      ) { "cell \(id)" }
    }
  }

  /// Finds the grid's updates among the recorded ones, and recorded updates that are not in the
  /// grid.
  private func findUpdates(of grid: Grid) throws -> ItemSet {
    let gridPlaces = GridIndex(grid)
    let perSeed = grid.updateCount / grid.spec.seeds.count
    origins = [Int64?](repeating: nil, count: perSeed)
    var groups: [Int64: Int?] = [:]
    var seen = [UInt64](repeating: 0, count: grid.updateCount / 64 + 1)
    let findOrigin = try connection.prepare(Statements.verifyOrigin)
    try connection.rows(
      Statements.verifyRecordings, ["sweep_id": .integer(recorded.sweepID)]
    ) { row in
      let seed = UInt32(exactly: row.integer(2))
      let origin = row.integer(3)
      let group =
        try groups[origin] ?? identity(ofOrigin: origin, findOrigin).flatMap(gridPlaces.group)
      groups[origin] = .some(group)
      guard let seed, row.kind(2) != .absent, let group,
        let ordinal = gridPlaces.ordinal(seed: seed, group: group)
      else {
        let found = try row.kind(2) == .absent ? nil : identity(ofOrigin: origin, findOrigin)
        let id = row.integer(0)
        let text =
          found.map { "seed \(row.integer(2)), \($0.text)" } ?? "an update that is not there"
        return update.compare(.text(text), with: .text("an update of the spec")) {
          "recording \(id)"
        }
      }
      origins[group] = origins[group] ?? origin
      update.compare(try row.value(4), with: .integer(Int64(ordinal))) {
        "the item of the update of seed \(seed)"
      }
      let bit = UInt64(1) << UInt64(ordinal % 64)
      if seen[ordinal / 64] & bit != 0 {
        let id = row.integer(0)
        return update.compare(.text("recorded twice"), with: .text("recorded once")) {
          "recording \(id), seed \(seed)"
        }
      }
      seen[ordinal / 64] |= bit
    }
    // If the spec does not plan the sweep's runs, a missing run is not always an error.
    let isWhole = recorded.status == "finished" && recorded.plannedRuns == grid.runCount
    if isWhole { return ItemSet(0..<grid.updateCount) }
    var items = ItemSet()
    for item in 0..<grid.updateCount where seen[item / 64] & (1 << UInt64(item % 64)) != 0 {
      items.append(item..<item + 1)
    }
    return items
  }

  func identity(ofOrigin id: Int64, _ find: Statement) throws -> UpdateIdentity? {
    try find.bind(Statements.VerifyOrigin.originID, id)
    defer { find.reset() }
    guard try find.step(), let position = Int(exactly: find.integer(1)),
      let d = Int(exactly: find.integer(2)), let k = Int(exactly: find.integer(3)),
      let noise = try find.value(5).number
    else { return nil }
    return try UpdateIdentity(
      generator: find.text(0), seed: 0, position: position, shape: Shape(d: d, k: k),
      definition: find.text(4), noise: noise)
  }
}

extension UpdateIdentity {
  fileprivate var text: String {
    "\(shape), \(definition.shortened(to: 80)), noise \(noise.shortestText), position \(position), \(generator)"
  }
}

extension CellSettings {
  /// The settings as ``text(_:_:)`` writes them.
  fileprivate func text(_ labels: [Int64: String]) -> String {
    "\(shape), \(labels[prescription] ?? "profile \(prescription)"), noise \(noise.shortestText), "
      + "rank \(point.rank), alpha \(point.alpha.shortestText), \(point.rule)"
  }

  /// The settings of a row of recorded cells.
  fileprivate static func text(_ row: Statement, _ labels: [Int64: String]) throws -> String {
    let profile = row.integer(1)
    return try "\(row.integer(2))x\(row.integer(3)), \(labels[profile] ?? "profile \(profile)"), "
      + "noise \(row.value(4).plainText), rank \(row.integer(5)), "
      + "alpha \(row.real(6).shortestText), \(row.text(7))"
  }
}
