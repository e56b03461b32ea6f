import LoRASpectra

extension SweepVerification {
  /// Compares recomputed updates with the recorded ones.
  ///
  /// - Throws: `SQLiteError`.
  package func record(_ updates: [MeasuredUpdate]) throws {
    for update in updates { try compare(update) }
  }

  private func compare(_ measured: MeasuredUpdate) throws {
    let planned = measured.planned
    guard let grid, let found = try recording(of: planned) else {
      return update.compare(.absent, with: .text("recorded")) { planned.place }
    }
    update.compare(.text("recorded"), with: .text("recorded")) { "" }
    let points = grid.points
    runCount.compare(.integer(found.runs), with: .integer(Int64(points.count))) {
      "recording \(found.recordingID): \(planned.place)"
    }
    let values = try spectra.values(of: found.updateID)
    let kept = compare(values, with: measured.spectrum, planned)
    let firstCell = planned.group * points.count
    var next = 0
    func missing(before offset: Int) {
      for point in next..<max(next, offset) { miss(point, firstCell, measured) }
    }
    try runs.forEach(from: found.recordingID, count: Int64(points.count)) { run in
      let offset = Int(run.id - found.recordingID)
      missing(before: offset)
      next = offset + 1
      let expectedCell = cells[firstCell + offset]
      let place = { "run \(run.id): \(planned.place), \(points[offset].place)" }
      cell.compare(.integer(run.cell), with: .integer(expectedCell.id), at: place)
      let point = points[offset]
      let closed = kept?.measure(rank: point.rank, scale: expectedCell.scale)
      for metric in Metric.Key.allCases {
        let value = run.measurements[metric]
        if let closed {
          fromSpectrum[metric].compare(value, with: closed[metric], at: place)
        }
        let again = measured.measurements[offset][metric]
        redrawn[metric].compare(value, with: again, unit: max(1, abs(again)), at: place)
      }
    }
    missing(before: points.count)
  }

  /// Reports a missing run.
  private func miss(_ offset: Int, _ firstCell: Int, _ measured: MeasuredUpdate) {
    guard let point = grid?.points[offset] else { return }
    cell.compare(.absent, with: .integer(cells[firstCell + offset].id)) {
      "a run that is not there: \(measured.planned.place), \(point.place)"
    }
  }

  /// - Returns: the recorded spectrum; nil if it is invalid.
  private func compare(
    _ values: [Double?], with spectrum: Spectrum, _ planned: Grid.PlannedUpdate
  ) -> Spectrum? {
    let expected = spectrum.singularValues
    let largest = expected.first ?? 1
    for (index, value) in expected.enumerated() {
      let recorded = index < values.count ? values[index] : nil
      singularValue.compare(recorded, with: value, unit: largest) {
        "singular value \(index + 1): \(planned.place)"
      }
    }
    let whole = values.compactMap(\.self)
    let kept =
      whole.count == values.count && values.count == expected.count
      ? try? Spectrum(singularValues: whole) : nil
    let state = Value.text(kept == nil ? "no spectrum" : "a spectrum")
    order.compare(state, with: .text("a spectrum")) { planned.place }
    return kept
  }

  private func recording(
    of planned: Grid.PlannedUpdate
  ) throws -> (recordingID: Int64, runs: Int64, updateID: Int64)? {
    guard let origin = origins[planned.group] else { return nil }
    try findUpdate.bind(Statements.VerifyUpdate.seed, Int64(planned.identity.seed))
    try findUpdate.bind(Statements.VerifyUpdate.originID, origin)
    try findUpdate.bind(Statements.VerifyUpdate.sweepID, recorded.sweepID)
    defer { findUpdate.reset() }
    guard try findUpdate.step() else { return nil }
    return (findUpdate.integer(0), findUpdate.integer(1), findUpdate.integer(2))
  }
}

extension Grid.PlannedUpdate {
  fileprivate var place: String {
    "seed \(identity.seed), \(identity.shape), \(profile.label), noise \(identity.noise.shortestText)"
  }
}

extension Grid.Point {
  fileprivate var place: String { "rank \(rank), alpha \(alpha.shortestText), \(rule)" }
}
