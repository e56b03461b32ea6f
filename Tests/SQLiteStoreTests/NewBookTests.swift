import Testing
import TestSupport

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
}
