import LoRASpectra

/// A comparison of sweeps: its sides, its places and the measurements.
package struct SweepComparison {
  /// The sides: several sweeps, or the values of a setting within one.
  package enum Dimension: String, CaseIterable, Sendable {
    case sweep, rule, profile, rank, alpha, shape, noise

    /// The columns of a place that this dimension replaces.
    fileprivate var columns: Set<String> {
      self == .shape ? ["d", "k"] : [rawValue]
    }
  }

  /// The columns that identify a place.
  package let placeColumns: [String]
  /// The names of the sides, in the order in which they were given or recorded.
  package fileprivate(set) var sides: [String] = []
  /// The places' settings, in the order in which they were recorded.
  package fileprivate(set) var places: [[Value]] = []
  /// The metric compared.
  package let metric: Comparison.Metric
  /// The measurements.
  package fileprivate(set) var comparison: Comparison

  fileprivate init(placeColumns: [String], metric: Comparison.Metric) {
    self.placeColumns = placeColumns
    self.metric = metric
    comparison = Comparison(metric: metric, sideCount: 1, placeCount: 0)
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
  /// Runs are read once, grouped by update, and not kept: memory depends on the number of cells.
  ///
  /// - Parameters:
  ///   - ids: the sweeps; others are compared with the first.
  ///   - dimension: `.sweep` for several sweeps.
  /// - Throws: `ComparisonError`, `SQLiteError`.
  package func compare(
    _ ids: [Int64], by dimension: SweepComparison.Dimension, metric: Comparison.Metric
  ) throws -> SweepComparison {
    let all = ["d", "k", "profile", "noise", "rank", "alpha", "rule"]
    var result = SweepComparison(
      placeColumns: all.filter { !dimension.columns.contains($0) }, metric: metric)
    let sweepIDs: [String: Value] = [
      "sweep_ids": .text("[" + ids.map(String.init).joined(separator: ",") + "]")
    ]
    var slots: [Int64: (place: Int, side: Int)] = [:]
    var placeNumbers: [[Value]: Int] = [:]
    var sideNumbers: [String: Int] = [:]
    let cells = try connection.table(Statements.compareCells, sweepIDs)
    for row in cells.rows {
      let place = result.placeColumns.map { cells.value($0, in: row) }
      let side = side(of: row, in: cells, by: dimension)
      let sideNumber = sideNumbers[side] ?? result.sides.count
      if sideNumber == result.sides.count {
        sideNumbers[side] = sideNumber
        result.sides.append(side)
      }
      let placeNumber = placeNumbers[place] ?? result.places.count
      if placeNumber == result.places.count {
        placeNumbers[place] = placeNumber
        result.places.append(place)
      }
      if let id = cells.value("cell_id", in: row).integer { slots[id] = (placeNumber, sideNumber) }
    }
    let (slotCount, overflow) = result.sides.count.multipliedReportingOverflow(
      by: result.places.count)
    guard !overflow, slotCount <= max(Book.mostSlots, 8 * cells.rows.count) else {
      throw ComparisonError.tooSparse(
        sides: result.sides.count, places: result.places.count, cells: cells.rows.count)
    }
    var comparison = Comparison(
      metric: metric, sideCount: max(1, result.sides.count), placeCount: result.places.count)
    let runs = try connection.prepare(Statements.compareRuns)
    try runs.bind(Statements.CompareRuns.metric, metric.rawValue)
    var update: Int64?
    try connection.rows(Statements.compareRecordings, sweepIDs) { recording in
      let next = recording.integer(0)
      if update != next { comparison.endUpdate() }
      update = next
      try runs.bind(Statements.CompareRuns.recordingID, recording.integer(1))
      try runs.bind(Statements.CompareRuns.runs, recording.integer(2))
      while try runs.step() {
        guard let slot = slots[runs.integer(0)] else { continue }
        switch runs.kind(1) {
        case .real: comparison.add(runs.real(1), place: slot.place, side: slot.side)
        case .text: comparison.add(.nan, place: slot.place, side: slot.side)
        case .absent: break
        }
      }
    }
    comparison.endUpdate()
    result.comparison = comparison
    return result
  }

  /// Up to this many pairs of a side and a place are compared, however few of them have a cell.
  private static let mostSlots = 1 << 18

  private func side(
    of row: [Value], in cells: ResultTable, by dimension: SweepComparison.Dimension
  ) -> String {
    if dimension == .shape {
      let sides = ["d", "k"].map { Int(cells.value($0, in: row).integer ?? 0) }
      return "\(Shape(d: sides[0], k: sides[1]))"
    }
    return switch cells.value(dimension.rawValue, in: row) {
    case .absent: "none"
    case .integer(let number): String(number)
    case .real(let number): number.shortestText
    case .text(let text): text
    }
  }
}
