import Foundation
import LoRASpectra
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Merging books")
struct MergeSoakTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The seeds of the worlds whose books are merged.
  static let seeds = 0..<UInt64(Soak.rounds(short: 4, whole: 50))

  private func book(_ name: String) throws -> Book {
    try Book(recording: folder.file(name), time: openingTime, version: "9.8.7")
  }

  private func merged(_ names: [String], as name: String) throws -> String {
    let merged = try book(name).merge(
      names.map(folder.file), time: openingTime, version: "9.8.7")
    #expect(!merged.contains { $0.outcome == .conflict }, "\(merged)")
    return folder.file(name)
  }

  @Test(
    "comes to one content, that of a book in which all was recorded, in any order and however often",
    arguments: seeds)
  func orderDoesNotMatter(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let world = try MergeWorld(using: &generator)
    var parts: [[MergeWorld.Part]] = []
    for name in ["a", "b", "c"] {
      parts.append(world.parts(using: &generator))
      try world.record(parts[parts.count - 1], in: book(name), using: &generator)
    }
    let undisturbed = try book("undisturbed")
    try world.record(MergeWorld.union(parts), in: undisturbed, using: &generator)
    let expected = try BookContent.of(undisturbed.path)
    let untouched = try ["a", "b", "c"].map { try bytes(of: folder.file($0)) }

    for names in [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"], ["c", "b", "a", "a", "c"]] {
      let path = try merged(names, as: names.joined())
      #expect(try BookContent.of(path) == expected, "\(names)")
      // All books again, and the merged book itself.
      #expect(try BookContent.of(merged(names + [names.joined()], as: names.joined())) == expected)
    }
    // One by one, and in brackets: (a b) c and a (b c).
    for name in ["b", "a", "c"] { _ = try merged([name], as: "one by one") }
    _ = try merged(["a", "b"], as: "(a b)")
    _ = try merged(["b", "c"], as: "(b c)")
    for names in [["one by one"], ["(a b)", "c"], ["a", "(b c)"], ["(b c)", "(a b)"]] {
      let path = try merged(names, as: "of " + names.joined())
      #expect(try BookContent.of(path) == expected, "\(names)")
    }
    #expect(try ["a", "b", "c"].map { try bytes(of: folder.file($0)) } == untouched)
  }

  @Test("sums up what comes in as if it had been recorded there")
  func summaries() throws {
    var generator = SplitMix64(seed: 99)
    let world = try MergeWorld(using: &generator)
    let open = try OpenBook()
    for pieces in [1, 2, 4] {
      let name = "of \(pieces)"
      let parts = world.sweeps.indices.map { MergeWorld.Part(sweep: $0, pieces: pieces) }
      try world.record(parts, in: book(name), using: &generator)
      let merged = try open.book.merge([folder.file(name)], time: openingTime, version: "9.8.7")
      #expect(merged.map(\.outcome) == Array(repeating: pieces == 1 ? .added : .extended, count: 5))
      try SummaryExpectation.check(open)
      #expect(try BookContent.of(open.path) == BookContent.of(folder.file(name)))
    }
  }

  @Test("leaves the book as it was where it is asked to stop, wherever it is")
  func stopped() throws {
    var generator = SplitMix64(seed: 7)
    let world = try MergeWorld(using: &generator)
    let target = try book("target")
    try world.record(
      world.sweeps.indices.map { .init(sweep: $0, pieces: 1) }, in: target, using: &generator)
    let other = try book("other")
    try world.record(
      world.sweeps.indices.map { .init(sweep: $0, pieces: world.sweeps[$0].pieces) }, in: other,
      using: &generator)
    // Creates enough work for SQLite to poll often.
    for number in 0..<10 {
      let grid = try Grid.handMade(seeds: Array(100..<110))
      try SweepWriter(other, .handMade(name: "big \(number)"), grid: grid)
        .record(grid.updatesByIdentity())
    }
    let before = try (BookContent.of(target.path), bytes(of: target.path))
    var stops = 0
    while true {
      var asked = 0
      do {
        _ = try target.merge([other.path], time: openingTime, version: "9.8.7") {
          asked += 1
          return asked > stops
        }
        break
      } catch let error as SQLiteError {
        #expect(error.kind == .interrupted)
        let after = try (BookContent.of(target.path), bytes(of: target.path))
        #expect(after == before)
        // At every poll first, then at increasing distances.
        stops += 1 + stops / 8
      }
    }
    #expect(stops > 5)
    let rest = try target.merge([other.path], time: openingTime, version: "9.8.7")
    #expect(rest.allSatisfy { $0.outcome == .present })
  }
}
