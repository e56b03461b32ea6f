import LoRASpectra
import Rendering
import SQLiteStore

/// The part of a report on metrics that users named: their means, the rules against each other, and
/// their curves.
struct MetricSections {
  let book: Book
  let level: Double
  let pictures: ReportPictures

  /// Metrics that are compared and drawn one by one; the table has all of them.
  private static let mostMetrics = 8

  /// - Parameter compare: sets the rules side by side by a metric.
  /// - Throws: errors of the book.
  func sections(
    of sweep: SweepFacts, compare: (Metric) throws -> [ReportPage.Block]
  ) throws -> [ReportPage.Section] {
    let metrics = try book.metricSummaries(ofSweep: sweep.sweepID)
    let criticalValue = ComparisonTables.criticalValue(level: level)
    let tables = MetricTables(
      cells: try book.cells(ofSweep: sweep.sweepID), metrics: metrics,
      criticalValue: criticalValue)
    guard let section = tables.section(level: level) else { return [] }
    var blocks: [ReportPage.Block] = [
      .table(PageTable(title: "\(section.title)", section.narrow, rounding: SweepReport.rounding))
    ]
    for metric in metrics.map(\.metric).prefix(Self.mostMetrics) {
      blocks.append(.heading(metric.name))
      blocks += try compare(metric)
      blocks += try pictures.curve(of: metric, sweep: sweep)
    }
    if metrics.count > Self.mostMetrics {
      let left = metrics.count - Self.mostMetrics
      blocks.append(.paragraph("\(String(left)) more metrics are in the table alone."))
    }
    return [ReportPage.Section(id: "metrics", heading: "Metrics of the runs", blocks: blocks)]
  }
}
