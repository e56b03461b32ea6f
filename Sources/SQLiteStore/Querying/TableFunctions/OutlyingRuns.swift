import LoRASpectra

extension TableFunction {
  /// The runs of a sweep that diverged, or lie far from the median of their cell's errors.
  static let outlyingRuns = TableFunction(
    "outlying_runs", declaration: Statements.declareOutlyingRuns, columnCount: 10, argumentCount: 4
  ) { connection, arguments in
    let sweep = ["sweep_id": arguments[0]]
    let limits = OutlierLimits(
      deviations: arguments[1].number, leastCount: arguments[2].number,
      tolerance: arguments[3].number)
    let cells = try CellSlots(
      connection.table(Statements.cellsOfSweep, sweep).rows.compactMap { $0[0].integer })
    let runs = try connection.prepare(Statements.errorsOfSweep)
    try runs.bind(sweep)
    var errors = [[Double]](repeating: [], count: cells.ids.count)
    while try runs.step() {
      guard let slot = cells.slot(of: runs.integer(1)) else { continue }
      if runs.kind(2) == .real { errors[slot].append(runs.real(2)) }
    }
    let spreads = errors.indices.map { slot in
      // Frees each cell's errors when its spread is known.
      defer { errors[slot] = [] }
      return CellSpread(of: errors[slot])
    }
    try runs.bind(sweep)
    return {
      while try runs.step() {
        guard let slot = cells.slot(of: runs.integer(1)) else { continue }
        let spread = spreads[slot]
        var deviations: Double?
        switch runs.kind(2) {
        case .absent: continue
        case .text: break
        case .real:
          deviations = limits.deviations(of: runs.real(2), from: spread)
          if deviations == nil { continue }
        }
        let error = try runs.value(2)
        return try [
          runs.value(0), runs.value(1), runs.value(3), error.number == nil ? .absent : error,
          error.number == nil ? error : .absent, runs.value(4), .integer(Int64(spread.count)),
          spread.median.value, spread.medianDeviation.value, deviations.value,
        ]
      }
      return nil
    }
  }
}

/// Median and spread of a cell's errors.
private struct CellSpread {
  /// Number of errors.
  let count: Int
  var median: Double?
  /// The median of |error − median|.
  var medianDeviation: Double?
  /// The mean of |error − median|.
  var meanDeviation: Double?

  init(of errors: [Double]) {
    count = errors.count
    // A damaged book may have infinite ones, which are in no median.
    let sorted = errors.filter(\.isFinite).sorted()
    guard let median = sorted.quantileOfSorted(0.5) else { return }
    self.median = median
    let deviations = sorted.map { ($0 - median).magnitude }
    meanDeviation =
      sorted.count < count ? .infinity : deviations.reduce(0, +) / Double(count)
    medianDeviation = deviations.filter(\.isFinite).sorted().quantileOfSorted(0.5)
  }
}

/// What makes an error an outlier: the parameters of `query outliers`.
private struct OutlierLimits {
  let deviations: Double?
  let leastCount: Double?
  let tolerance: Double?

  /// The distance of an error from the median in robust standard deviations; nil if it is not far.
  func deviations(of error: Double, from spread: CellSpread) -> Double? {
    guard let limit = deviations, let leastCount, let tolerance, let median = spread.median,
      let medianDeviation = spread.medianDeviation, let meanDeviation = spread.meanDeviation,
      Double(spread.count) >= leastCount
    else { return nil }
    let far = tolerance * median.magnitude
    let unit = medianDeviation > far ? 1.4826 * medianDeviation : 1.2533 * meanDeviation
    let deviations = (error - median) / unit
    // A quotient that is no number is NULL in SQL.
    guard unit != 0, !deviations.isNaN, deviations.magnitude > limit,
      (error - median).magnitude > far
    else { return nil }
    return deviations
  }
}
