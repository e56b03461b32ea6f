import LoRASpectra

extension SweepVerification {
  /// Compares the measurements of each run measured elsewhere with one another, as an update drawn
  /// elsewhere cannot be drawn again. Its measurements need not be those of the best approximation,
  /// so a deviation is only reported.
  ///
  /// - Throws: `SQLiteError`.
  package func compareMeasuredElsewhere() throws {
    try connection.rows(Statements.recordedCells, ["sweep_id": .integer(recorded.sweepID)]) { row in
      let text = try row.text(7)
      guard let rule = try? ScalingRule(parsing: text) else { return }
      let right = rule.scale(alpha: row.real(6), rank: Int(clamping: row.integer(5)))
      let id = row.integer(0)
      scale.compare(try row.value(8).number, with: right == 0 ? 0 : right) {
        "cell \(id): \((try? places.settings(ofCell: id)) ?? "")"
      }
    }
    try connection.rows(
      Statements.verifyMeasuredElsewhere, ["sweep_id": .integer(recorded.sweepID)]
    ) { row in
      let place = {
        "run \(row.integer(0)): seed \(row.integer(1)), \((try? CellPlaces.text(row, from: 2)) ?? "")"
      }
      let scale = row.real(9)
      let numbers = try (10...12).map { try row.value($0).number }
      guard let captured = numbers[2] ?? numbers[1].map({ 1 - $0 * $0 }) else { return }
      let truncation = numbers[1] ?? max(0, 1 - captured).squareRoot()
      if let truncated = numbers[1], numbers[2] != nil {
        identity[.truncationError].compare(
          truncated, with: max(0, 1 - captured).squareRoot(), at: place)
      }
      guard let error = numbers[0] else { return }
      let excess = (1 - scale) * (1 - scale) * captured + truncation * truncation
      identity[.error].compare(
        error, with: max(0, excess).squareRoot(), unit: max(1, abs(error)), at: place)
    }
  }

  /// Compares summaries and counts with the runs.
  ///
  /// - Throws: `SQLiteError`.
  package func compareSums() throws {
    let foundRuns = try SummaryAudit(connection).forEach(ofSweep: recorded.sweepID) { line in
      let place = {
        let settings = (try? self.places.settings(ofCell: line.cellID)) ?? ""
        return "\(line.metric.name) in cell \(line.cellID): \(settings)"
      }
      summaries[0].compare(
        .integer(Int64(line.kept?.count ?? 0)), with: .integer(Int64(line.summed.count)), at: place)
      summaries[1].compare(line.kept?.mean, with: line.summed.mean, at: place)
      summaries[2].compare(
        line.kept?.squaredDeviations, with: line.summed.squaredDeviations, at: place)
    }
    counts[0].compare(.integer(recorded.recordedRuns), with: .integer(foundRuns)) { "the sweep" }
    if !recorded.isComputed {
      counts[1].compare(.integer(recorded.plannedRuns), with: .integer(foundRuns)) { "the sweep" }
    }
  }
}
