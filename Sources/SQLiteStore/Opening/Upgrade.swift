import Glibc
import LoRASpectra

/// What was done to bring a book up to date.
package struct Upgrade: Equatable, Sendable {
  /// The schema version it had.
  package var from: Int64
  /// What it has seen now, in order.
  package var applied: [Migration]
  /// Where its copy from before lies, beside it; nil for a book that was empty.
  package var backup: String?
}

/// Brings a book up to date: all migrations that it has not seen in one transaction, or none.
struct Upgrader {
  let connection: Connection
  let path: String
  let migrations: [Migration]
  /// Now, in UTC and ISO 8601.
  let time: String
  /// The program's version, kept with each migration.
  let programVersion: String
  /// Whether a copy from before is put beside it.
  var keepsCopy = true
  /// Ends it where the book is as it was.
  var stop = StopCheck { false }
  /// How often a copy is made anew because another process wrote while it was made.
  private static let mostCopies = 5

  /// Applies what the book has not seen, having put a copy of it beside it.
  ///
  /// - Returns: nil where another process was first.
  /// - Throws: `BookError`, `SQLiteError`; the book is then as it was and has no new copy, unless what failed
  ///   was the commit, or the look at what it left.
  func upgrade() throws -> Upgrade? {
    // Dropping a table deletes what refers to it where foreign keys are enforced, and inside a transaction
    // the switch does nothing (sqlite.org/lang_altertable.html, 7).
    try connection.execute(Statements.leaveForeignKeys)
    try connection.execute(Statements.renameTablesAlone)
    defer { try? connection.execute(Statements.configure) }
    for _ in 0..<Self.mostCopies {
      let version = try connection.identity().version
      guard version < Int64(migrations.count) else { return nil }
      let seen = try dataVersion()
      let backup = version > 0 && keepsCopy ? try copy(of: version) : nil
      do {
        return try connection.transaction {
          try stop.check()
          let isStill = try connection.identity().version == version
          guard try isStill && (backup == nil || dataVersion() == seen) else { throw Overtaken() }
          let pending = migrations.filter { $0.version > version }
          if pending == Migration.known {
            try makeNewBook()
          } else {
            try pending.forEach(apply)
          }
          return Upgrade(from: version, applied: pending, backup: backup)
        }
      } catch {
        // A commit that failed may have been made all the same: then the copy is all there is of what was.
        let isOvertaken = error is Overtaken
        if let backup, isOvertaken || (try? connection.identity().version) == version {
          unlink(backup)
        }
        guard isOvertaken else { throw error }
      }
    }
    throw BookError.neverStill(path: path)
  }

  /// Another process wrote between the copy and the transaction.
  private struct Overtaken: Error {}

  private func apply(_ migration: Migration) throws {
    func failure(_ reason: String) -> BookError {
      .migrationFails(
        path: path, version: migration.version, name: migration.name, reason: reason)
    }
    do {
      try connection.stopping(stop) { try connection.execute(migration.sql) }
    } catch let error as SQLiteError where error.kind == .other {
      // Tables, views or indexes that somebody added may stand in its way.
      throw failure(error.message)
    }
    let faults = try connection.table(Statements.foreignKeyFaults).rows.count
    guard faults == 0 else { throw failure("\(faults) rows would refer to what is not there") }
    try record(migration)
  }

  /// Makes of an empty file what the known migrations make of it, at once: most of what they do is done to
  /// tables that are not there in the end.
  private func makeNewBook() throws {
    try connection.stopping(stop) { try connection.execute(EmbeddedSQL.newBook) }
    try Migration.known.forEach(record)
  }

  private func record(_ migration: Migration) throws {
    try connection.run(
      Statements.insertMigration,
      [
        "version": .integer(migration.version), "name": .text(migration.name),
        "sha256": .text(migration.sha256), "applied_at": .text(time),
        "lorabook_version": .text(programVersion),
      ])
  }

  private func dataVersion() throws -> Int64 {
    var version: Int64 = 0
    try connection.rows(Statements.dataVersion) { version = $0.integer(0) }
    return version
  }

  /// Copies the book beside itself: `book.db.schema-1.backup`, with a number where that is taken.
  private func copy(of version: Int64) throws -> String {
    var number = 1
    while true {
      let name = "\(path).schema-\(version)\(number == 1 ? "" : "-\(number)").backup"
      do {
        try connection.copy(to: name, of: path, stop: stop)
        return name
      } catch BookError.copyExists {
        number += 1
      }
    }
  }
}
