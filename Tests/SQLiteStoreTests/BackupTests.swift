import Foundation
import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("A backup")
struct BackupTests {
  let open: OpenBook
  let copy: String

  init() throws {
    open = try OpenBook()
    copy = open.folder.file("copy.db")
    let grid = try Grid.handMade()
    try open.start(grid, name: "kept").record(grid.measuredUpdates())
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: open.folder.path).sorted()
      .filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
  }

  private func rows(_ path: String, _ sql: String) throws -> [[Value]] {
    try Connection(path: path, access: .asking, wait: 0).table(sql).rows
  }

  @Test("is the book with all that is only in its log yet, and is a book that takes more")
  func isTheBook() throws {
    let log = try FileManager.default.attributesOfItem(atPath: open.path + "-wal")[.size]
    #expect(try #require(log as? Int) > 0)
    let backup = try Book.backUp(open.path, to: copy)
    #expect(backup == Backup(sweeps: 1, runs: 288))
    let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o640)
    #expect(try files() == ["book.db", "copy.db"])
    for sql in [
      "SELECT * FROM runs ORDER BY run_id", "SELECT * FROM sweep",
      "SELECT * FROM spectra ORDER BY update_id, position", "SELECT * FROM cell_summary",
      "SELECT * FROM sqlite_schema ORDER BY name", "PRAGMA user_version", "PRAGMA application_id",
    ] {
      #expect(try rows(copy, sql) == open.rows(sql), "\(sql)")
    }
    #expect(try rows(copy, "PRAGMA integrity_check") == [[.text("ok")]])
    #expect(try rows(copy, "PRAGMA foreign_key_check") == [])
    let again = try Book(recording: copy, time: openingTime, version: "9.8.7")
    let grid = try Grid.small(seeds: [9])
    try SweepWriter(again, .handMade(name: "more"), grid: grid).record(grid.measuredUpdates())
    #expect(try again.sweepIDs() == [1, 2])
  }

  @Test("of a book of every released version leaves it as it is", arguments: UpgradeTests.released)
  func olderBook(version: Int64) throws {
    let older = open.folder.file("older.db")
    let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/books/version-\(version).book")
    try FileManager.default.copyItem(atPath: fixture.path, toPath: older)
    let before = try bytes(of: older)
    #expect(try Book.backUp(older, to: copy).sweeps == 5)
    #expect(try bytes(of: older) == before)
    #expect(try rows(copy, "PRAGMA user_version") == [[.integer(version)]])
    let sql = "SELECT * FROM runs ORDER BY run_id"
    #expect(try rows(copy, sql) == rows(older, sql))
  }

  @Test("is made of a book that SQLite may only read, and of one taken as it lies")
  func readOnlyBook() throws {
    let plain = open.folder.file("plain.db")
    _ = try Book.backUp(open.path, to: plain)
    for (number, connection) in [
      try Connection(path: plain, access: .asking, wait: 0),
      try Connection(path: plain, access: .reading, wait: 0, immutable: true),
    ].enumerated() {
      try connection.copy(to: copy + "\(number)", of: "a book")
      let sql = "SELECT * FROM runs ORDER BY run_id"
      #expect(try rows(copy + "\(number)", sql) == open.rows(sql))
    }
  }

  @Test("never takes the place of anything, or the log of a file that is gone")
  func placeIsTaken() throws {
    let manager = FileManager.default
    _ = try open.folder.write(Array("mine".utf8), to: "file")
    try manager.createSymbolicLink(
      atPath: open.folder.file("dangling"), withDestinationPath: open.folder.file("nowhere"))
    try manager.createSymbolicLink(
      atPath: open.folder.file("alias"), withDestinationPath: open.path)
    try manager.linkItem(atPath: open.path, toPath: open.folder.file("twin"))
    try manager.createDirectory(
      atPath: open.folder.file("folder"), withIntermediateDirectories: false)
    let before = try files()
    for name in ["file", "dangling", "alias", "twin", "folder", "book.db"] {
      let path = open.folder.file(name)
      #expect(throws: BookError.copyExists(path: path)) { try Book.backUp(open.path, to: path) }
    }
    for ending in ["-wal", "-journal"] {
      _ = try open.folder.write(Array("old".utf8), to: "copy.db" + ending)
      #expect(throws: BookError.copyExists(path: copy + ending)) {
        try Book.backUp(open.path, to: copy)
      }
      try manager.removeItem(atPath: copy + ending)
    }
    #expect(try files() == before)
    #expect(try bytes(of: open.folder.file("file")) == Array("mine".utf8))
    let missing = open.folder.file("no/copy.db")
    let error = #expect(throws: BookError.self) { try Book.backUp(open.path, to: missing) }
    guard case .cannotCreate(missing, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("that is asked to stop, wherever it is, leaves nothing")
  func stopped() throws {
    let before = try files()
    var stops = 0
    while true {
      var asked = 0
      do {
        _ = try Book.backUp(open.path, to: copy) {
          asked += 1
          return asked > stops
        }
        break
      } catch let error as SQLiteError {
        #expect(error.kind == .interrupted)
        #expect(try files() == before)
        stops += 1
      }
    }
    #expect(stops > 1)
    #expect(try files() == (before + ["copy.db"]).sorted())
  }

  @Test("of a damaged book is refused, and is not there")
  func damagedBook() throws {
    let plain = open.folder.file("plain.db")
    _ = try Book.backUp(open.path, to: plain)
    try Connection(path: plain, access: .writing, wait: 0).execute(
      "PRAGMA ignore_check_constraints = ON; UPDATE delta SET seed = -1 WHERE update_id = 3")
    let error = #expect(throws: BookError.self) { try Book.backUp(plain, to: copy) }
    guard case .damaged(plain, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try files() == ["book.db", "plain.db"])
  }

  @Test("goes to its place as the file system allows, unless something is there by then")
  func noLinks() throws {
    func draft(_ path: String) throws -> DraftFile {
      let draft = try DraftFile(for: path, access: DraftFile.Access(mode: 0o600))
      try draft.fill { try $0.execute("CREATE TABLE whole (a)") }
      return draft
    }
    func refusing(_ code: Int32) -> (String, String) -> Int32 {
      { _, _ in
        errno = code
        return -1
      }
    }
    let ways: [(DraftFile) throws -> Void] = [
      { try $0.place(renameNew: refusing(EINVAL), link: refusing(EPERM)) },
      { try $0.place(renameNew: refusing(EINVAL)) },
      { try $0.place() },
    ]
    for way in ways {
      try way(draft(copy))
      #expect(try rows(copy, "SELECT name FROM sqlite_schema") == [[.text("whole")]])
      #expect(Book.names(of: copy) == 1)
      #expect(try files() == ["book.db", "copy.db"])
      try FileManager.default.removeItem(atPath: copy)
    }
    try ways[0](draft(copy))
    let before = try bytes(of: copy)
    for way in ways {
      #expect(throws: BookError.copyExists(path: copy)) { try way(draft(copy)) }
    }
    #expect(try bytes(of: copy) == before)
    #expect(try files() == ["book.db", "copy.db"])
  }
}
