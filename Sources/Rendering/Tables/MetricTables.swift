import LoRASpectra

/// The metrics that users named, by setting: means over repeats.
package struct MetricTables {
  /// The sweep's cells, as in ``SweepFigures/cells``.
  package let cells: ResultTable
  /// The metrics with their values by cell.
  package let metrics: [MetricSummaries]
  /// The critical t by degrees of freedom.
  package let criticalValue: (Double) -> Double?

  package init(
    cells: ResultTable, metrics: [MetricSummaries], criticalValue: @escaping (Double) -> Double?
  ) {
    self.cells = cells
    self.metrics = metrics
    self.criticalValue = criticalValue
  }

  /// The columns that stand beside each cell for programs: `metric.loss_n`, `metric.loss_mean` and
  /// `metric.loss_sd` for each metric.
  package static func columns(of metrics: [MetricSummaries]) -> [String] {
    metrics.flatMap { metric in
      ["n", "mean", "sd"].map { "metric.\(metric.metric.name)_\($0)" }
    }
  }

  /// The values of ``columns(of:)``.
  package static func values(of metrics: [MetricSummaries], cell: Int64) -> [Value] {
    metrics.flatMap { metric -> [Value] in
      let summary = metric.repeats(ofCell: cell).summary
      return [
        .integer(Int64(summary.count)), summary.count > 0 ? .real(summary.mean) : .absent,
        summary.standardDeviation.map(Value.real) ?? .absent,
      ]
    }
  }

  /// The cells with ``columns(of:)`` beside them.
  package var full: ResultTable {
    var table = cells
    table.columns += MetricTables.columns(of: metrics)
    for (index, row) in cells.rows.enumerated() {
      table.rows[index] += MetricTables.values(of: metrics, cell: id(of: row))
    }
    return table
  }

  /// Every metric's mean by setting with half its interval, for people; nil without metrics.
  package func section(level: Double) -> SweepTables.Section? {
    guard !metrics.isEmpty else { return nil }
    let shaped = SweepTables.withShape(cells)
    let settings = MetricTables.settings(in: shaped, cells)
    let headings = settings.map(CellDistinction.heading)
    var wide = ResultTable(
      columns: headings + ["n"] + metrics.flatMap { [$0.metric.name, "±"] }, rows: [])
    var narrow = ResultTable(
      columns: headings + ["metric", "n", "mean", "±", "diverged"], rows: [])
    for row in shaped.rows {
      let place = settings.map { shaped.value($0, in: row) }
      var means: [Value] = []
      var most = 0
      for metric in metrics {
        let repeats = metric.repeats(ofCell: id(of: row))
        let estimate = Estimate(of: repeats.summary, criticalValue: criticalValue)
        let mean: [Value] =
          repeats.summary.count > 0
          ? [.real(estimate.mean), estimate.margin.map(Value.real) ?? .absent] : [.absent, .absent]
        most = max(most, repeats.summary.count)
        means += mean
        guard repeats.summary.count > 0 || repeats.diverged > 0 else { continue }
        narrow.rows.append(
          place + [.text(metric.metric.name), .integer(Int64(repeats.summary.count))] + mean
            + [.integer(Int64(repeats.diverged))])
      }
      wide.rows.append(place + [.integer(Int64(most))] + means)
    }
    let interval = "half a \((level * 100).shortestText) % confidence interval (Student's t)"
    return SweepTables.Section(
      title: "Metrics by setting, mean over the repeats; ± is \(interval)", table: wide,
      narrow: narrow)
  }

  /// A row's cell.
  func id(of row: [Value]) -> Int64 {
    cells.columns.firstIndex(of: "cell_id").flatMap { row[$0].integer } ?? 0
  }
}
