import Foundation
import Glibc
import LoRASpectra
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("Opening a book")
struct OpeningTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func record(_ path: String) throws -> Book {
    try Book(recording: path, time: openingTime, version: "9.8.7")
  }

  @Test("makes it where there is none, and opens it again")
  func freshFile() throws {
    let path = folder.file("fresh.db")
    do { _ = try record(path) }
    #expect(try record(path).sweepIDs() == [])
    #expect(try Book(reading: path).sweepIDs() == [])
    // The last connection to close removes the write-ahead log.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["fresh.db"])
  }

  @Test("takes an empty file for a new book, but not for reading")
  func emptyFile() throws {
    let path = try folder.write([], to: "empty.db")
    #expect(throws: BookError.notABook(path: path, reason: "it is empty")) {
      try Book(reading: path)
    }
    #expect(try bytes(of: path) == [])
    #expect(try record(path).sweepIDs() == [])
  }

  @Test("reads no file that is not there, and makes none")
  func missingFile() throws {
    let path = folder.file("missing.db")
    #expect(throws: BookError.missing(path: path)) { try Book(reading: path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test("refuses a file that is no database and leaves it as it is", arguments: [1, 99, 5000])
  func textFile(length: Int) throws {
    let text = Array(repeating: UInt8(ascii: "x"), count: length)
    let path = try folder.write(text, to: "notes.txt")
    for open in [{ try Book(reading: path) }, { try record(path) }] {
      let error = #expect(throws: BookError.self) { try open() }
      guard case .notABook(path, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    #expect(try bytes(of: path) == text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["notes.txt"])
  }

  @Test(
    "refuses another program's database and leaves it as it is",
    arguments: [
      "CREATE TABLE note (text)", "PRAGMA application_id = 252006674", "PRAGMA user_version = 1",
    ])
  func otherProgram(sql: String) throws {
    let path = try folder.write([], to: "other.db")
    do { try Connection(path: path, access: .writing, wait: 0).execute(sql) }
    let before = try bytes(of: path)
    for open in [{ try Book(reading: path) }, { try record(path) }] {
      #expect(
        throws: BookError.notABook(path: path, reason: "it is another program's SQLite file")
      ) { try open() }
    }
    #expect(try bytes(of: path) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["other.db"])
  }

  @Test("leaves what another program has not yet moved from its log to its database")
  func otherProgramsLog() throws {
    let source = try folder.write([], to: "source.db")
    let path = folder.file("other.db")
    let writer = try Connection(path: source, access: .writing, wait: 0)
    try writer.execute(
      "PRAGMA journal_mode = WAL; CREATE TABLE note (text); PRAGMA wal_checkpoint; "
        + "INSERT INTO note VALUES ('new')")
    // The files as a crash leaves them.
    for ending in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: source + ending, toPath: path + ending)
    }
    let before = try (bytes(of: path), bytes(of: path + "-wal"))
    for open in [{ try Book(reading: path) }, { try record(path) }] {
      #expect(throws: BookError.self) { try open() }
    }
    #expect(try bytes(of: path) == before.0)
    #expect(try bytes(of: path + "-wal") == before.1)
  }

  @Test(
    "takes a name for a file's, whatever SQLite would take it for",
    arguments: [":memory:", "file:book.db", "file:book.db?mode=memory", "-book"])
  func specialNames(name: String) throws {
    // In the working directory, because SQLite interprets nothing in an absolute path.
    try #require(!FileManager.default.fileExists(atPath: name))
    defer {
      for ending in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: name + ending)
      }
    }
    do { _ = try record(name) }
    #expect(try bytes(of: name).count > 4096)
    #expect(try Book(reading: name).sweepIDs() == [])
  }

  @Test("refuses a newer lorabook's book and leaves it as it is")
  func newerBook() throws {
    let path = folder.file("newer.db")
    do { try record(path).connection.execute("PRAGMA user_version = 1000") }
    let before = try bytes(of: path)
    for open in [{ try Book(reading: path) }, { try record(path) }] {
      #expect(
        throws: BookError.newer(path: path, version: 1000, known: Migration.known.count)
      ) { try open() }
    }
    #expect(try bytes(of: path) == before)
  }

  @Test(
    "refuses a book that has seen another migration, or whose record of it is gone",
    arguments: [
      "UPDATE migration SET sha256 = '\(String(repeating: "0", count: 64))' WHERE version = 1",
      "DELETE FROM migration",
    ])
  func editedMigration(sql: String) throws {
    let path = folder.file("edited.db")
    do { try record(path).connection.execute(sql) }
    let before = try bytes(of: path)
    let name = try #require(Migration.known.first?.name)
    for open in [{ try Book(reading: path) }, { try record(path) }] {
      #expect(throws: BookError.migrationDiffers(path: path, version: 1, name: name)) {
        try open()
      }
    }
    #expect(try bytes(of: path) == before)
  }

  @Test("makes no folder")
  func missingFolder() throws {
    let path = folder.file("no/such/folder/book.db")
    #expect(
      throws: BookError.cannotCreate(path: path, reason: "No such file or directory")
    ) { try record(path) }
    #expect(throws: BookError.missing(path: path)) { try Book(reading: path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test("refuses a folder")
  func folderAsBook() throws {
    let path = folder.path
    for open in [{ try Book(reading: path) }, { try record(path) }] {
      let error = #expect(throws: BookError.self) { try open() }
      guard case .cannotCreate(path, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  @Test("lets the owner and the group alone read a new book")
  func fileMode() throws {
    let path = folder.file("private.db")
    let book = try record(path)
    // A transaction's files get the book's own mode.
    for file in [path, path + "-wal", path + "-shm"] {
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
      let bits = try #require(mode as? NSNumber).intValue
      #expect(bits & ~0o640 == 0, "\(file)")
      #expect(bits & 0o600 == 0o600, "\(file)")
    }
    withExtendedLifetime(book) {}
  }

  @Test("succeeds for eight at once on a book that is not there yet", arguments: 1...10)
  func eightAtOnce(round: Int) async throws {
    let path = folder.file("contested.db")
    let start = StartSignal()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          try await onThread {
            while !start.isGiven.load(ordering: .acquiring) { sched_yield() }
            let book = try Book(recording: path, time: openingTime, version: "9.8.7")
            _ = try SweepWriter(
              book, .handMade(name: "sweep-\(number)", isAsked: true),
              grid: try Grid.small(seeds: [1]))
          }
        }
      }
      start.isGiven.store(true, ordering: .releasing)
      try await group.waitForAll()
    }
    let book = try Book(reading: path)
    #expect(
      try book.connection.table("SELECT version FROM migration").rows.count
        == Migration.known.count)
    #expect(try book.sweepIDs().count == 8)
  }

  @Test("waits for whoever reads a file that is to become a book")
  func readerOfEmptyFile() async throws {
    let path = try folder.write([], to: "empty.db")
    let isReading = StartSignal()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await onThread {
          let reader = try Connection(path: path, access: .reading, wait: 0)
          try reader.execute("BEGIN; SELECT count(*) FROM sqlite_schema")
          isReading.isGiven.store(true, ordering: .releasing)
          usleep(200_000)
          try reader.execute("COMMIT")
        }
      }
      group.addTask {
        try await onThread {
          while !isReading.isGiven.load(ordering: .acquiring) { sched_yield() }
          _ = try Book(recording: path, time: openingTime, version: "9.8.7")
        }
      }
      try await group.waitForAll()
    }
    #expect(try Book(reading: path).sweepIDs() == [])
  }

  @Test("gives up on a book in use when the wait is over, and says that it is busy")
  func busyBook() throws {
    let path = folder.file("busy.db")
    let first = try record(path)
    try first.connection.execute("BEGIN IMMEDIATE")
    let second = try Book(recording: path, time: openingTime, version: "9.8.7", wait: 50)
    let error = #expect(throws: SQLiteError.self) {
      try SweepWriter(second, .handMade(name: "late"), grid: try Grid.small(seeds: [1]))
    }
    #expect(error?.kind == .busy)
    try first.connection.execute("ROLLBACK")
    #expect(throws: Never.self) {
      try SweepWriter(second, .handMade(name: "late"), grid: try Grid.small(seeds: [1]))
    }
  }
}
