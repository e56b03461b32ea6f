import LoRASpectra
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("A sweep with holes")
struct SweepWithHolesTests {
  let folder: TemporaryFolder
  let grid: Grid
  let updates: [MeasuredUpdate]

  init() throws {
    folder = try TemporaryFolder()
    grid = try Grid.handMade(seeds: [3, 1, 2])
    updates = try grid.updatesByIdentity()
  }

  private static let uuid = "00000000-0000-4000-8000-000000000007"

  private func book(_ name: String) throws -> Book {
    try Book(recording: folder.file(name), time: openingTime, version: "9.8.7")
  }

  /// Makes a book that has some items of the sweep, recorded in that order.
  private func part(_ items: [Int], in name: String) throws {
    let book = try book(name)
    var new = NewSweep.handMade(name: "parted", uuid: Self.uuid)
    new.executionUUID = NewSweep.handMade(name: "").uuid
    let writer = try SweepWriter(book, new, grid: grid)
    for item in items { try writer.record([updates[item]]) }
    try writer.session.finish(
      items.count == grid.updateCount ? .finished : .interrupted, at: openingTime)
  }

  /// What a book says of the sweep, in the grid's order whatever its order of recording.
  private func content(_ book: Book) throws -> [[Value]] {
    try [
      "SELECT name, status, planned_runs, recorded_runs, spec FROM sweep",
      """
      SELECT recording.item, runs.seed, runs.d, runs.k, runs.profile, runs.noise, runs.rank,
        runs.alpha, runs.rule, runs.scale, runs.error, runs.truncation_error,
        runs.variance_captured
      FROM runs JOIN recording USING (recording_id)
      ORDER BY recording.item, runs.run_id
      """,
      "SELECT DISTINCT seed, d, k, profile, noise, position, singular_value FROM spectra ORDER BY 1, 2, 3, 4, 5, 6",
      "PRAGMA foreign_key_check", "PRAGMA integrity_check",
    ].flatMap { try book.connection.table($0).rows }
  }

  @Test("is united from any parts, in any order, into what an undivided one has", arguments: 0..<12)
  func united(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    try part(Array(0..<grid.updateCount), in: "whole.db")
    let whole = try content(book("whole.db"))
    let count = Int.random(in: 2...4, using: &random)
    var parts = [[Int]](repeating: [], count: count)
    for item in 0..<grid.updateCount {
      let first = Int.random(in: 0..<count, using: &random)
      parts[first].append(item)
      // Some items are in two parts.
      let second = Int.random(in: 0..<count, using: &random)
      if second != first, Bool.random(using: &random) { parts[second].append(item) }
    }
    let names = parts.indices.map { "part \($0).db" }
    for (items, name) in zip(parts, names) where !items.isEmpty {
      try part(items.shuffled(using: &random), in: name)
    }
    let order = zip(parts, names).filter { !$0.0.isEmpty }.map(\.1).shuffled(using: &random)
    let united = try book("united.db")
    for name in order {
      let merged = try united.merge([folder.file(name)], time: openingTime, version: "9.8.7")
      #expect(!merged.contains { $0.outcome == .conflict }, "\(merged)")
    }
    #expect(try content(united) == whole)
    try SummaryExpectation.check(united)
    // Again, all at once: nothing is new.
    let again = try united.merge(
      order.map(folder.file), time: openingTime, version: "9.8.7")
    #expect(again.allSatisfy { $0.outcome == .present && $0.newRuns == 0 }, "\(again)")
    #expect(try content(united) == whole)
  }

  @Test("is resumed by what it lacks alone, wherever that is", arguments: 0..<8)
  func resumed(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let there = (0..<grid.updateCount).filter { _ in Bool.random(using: &random) }
    try part(there.shuffled(using: &random), in: "part.db")
    try part(Array(0..<grid.updateCount), in: "whole.db")
    let book = try book("part.db")
    guard there.count < grid.updateCount else { return }
    let writer = try SweepWriter(
      book, resuming: 1, grid: grid, uuid: NewSweep.handMade(name: "").uuid,
      startedAt: openingTime, provenance: .handMade)
    let missing = writer.session.itemsBefore.missing(from: 0..<grid.updateCount)
    #expect(missing.items(in: 0..<1000) == (0..<grid.updateCount).filter { !there.contains($0) })
    for item in missing.items(in: 0..<grid.updateCount) { try writer.record([updates[item]]) }
    #expect(writer.session.recordedItems == grid.updateCount)
    try writer.session.finish(.finished, at: openingTime)
    #expect(try content(book) == content(self.book("whole.db")))
    try SummaryExpectation.check(book)
  }

  @Test("of another plan or with an item twice is not taken up")
  func refusals() throws {
    try part([1, 4], in: "part.db")
    let damages = [
      "UPDATE sweep SET planned_runs = planned_runs + 1",
      "UPDATE recording SET item = 1000000 WHERE item = 4",
      "UPDATE sweep SET recorded_runs = recorded_runs - 1",
    ]
    for damage in damages {
      let book = try book("part.db")
      try book.connection.execute("SAVEPOINT here; \(damage)")
      defer { try? book.connection.execute("ROLLBACK TO here; RELEASE here") }
      let recorded = try book.recordedSweep(1)
      #expect(throws: BookError.self, "\(damage)") {
        _ = try recorded.prescriptions(of: grid, book.connection.recordedItems(of: 1))
      }
    }
  }
}
