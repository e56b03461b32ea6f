import Foundation
import LoRASpectra
import Synchronization
import Testing

@testable import SQLiteStore

extension UpgradeTests {
  @Test(
    "leaves the book as it was, and no copy, where a migration fails, the first or one behind others",
    arguments: 1...Migration.known.count)
  func failingMigration(good: Int) throws {
    let bad = [
      "CREATE TABLE half (a); SELECT * FROM nowhere;",
      "CREATE TABLE half (a); DELETE FROM cell;",
      "CREATE TABLE sweep (a);",
    ]
    for sql in bad {
      try? FileManager.default.removeItem(atPath: path)
      try place(version: 1)
      let before = try everything(path)
      let failing = Migration(version: Int64(good) + 1, name: "bad", sha256: "-", sql: sql)
      #expect(throws: (any Error).self, "\(sql)") {
        try upgrade(Migration.known.prefix(good) + [failing])
      }
      #expect(try files() == ["book.db"], "\(sql)")
      #expect(try everything(path) == before)
      let connection = try Connection(path: path, access: .reading, wait: 0)
      #expect(try connection.identity().version == 1)
      #expect(try connection.table("SELECT version FROM migration").rows == [[.integer(1)]])
    }
  }

  @Test("says which migration would leave rows that refer to what is not there")
  func brokenReferences() throws {
    try place(version: 1)
    let failing = Migration(version: 2, name: "0002_bad", sha256: "-", sql: "DELETE FROM cell;")
    let error = #expect(throws: BookError.self) { try upgrade([Migration.known[0], failing]) }
    guard case .migrationFails(path, 2, "0002_bad", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("is done once where several do it at once, with one copy", arguments: 1...4)
  func atOnce(round: Int) async throws {
    try place(version: 1)
    let before = try everything(path)
    let start = StartSignal()
    let upgrades = UpgradeList()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask { [path] in
          try await onThread {
            while !start.isGiven.load(ordering: .acquiring) { sched_yield() }
            let book = try Book(recording: path, time: openingTime, version: "9.8.7")
            if let upgrade = book.upgrade { upgrades.all.withLock { $0.append(upgrade) } }
          }
        }
      }
      start.isGiven.store(true, ordering: .releasing)
      try await group.waitForAll()
    }
    #expect(upgrades.all.withLock { $0.count } == 1)
    let copies = try files().filter { $0 != "book.db" }
    #expect(copies.count == 1)
    #expect(try everything(folder.file(copies.first ?? "")) == before)
    #expect(try everything(path) == before)
    #expect(
      try Book(reading: path).connection.table("SELECT count(*) FROM migration").rows
        == [[.integer(Int64(Migration.known.count))]])
  }

  @Test("never puts its copy in the place of a file that is there")
  func takenBackupName() throws {
    try place(version: 1)
    _ = try folder.write(Array("mine".utf8), to: "book.db.schema-1.backup")
    let book = try upgrade()
    #expect(book.upgrade?.backup == path + ".schema-1-2.backup")
    #expect(try String(contentsOfFile: path + ".schema-1.backup", encoding: .utf8) == "mine")
  }

  @Test("is refused where a book has seen an edited migration, or has a gap")
  func editedOrGap() throws {
    for sql in [
      "UPDATE migration SET sha256 = '\(String(repeating: "0", count: 64))'",
      "DELETE FROM migration", "UPDATE migration SET version = 7",
    ] {
      try? FileManager.default.removeItem(atPath: path)
      try place(version: 1)
      do { try Connection(path: path, access: .writing, wait: 0).execute(sql) }
      let before = try Data(contentsOf: URL(filePath: path))
      #expect(
        throws: BookError.migrationDiffers(path: path, version: 1, name: "0001_book"), "\(sql)"
      ) { try upgrade() }
      #expect(try files() == ["book.db"])
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }
  }

  @Test(
    "is refused where one of several is not recorded, or recorded otherwise", arguments: [1, 2])
  func hole(version: Int) throws {
    for sql in [
      "DELETE FROM migration WHERE version = \(version)",
      "UPDATE migration SET sha256 = upper(sha256) || '0' WHERE version = \(version)",
    ] {
      try? FileManager.default.removeItem(atPath: path)
      _ = try upgrade()
      do {
        let connection = try Connection(path: path, access: .writing, wait: 0)
        try connection.execute("PRAGMA ignore_check_constraints = ON; " + sql)
      }
      let before = try Data(contentsOf: URL(filePath: path))
      let name = Migration.known[version - 1].name
      let differs = BookError.migrationDiffers(path: path, version: Int64(version), name: name)
      #expect(throws: differs, "\(sql)") { try upgrade() }
      #expect(throws: differs, "\(sql)") { try Book(reading: path) }
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }
  }

  @Test("is refused where there is no room for the copy, and the book is as it was")
  func folderThatTakesNoFile() throws {
    let name = folder.file(String(repeating: "n", count: 250))
    try FileManager.default.copyItem(
      atPath: Self.fixtures.appending(path: "version-1.book").path, toPath: name)
    let error = #expect(throws: BookError.self) {
      try Book(recording: name, time: openingTime, version: "9.8.7")
    }
    guard case .cannotCreate = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try everything(name).count > 1500)
  }

  @Test("is needed for reading, and says what is pending")
  func pending() throws {
    try place(version: 1)
    #expect(
      throws: BookError.older(path: path, version: 1, known: Migration.known.count)
    ) { try Book(reading: path) }
    #expect(try Book.pendingMigrations(of: path) == Array(Migration.known.dropFirst()))
    #expect(try files() == ["book.db"])
    _ = try upgrade()
    #expect(try Book.pendingMigrations(of: path) == [])
    for migration in Migration.known {
      #expect(migration.summary.count > 20 && !migration.summary.contains("--"))
    }
  }
}

/// The upgrades reported by several threads.
private final class UpgradeList: Sendable {
  let all = Mutex<[Upgrade]>([])
}
