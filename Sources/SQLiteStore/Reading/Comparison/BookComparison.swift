import LoRASpectra

/// A comparison of sweeps: its sides, its places and the measurements.
package struct SweepComparison {
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
  /// Compares sweeps, or the values of one setting or parameter within a sweep or over several.
  ///
  /// Runs are read once, grouped by what makes pairs, and not kept: memory depends on the number of cells.
  ///
  /// - Parameters:
  ///   - ids: the sweeps; with the dimension `.sweep` others are compared with the first, with another
  ///     one their runs are pooled, and an update that several have counts once.
  ///   - dimension: what the sides differ in.
  ///   - place: the point of a curve that stands for a run, where the metric has steps.
  ///   - ignored: parameters that tell no cells apart.
  ///   - choice: at which learning rates trained runs are compared.
  ///   - modules: the modules of measured sweeps that are compared; nil for all.
  /// - Throws: `ComparisonError`, `BookError.tooManySettings`, `SQLiteError`.
  package func compare(
    _ ids: [Int64], by dimension: SweepComparison.Dimension, metric: Metric,
    at place: CurvePlace = .last, ignoring ignored: [String] = [],
    rates choice: SweepComparison.RateChoice = .same, modules: ModuleSelection? = nil
  ) throws -> SweepComparison {
    let sweepIDs = ["sweep_ids": Connection.array(ids)]
    // Each takes some hundred bytes.
    for id in ids { try checkSettings(ofSweep: id, limit: Grid.mostCells) }
    var cells = try withParameters(
      connection.table(
        Statements.compareCells, sweepIDs, without: absentColumns(ofSweeps: ids)), ofSweeps: ids)
    if choice == .best {
      let best = Set(try connection.table(Statements.bestRateCells, sweepIDs).rows.map { $0[0] })
      let cell = cells.columns.firstIndex(of: "cell_id")
      cells.rows = cells.rows.filter { row in cell.map { best.contains(row[$0]) } ?? false }
    }
    if let modules {
      let selected = try self.cells(of: modules, inSweeps: ids)
      let kept = Set(selected.rows.map { selected.value("cell_id", in: $0) })
      cells.rows = cells.rows.filter { row in
        cells.value("source", in: row) != .text("measure")
          || kept.contains(cells.value("cell_id", in: row))
      }
    }
    let compared = ComparedCells(
      cells, by: dimension, of: ids.count, ignoring: ignored, at: choice)
    let (sides, places) = (compared.sides.count, compared.places.count)
    let (slotCount, overflow) = sides.multipliedReportingOverflow(by: places)
    guard !overflow, slotCount <= max(Book.mostSlots, 8 * cells.rows.count) else {
      throw ComparisonError.tooSparse(sides: sides, places: places, cells: cells.rows.count)
    }
    let isPooled = ids.count > 1 && dimension != .sweep && compared.pairing != .seed
    var comparison = Comparison(
      metric: metric, sideCount: max(1, sides), placeCount: places, pairing: compared.pairing,
      countsPairsOnce: isPooled)
    guard let reader = try MetricReader(connection, metric, at: place) else {
      return SweepComparison(compared, metric: metric, comparison: comparison)
    }
    var pair: Value?
    let recordings = sweepIDs.merging(
      ["pairing": .text(compared.pairing.rawValue), "modules": modules?.array ?? .absent]
    ) { $1 }
    try connection.rows(Statements.compareRecordings, recordings) { recording in
      let next = try recording.value(0)
      if let pair, pair != next || pair == .absent { comparison.endPair(isKnown: pair != .absent) }
      pair = next
      try reader.forEach(from: recording.integer(1), runs: recording.integer(2)) { cell, value in
        guard let slot = compared.slots[cell] else { return }
        comparison.add(value, place: slot.place, side: slot.side)
      }
    }
    comparison.endPair(isKnown: pair != .absent)
    return SweepComparison(compared, metric: metric, comparison: comparison)
  }

  /// Up to this many pairs of a side and a place are compared, however few of them have a cell.
  private static let mostSlots = 1 << 18
}
