import Glibc
import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("A book's file that has two names")
struct HardLinkTests {
  let open: OpenBook
  private var twin: String { open.folder.file("twin.db") }

  init() throws { open = try OpenBook() }

  private func record(_ path: String) throws -> Book {
    try Book(recording: path, time: openingTime, version: "9.8.7")
  }

  @Test("takes no recording and no change under either, and can still be read and copied")
  func refused() throws {
    try open.start(.small(seeds: [1])).record(Grid.small(seeds: [1]).measuredUpdates())
    try #require(link(open.path, twin) == 0)
    for path in [open.path, twin] {
      let refusal = BookError.hardLinked(path: path, names: 2)
      #expect(throws: refusal) { try record(path) }
      #expect(throws: refusal) {
        try Book(changing: path, time: openingTime, version: "9.8.7")
      }
    }
    #expect(try Book(reading: open.path).sweepIDs() == [1])
    let copy = open.folder.file("copy.db")
    #expect(try Book.backUp(open.path, to: copy).sweeps == 1)
    #expect(try record(copy).sweepIDs() == [1])
  }

  @Test("takes no more of a recording that began before, and goes on where the other name is gone")
  func linkedMeanwhile() throws {
    let grid = try Grid.small(seeds: [1, 2, 3, 4])
    let updates = try grid.measuredUpdates()
    let writer = try open.start(grid)
    try writer.record(Array(updates[..<2]))
    try #require(link(open.path, twin) == 0)
    let error = #expect(throws: BookError.self) { try writer.record(Array(updates[2..<3])) }
    guard case .hardLinked(_, names: 2) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try open.value("SELECT count(DISTINCT update_id) FROM runs") == .integer(2))
    unlink(twin)
    try writer.record(Array(updates[2...]))
    #expect(
      try open.value("SELECT count(DISTINCT update_id) FROM runs")
        == .integer(Int64(updates.count)))
  }

  @Test("takes recordings where the second is a symbolic link to the first")
  func symbolicLink() throws {
    try #require(symlink(open.path, twin) == 0)
    #expect(throws: Never.self) { try record(twin) }
  }
}
