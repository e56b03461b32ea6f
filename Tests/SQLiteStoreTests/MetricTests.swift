import LoRASpectra
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Metrics")
struct MetricTests {
  @Test("A new book knows the metrics of lorabook, and which way is better")
  func builtIn() throws {
    let open = try OpenBook()
    #expect(
      try open.rows(
        "SELECT metric, is_better_larger, unit FROM metric WHERE is_built_in ORDER BY metric_id")
        == (Metric.Key.columns.map(\.metric) + Metric.ofTrainings).map { metric in
          [
            .text(metric.name),
            metric.isBetterLarger.map { .integer($0 ? 1 : 0) } ?? .absent,
            metric.unit.map(Value.text) ?? .absent,
          ]
        })
  }

  @Test("Every metric of a run has a place of its own, and its name leads back to it")
  func places() {
    var values = Measurements()
    for key in Metric.Key.allCases {
      values[key] = Double(key.rawValue)
      #expect(Metric.Key(named: key.name) == key)
    }
    for key in Metric.Key.allCases { #expect(values[key] == Double(key.rawValue)) }
    #expect(Metric.Key.columns + Metric.Key.rows == Metric.Key.allCases)
    #expect(Metric.Key(named: "final_loss") == nil)
    #expect(values != Measurements() && Measurements().isEmpty && !values.isEmpty)
  }
}
