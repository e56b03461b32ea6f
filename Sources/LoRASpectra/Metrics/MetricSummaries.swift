/// A metric over the runs of each cell of a sweep.
package struct MetricSummaries: Sendable {
  /// The metric.
  package var metric: Metric
  /// The finite values of each cell by its id, and how many diverged.
  package var cells: [Int64: Comparison.Repeats]

  package init(metric: Metric, cells: [Int64: Comparison.Repeats]) {
    self.metric = metric
    self.cells = cells
  }

  /// The values of a cell, of which there may be none.
  package func repeats(ofCell id: Int64) -> Comparison.Repeats {
    cells[id] ?? Comparison.Repeats()
  }
}
