import Dispatch
import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("Merging logged runs")
struct MergedLogTests {
  let here: OpenBook
  let there: OpenBook

  init() throws {
    here = try OpenBook()
    there = try OpenBook()
  }

  private func record(_ runs: ExternalRun..., in open: OpenBook) throws {
    var origin = LoggedRunTests.origin()
    // Of two states of a run the later one counts.
    origin.now = { String(DispatchTime.now().uptimeNanoseconds) }
    _ = try ExternalRunWriter.record(
      in: open.book, ExternalSession(origin, mayAppend: true)
    ) { writer in
      for run in runs { try writer.add(run, to: "ft") }
    }
  }

  private func merge() throws -> [MergedSweep] {
    try here.book.merge([there.path], time: openingTime, version: "9.8.7")
  }

  private static let content = [
    "SELECT run_id, step, metric, value, diverged FROM metrics ORDER BY 1, 3, 2",
    "SELECT run_id, name, value, kind FROM params ORDER BY 1, 2, 4",
    "SELECT run_id, run, seed, rank, profile, error FROM runs ORDER BY 1",
    "SELECT name, status, logged_run.started_at, logged_run.finished_at, note, execution.uuid FROM logged_run JOIN execution USING (execution_id) ORDER BY run_id",
  ]

  private func expectSame() throws {
    for sql in Self.content { #expect(try here.rows(sql) == there.rows(sql)) }
    #expect(try here.rows("PRAGMA foreign_key_check").isEmpty)
    #expect(try Doctor(here.book).examine() == [])
  }

  private func fill() throws {
    var run = ExternalRun.piece("a", step: 1, rank: 8, ["loss": 1, "acc": .nan])
    run.parameters = try ParameterSet([UserText(name: "lr", value: "0.1")])
    run.info = [UserText(name: "host", value: "x")]
    run.note = "first"
    try record(run, .piece("b", rank: 4, ["eval": 1]), .piece(nil, ["eval": 3]), in: there)
  }

  @Test("carries curves, end values, parameters, info and what became of the runs")
  func carries() throws {
    try record(.piece("other", ["eval": 5]), in: here)
    try here.book.remove([1])
    try fill()
    #expect(try merge().map(\.outcome) == [.added])
    try expectSame()
    #expect(try merge().map(\.outcome) == [.present])
  }

  @Test("adds later points of runs that are here, and later runs")
  func extends() throws {
    try fill()
    _ = try merge()
    try record(
      .piece("a", step: 2, ["loss": 0.5]), .piece("a", ["eval": 2], status: .failed), in: there)
    #expect(try merge().map(\.outcome) == [.extended])
    try expectSame()
    try record(.piece("d", step: 1, ["loss": 3]), in: there)
    #expect(try merge().map(\.newRuns) == [1])
    try expectSame()
  }

  @Test("leaves points alone that are here alone")
  func older() throws {
    try fill()
    _ = try merge()
    try record(.piece("a", step: 2, ["loss": 0.5]), in: here)
    let before = try Self.content.map(here.rows)
    #expect(try merge().map(\.outcome) == [.present])
    #expect(try Self.content.map(here.rows) == before)
  }

  @Test("refuses another value of the same metric and step")
  func conflict() throws {
    try fill()
    _ = try merge()
    try record(.piece("a", step: 2, ["loss": 0.5]), in: here)
    try record(.piece("a", step: 2, ["loss": 0.25]), in: there)
    let merged = try merge()
    #expect(merged.map(\.outcome) == [.conflict])
    #expect(merged.first?.remark.contains("loss 0.5 at step 2") == true, "\(merged)")
  }
}
