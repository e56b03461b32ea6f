import LoRASpectra
import Testing

@testable import SQLiteStore

/// The expected `cell_summary`: every cell's runs summed up in the order they were recorded.
enum SummaryExpectation {
  static let recorded = """
    SELECT cell_id, metric, n, mean, squared_deviations FROM cell_summary
    ORDER BY metric, cell_id
    """

  static func check(_ open: OpenBook) throws { try check(open.book) }

  static func check(_ book: Book) throws {
    func rows(_ sql: String) throws -> [[Value]] { try book.connection.table(sql).rows }
    var expected: [[Value]] = []
    for metric in ["error", "truncation_error", "variance_captured"] {
      var summaries: [Int64: RunningSummary] = [:]
      for row in try rows("SELECT cell_id, \(metric) FROM run ORDER BY run_id") {
        let cell = try #require(row.first?.integer)
        if case .real(let number) = row[1] {
          summaries[cell, default: RunningSummary()].add(number)
        }
      }
      for (cell, summary) in summaries.sorted(by: { $0.key < $1.key }) {
        expected.append([
          .integer(cell), .text(metric), .integer(Int64(summary.count)), .real(summary.mean),
          .real(summary.squaredDeviations),
        ])
      }
    }
    #expect(!expected.isEmpty)
    #expect(try rows(recorded) == expected)
  }
}

@Suite("A cell's summary")
struct SummaryTests {
  @Test("is what its runs come to")
  func summaryFollowsRuns() throws {
    let open = try OpenBook()
    let grid = try Grid.handMade(seeds: Array(0..<20))
    let writer = try open.start(grid)
    for batch in try grid.measuredUpdates().pieces(of: 11) { try writer.record(batch) }
    try SummaryExpectation.check(open)
    #expect(try open.rows("SELECT DISTINCT n FROM cell_summary") == [[.integer(20)]])
    let means = try open.rows("SELECT avg(error) FROM runs GROUP BY cell_id ORDER BY cell_id")
    let cells = try open.book.cells(ofSweep: writer.session.sweepID)
    for (row, mean) in zip(cells.rows, means) {
      let shown = try #require(cells.value("error", in: row).number)
      let averaged = try #require(mean.first?.number)
      #expect(abs(shown - averaged) <= 1e-14 * averaged)
    }
  }

  @Test("does not depend on where batches were cut", arguments: [1, 5, 13, 80])
  func batchesLeaveNoTrace(length: Int) throws {
    let grid = try Grid.handMade(seeds: Array(0..<20))
    let updates = try grid.measuredUpdates()
    let whole = try OpenBook()
    try whole.start(grid).record(updates)
    let cut = try OpenBook()
    let writer = try cut.start(grid)
    for batch in updates.pieces(of: length) { try writer.record(batch) }
    #expect(
      try cut.rows(SummaryExpectation.recorded) == whole.rows(SummaryExpectation.recorded))
  }

  @Test("leaves out a measurement that is not finite, and is not there without any")
  func divergedIsNotAveraged() throws {
    let open = try OpenBook()
    let grid = try Grid.small(seeds: [1, 2])
    var updates = try grid.measuredUpdates()
    updates[0].measurements[0][.error] = .infinity
    updates[0].measurements[1][.error] = .nan
    updates[1].measurements[1][.error] = .nan
    try open.start(grid).record(updates)
    let rows = try open.rows(
      "SELECT n, mean FROM cell_summary WHERE metric = 'error' ORDER BY cell_id")
    #expect(rows == [[.integer(1), .real(updates[1].measurements[0][.error])]])
  }
}
