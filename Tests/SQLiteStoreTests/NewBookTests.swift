import Foundation
import LoRASpectra
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("A new book")
struct NewBookTests {
  private func open(_ path: String, _ migrations: some Sequence<Migration>) throws -> Book {
    try Book(
      recording: path, time: openingTime, version: "9.8.7", wait: 1000,
      migrations: Array(migrations))
  }

  @Test(
    "is made at once, and to the byte of a dump such as one migration after the other makes it",
    .enabled(if: ProgramOutput.isThere("sqlite3")))
  func sameAsMigrated() throws {
    let folder = try TemporaryFolder()
    let paths = ["made.db", "migrated.db"].map(folder.file)
    _ = try open(paths[0], Migration.known)
    for count in 1...Migration.known.count {
      _ = try open(paths[1], Migration.known.prefix(count))
    }
    let dumps = try paths.map { path in
      try ProgramOutput([
        "sqlite3", "-readonly", path, ".dump", "PRAGMA application_id", "PRAGMA user_version",
        "PRAGMA page_size", "PRAGMA encoding",
      ])
    }
    #expect(dumps[0].status == 0 && dumps[0].text.contains("CREATE TABLE sweep"))
    #expect(dumps[0].text == dumps[1].text)
  }
  /// Opens a book again and again for as long as it is missing.
  ///
  /// - Throws: what opening it throws otherwise.
  private static func readWhenThere(_ path: String) throws {
    while true {
      do {
        #expect(try Book(reading: path).sweepIDs() == [])
        return
      } catch BookError.missing {}
    }
  }

  @Test("is missing or whole for who reads while it is made")
  func readers() async throws {
    let folder = try TemporaryFolder()
    for round in 0..<30 {
      let path = folder.file("book-\(round).db")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<2 { group.addTask { try await onThread { try Self.readWhenThere(path) } } }
        group.addTask {
          try await onThread {
            usleep(2_000)
            _ = try Book(recording: path, time: openingTime, version: "9.8.7")
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("comes to lie where a symbolic link points, as a file would")
  func symbolicLinks() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("there"), withIntermediateDirectories: false)
    #expect(symlink("there/second.db", folder.file("first.db")) == 0)
    #expect(symlink(folder.file("there/book.db"), folder.file("there/second.db")) == 0)
    _ = try open(folder.file("first.db"), Migration.known)
    #expect(try Book(reading: folder.file("there/book.db")).sweepIDs() == [])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == ["first.db", "there"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("there")).sorted()
        == ["book.db", "second.db"])
  }

  @Test("takes nothing from the log of a book that is gone")
  func leftoverLog() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("book.db")
    var log: [UInt8] = []
    do {
      let book = try open(path, Migration.known)
      let grid = try Grid.small(seeds: [1])
      try SweepWriter(book, .handMade(name: "gone"), grid: grid).record(grid.measuredUpdates())
      log = try bytes(of: path + "-wal")
    }
    #expect(log.count > 4096)
    for ending in ["", "-wal", "-shm"] { unlink(path + ending) }
    _ = try folder.write(log, to: "book.db-wal")
    #expect(throws: BookError.copyExists(path: path + "-wal")) {
      try Book.make(at: path, time: openingTime, version: "9.8.7") { _ in }
    }
    let book = try open(path, Migration.known)
    #expect(try book.sweepIDs() == [])
    #expect(try book.connection.table("PRAGMA integrity_check").rows == [[.text("ok")]])
  }
}
