import LoRASpectra

/// A comparison of sweeps: its sides, its places and the measurements.
package struct SweepComparison {
  /// The sides: several sweeps, or the values of a setting within one.
  package enum Dimension: String, CaseIterable, Sendable {
    case sweep, rule, profile, rank, alpha, shape, noise, optimizer
    case learningRate = "learning_rate"
    case initialisation = "init"
    case schedule, batch

    /// The columns of a place that this dimension replaces.
    var columns: [String] {
      switch self {
      case .shape: ["d", "k"]
      // Momentum belongs to sgd, and betas to adam and adamw.
      case .optimizer: [rawValue, "momentum", "nesterov", "beta1", "beta2", "eps"]
      default: [rawValue]
      }
    }
  }

  /// At which learning rates trained sides are compared.
  package enum RateChoice: String, Sendable {
    /// Each rate by itself.
    case same
    /// Each side at its best one, with the least mean final loss.
    case best
  }

  /// The columns that identify a place.
  package let placeColumns: [String]
  /// The names of the sides, in the order in which they were given or recorded.
  package let sides: [String]
  /// The places' settings, in the order in which they were recorded.
  package let places: [[Value]]
  /// Sentences on profiles that are matched although they differ.
  package let notes: [String]
  /// The metric compared.
  package let metric: Metric
  /// The measurements.
  package let comparison: Comparison
  /// The learning rate of each side at each place; nil where nothing was trained.
  package let rates: [[Double?]]

  fileprivate init(
    _ cells: ComparedCells, metric: Metric, comparison: Comparison
  ) {
    placeColumns = cells.placeColumns
    sides = cells.sides
    places = cells.places
    notes = cells.notes
    rates = cells.rates
    self.metric = metric
    self.comparison = comparison
  }
}

/// Why sweeps cannot be compared.
package enum ComparisonError: Error, Equatable {
  /// Sides and places have so little in common that nearly all of the comparison would be empty.
  case tooSparse(sides: Int, places: Int, cells: Int)
}

extension Book {
  /// Compares sweeps, or the values of one setting within a sweep.
  ///
  /// Runs are read once, grouped by what makes pairs, and not kept: memory depends on the number of cells.
  ///
  /// - Parameters:
  ///   - ids: the sweeps; others are compared with the first.
  ///   - dimension: `.sweep` for several sweeps.
  ///   - choice: at which learning rates trained runs are compared.
  /// - Throws: `ComparisonError`, `BookError.tooManySettings`, `SQLiteError`.
  package func compare(
    _ ids: [Int64], by dimension: SweepComparison.Dimension, metric: Metric,
    at choice: SweepComparison.RateChoice = .same
  ) throws -> SweepComparison {
    let sweepIDs: [String: Value] = [
      "sweep_ids": .text("[" + ids.map(String.init).joined(separator: ",") + "]")
    ]
    // Each takes some hundred bytes.
    for id in ids { try checkSettings(ofSweep: id, limit: Grid.mostCells) }
    var cells = try connection.table(
      Statements.compareCells, sweepIDs, without: absentColumns(ofSweeps: ids))
    if choice == .best {
      let best = Set(try connection.table(Statements.bestRateCells, sweepIDs).rows.map { $0[0] })
      let cell = cells.columns.firstIndex(of: "cell_id")
      cells.rows = cells.rows.filter { row in cell.map { best.contains(row[$0]) } ?? false }
    }
    let compared = ComparedCells(cells, by: dimension, at: choice)
    let (sides, places) = (compared.sides.count, compared.places.count)
    let (slotCount, overflow) = sides.multipliedReportingOverflow(by: places)
    guard !overflow, slotCount <= max(Book.mostSlots, 8 * cells.rows.count) else {
      throw ComparisonError.tooSparse(sides: sides, places: places, cells: cells.rows.count)
    }
    var comparison = Comparison(
      metric: metric, sideCount: max(1, sides), placeCount: places, pairing: compared.pairing)
    let runs = try connection.prepare(Statements.compareRuns)
    try runs.bind(Statements.CompareRuns.metric, metric.name)
    var pair: Value?
    let recordings = sweepIDs.merging(["pairing": .text(compared.pairing.rawValue)]) { $1 }
    try connection.rows(Statements.compareRecordings, recordings) { recording in
      let next = try recording.value(0)
      if let pair, pair != next || pair == .absent { comparison.endPair(isKnown: pair != .absent) }
      pair = next
      try runs.bind(Statements.CompareRuns.recordingID, recording.integer(1))
      try runs.bind(Statements.CompareRuns.runs, recording.integer(2))
      while try runs.step() {
        guard let slot = compared.slots[runs.integer(0)] else { continue }
        switch runs.kind(1) {
        case .real: comparison.add(runs.real(1), place: slot.place, side: slot.side)
        case .text: comparison.add(.nan, place: slot.place, side: slot.side)
        case .absent: break
        }
      }
    }
    comparison.endPair(isKnown: pair != .absent)
    return SweepComparison(compared, metric: metric, comparison: comparison)
  }

  /// Up to this many pairs of a side and a place are compared, however few of them have a cell.
  private static let mostSlots = 1 << 18
}
