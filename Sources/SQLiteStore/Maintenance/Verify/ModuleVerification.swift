import LoRASpectra

/// Compares recorded modules with what follows from their recorded spectra, and with those that are
/// measured again where their files are still there, and changes nothing.
///
/// Runs and summary numbers follow from a spectrum by arithmetic alone and must agree to the bit; a
/// spectrum that is found again, within the tolerance.
package final class ModuleVerification: OutcomeRecorder {
  private let verification: SweepVerification
  private let spec: MeasureSpec
  private var modules: [ExactText: RecordedModule] = [:]
  private var cells: [Int64: Cell] = [:]
  private var summary = Deviation(.summary, .recordedSpectrum, tolerance: 0)
  private var again: Deviation
  private var baseNorm: Deviation
  private var measuredAgain = 0

  /// A module as the book has it.
  private struct RecordedModule {
    var content: String
    var values: [Double]
    var baseNorm: Double?
    var roundingFloor: Double?
  }

  /// The settings of a cell.
  private struct Cell {
    var shape: Shape
    var point: ModulePoint
  }

  /// - Throws: `BookError.unlikeItsSpec`, `SQLiteError`.
  package init(_ verification: SweepVerification) throws {
    self.verification = verification
    spec = try verification.recorded.measureSpec()
    again = Deviation(.singularValue, .redrawnUpdate, tolerance: verification.tolerance)
    baseNorm = Deviation(.summary, .redrawnUpdate, tolerance: verification.tolerance)
  }

  /// Compares what is recorded with what follows from the recorded spectra.
  ///
  /// - Returns: the names of the modules.
  /// - Throws: `SQLiteError`.
  package func compareRecorded() throws -> [String] {
    try readCells()
    var names: [String] = []
    try verification.connection.rows(
      Statements.verifyModules, ["sweep_id": .integer(verification.recorded.sweepID)]
    ) { row in
      guard let name = try row.value(4).text, let content = try row.value(7).text,
        let kind = try row.value(8).text
      else {
        let item = row.integer(3)
        return verification.update.compare(.absent, with: .text("a module")) { "item \(item)" }
      }
      names.append(name)
      verification.update.compare(.text("a module"), with: .text("a module")) { "" }
      let values = try verification.spectra.values(of: row.integer(2))
      let known = values.compactMap(\.self)
      let spectrum = known.count == values.count ? try? Spectrum(singularValues: known) : nil
      verification.order.compare(
        .text(spectrum == nil ? "no spectrum" : "a spectrum"), with: .text("a spectrum")
      ) { "module \(name)" }
      guard let spectrum else { return }
      modules[ExactText(name)] = RecordedModule(
        content: content, values: known, baseNorm: try row.value(17).number,
        roundingFloor: try row.value(18).number)
      let shape = Shape(d: Int(clamping: row.integer(5)), k: Int(clamping: row.integer(6)))
      try compareSummary(row, known, shape, isAdapter: kind == "adapter", name)
      try compareRuns(from: row.integer(0), count: row.integer(1), spectrum, shape, name)
    }
    return names
  }

  private func readCells() throws {
    try verification.connection.rows(
      Statements.recordedCells, ["sweep_id": .integer(verification.recorded.sweepID)]
    ) { row in
      let id = row.integer(0)
      guard let rule = try? ScalingRule(parsing: row.text(7)), let scale = try row.value(8).number
      else { return }
      let alpha = try row.value(6).number
      let rank = Int(clamping: row.integer(5))
      let expected = rule.scale(alpha: alpha ?? 1, rank: rank)
      // Unlike division and roots, pow is rounded differently by other libraries.
      let isPower = if case .power = rule { true } else { false }
      verification.scale.compare(
        scale, with: expected, allowance: isPower ? 4 * expected.ulp : 0
      ) { "cell \(id)" }
      cells[id] = Cell(
        shape: Shape(d: Int(clamping: row.integer(2)), k: Int(clamping: row.integer(3))),
        point: ModulePoint(rank: rank, alpha: alpha, rule: rule, scale: scale))
    }
  }

  private func compareSummary(
    _ row: Statement, _ values: [Double], _ shape: Shape, isAdapter: Bool, _ name: String
  ) throws {
    let expected = SpectrumSummary(values)
    let reals = [
      (10, "frobenius_norm", expected.frobeniusNorm), (11, "stable_rank", expected.stableRank),
      (12, "effective_rank", expected.effectiveRank),
    ]
    for (column, what, value) in reals {
      // exp and log are rounded differently by other libraries.
      summary.compare(
        try row.value(Int32(column)).number, with: value,
        allowance: what == "effective_rank" ? 1e-12 * value : 0
      ) { "\(what) of module \(name)" }
    }
    let noiseRank = isAdapter ? nil : NoiseThreshold.rank(values, shape)
    let wholes = [
      (13, "rank_90", expected.rank90), (14, "rank_95", expected.rank95),
      (15, "rank_99", expected.rank99), (16, "noise_rank", noiseRank),
    ]
    for (column, what, value) in wholes {
      summary.compare(
        try row.value(Int32(column)), with: value.map { .integer(Int64($0)) } ?? .absent
      ) { "\(what) of module \(name)" }
    }
  }

  private func compareRuns(
    from first: Int64, count: Int64, _ spectrum: Spectrum, _ shape: Shape, _ name: String
  ) throws {
    let points = spec.points(span: spectrum.singularValues.count)
    verification.runCount.compare(.integer(count), with: .integer(Int64(points.count))) {
      "module \(name)"
    }
    var found = 0
    try verification.runs.forEach(from: first, count: min(count, Int64(points.count))) { run in
      let offset = Int(clamping: run.id - first)
      let point = points[offset]
      found += 1
      let place = { "run \(run.id): module \(name), rank \(point.rank), \(point.rule)" }
      let cell = cells[run.cell]
      let isRight =
        cell?.shape == shape && cell?.point.rank == point.rank && cell?.point.alpha == point.alpha
        && cell?.point.rule == point.rule
      verification.cell.compare(
        .text(isRight ? "as in the spec" : "another"), with: .text("as in the spec"), at: place)
      guard let cell else { return }
      let closed = spectrum.measure(rank: cell.point.rank, scale: cell.point.scale)
      for metric in Metric.Key.allCases {
        verification.fromSpectrum[metric].compare(
          run.measurements[metric], with: closed[metric], at: place)
      }
    }
    for point in points.dropFirst(found) {
      verification.cell.compare(.absent, with: .text("as in the spec")) {
        "a run that is not there: module \(name), rank \(point.rank)"
      }
    }
  }

  /// Compares modules that were measured again, if their contents are the recorded ones.
  package func record(_ outcomes: [MeasuredModule]) {
    for outcome in outcomes {
      guard let recorded = modules[ExactText(outcome.name)],
        recorded.content == outcome.digests.content
      else { continue }
      measuredAgain += 1
      let expected = outcome.found.singularValues
      let largest = expected.first ?? 1
      for (index, value) in expected.enumerated() {
        again.compare(
          recorded.values.indices.contains(index) ? recorded.values[index] : nil, with: value,
          unit: largest
        ) { "singular value \(index + 1): module \(outcome.name)" }
      }
      for (what, found, value) in [
        ("base_norm", recorded.baseNorm, outcome.found.baseNorm),
        ("rounding_floor", recorded.roundingFloor, outcome.found.roundingFloor),
      ] {
        guard let value else { continue }
        baseNorm.compare(found, with: value, unit: max(value, .leastNormalMagnitude)) {
          "\(what) of module \(outcome.name)"
        }
      }
    }
  }

  /// Adds the results to the sweep's verification.
  ///
  /// - Parameter failure: why files were not read again; nil if they were.
  package func finish(failure: String?) {
    verification.trained = [summary, again, baseNorm]
    let others = modules.count - measuredAgain
    guard others > 0 else { return }
    verification.trainedRemark =
      "\(measuredAgain) of \(modules.count) modules were measured again; the files of the other \(others) are not there, or have other contents"
      + (failure.map { ": \($0.hasSuffix(".") ? String($0.dropLast()) : $0)" } ?? "")
  }
}
