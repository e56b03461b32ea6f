import LoRASpectra
import Rendering

/// The part of a report on metrics that users named: their means, the rules against each other, and
/// their curves.
struct MetricSections {
  let level: Double
  let pictures: ReportPictures

  /// Metrics that are compared and drawn one by one; the table has all of them.
  private static let mostMetrics = 8

  /// - Parameters:
  ///   - tables: the sweep's metrics.
  ///   - compare: sets the rules side by side by a metric.
  /// - Throws: errors of the book.
  func sections(
    of sweep: SweepFacts, _ tables: MetricTables, compare: (Metric) throws -> [ReportPage.Block]
  ) throws -> [ReportPage.Section] {
    let metrics = tables.metrics
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
