import LoRASpectra

/// Recomputes the summaries of a sweep's runs, cell by cell, and pairs them with the summaries that
/// the book keeps.
///
/// Runs are added in the order in which they were recorded, which gives the same bits
/// (``RunningSummary``). The number of cells summed up at a time is limited, so that memory does
/// not grow with their number.
struct SummaryAudit {
  /// A cell's summary of one metric.
  struct Line {
    var cellID: Int64
    var metric: Metric.Key
    /// The kept summary; nil if there is none.
    var kept: RunningSummary?
    /// The recomputed summary; without values if there are no runs.
    var summed: RunningSummary
  }

  /// Number of cells summed up at a time.
  static let limit = 500_000

  private let someCells: Statement
  private let recordings: Statement
  private let findSummaries: Statement
  private let runs: RangeOfRuns
  private let limit: Int

  init(_ connection: Connection, limit: Int = SummaryAudit.limit) throws {
    someCells = try connection.prepare(Statements.nextCells)
    recordings = try connection.prepare(Statements.recordingsOfSweep)
    findSummaries = try connection.prepare(Statements.findSummaries)
    runs = try RangeOfRuns(connection)
    self.limit = limit
  }

  /// Passes the summaries that are kept or should be, in the order of the cells' ids.
  ///
  /// - Returns: number of runs, including those whose cells belong to other sweeps.
  func forEach(ofSweep id: Int64, _ body: (Line) throws -> Void) throws -> Int64 {
    var counted: Int64?
    var after = Int64.min
    while true {
      var places: [Int64: Int] = [:]
      var cells: [Int64] = []
      try someCells.bind([
        "sweep_id": .integer(id), "after": .integer(after), "most": .integer(Int64(limit)),
      ])
      while try someCells.step() {
        places[someCells.integer(0)] = cells.count
        cells.append(someCells.integer(0))
      }
      var sums = [MetricValues<RunningSummary>](repeating: MetricValues(), count: cells.count)
      if !cells.isEmpty || counted == nil {
        var count: Int64 = 0
        try forEachRun(ofSweep: id) { run in
          count += 1
          if let place = places[run.cell] { sums[place].add(run.measurements) }
        }
        counted = counted ?? count
      }
      for (cell, sums) in zip(cells, sums) {
        let kept = try keptSummaries(ofCell: cell)
        for metric in Metric.Key.columns
        where kept[metric] != nil || sums[metric].count > 0 {
          try body(
            Line(cellID: cell, metric: metric, kept: kept[metric], summed: sums[metric]))
        }
      }
      guard cells.count == limit, let last = cells.last else { return counted ?? 0 }
      after = last
    }
  }

  private func forEachRun(ofSweep id: Int64, _ body: (RecordedRun) throws -> Void) throws {
    try recordings.bind(["sweep_id": .integer(id)])
    defer { recordings.reset() }
    while try recordings.step() {
      try runs.forEach(from: recordings.integer(0), count: recordings.integer(1), body)
    }
  }

  private func keptSummaries(ofCell id: Int64) throws -> [Metric.Key: RunningSummary] {
    var kept: [Metric.Key: RunningSummary] = [:]
    try findSummaries.bind(Statements.FindSummaries.cellID, id)
    while try findSummaries.step() {
      guard let metric = try Metric.Key(named: findSummaries.text(0)) else { continue }
      kept[metric] = RunningSummary(
        count: Int(findSummaries.integer(1)), mean: findSummaries.real(2),
        squaredDeviations: findSummaries.real(3))
    }
    return kept
  }
}
