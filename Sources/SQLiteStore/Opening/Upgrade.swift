import Glibc
import LoRASpectra

/// The upgrade of a book to the current schema.
package struct Upgrade: Equatable, Sendable {
  /// The earlier schema version.
  package var from: Int64
  /// The migrations applied, in order.
  package var applied: [Migration]
  /// The path of the copy made before the upgrade; nil for a book that was empty.
  package var backup: String?
}

/// Upgrades a book: applies all missing migrations in one transaction, or none.
struct Upgrader {
  let connection: Connection
  let path: String
  let migrations: [Migration]
  /// Now, in UTC and ISO 8601.
  let time: String
  /// The program's version, recorded with each migration.
  let programVersion: String
  /// Whether a copy is made first.
  var keepsCopy = true
  /// Stops the upgrade and leaves the book unchanged.
  var stop = StopCheck { false }
  /// How often a copy is repeated because another process wrote meanwhile.
  private static let mostCopies = 5

  /// Copies the book to a file beside it, then applies the missing migrations.
  ///
  /// - Returns: nil if another process was first.
  /// - Throws: `BookError`, `SQLiteError`; the book is then unchanged and has no new copy, unless
  ///   the commit
  ///   failed, or the check after it.
  func upgrade() throws -> Upgrade? {
    // With foreign keys enforced, dropping a table deletes the rows that refer to it, and inside a
    // transaction the switch has no effect (sqlite.org/lang_altertable.html, 7).
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
            try checkNamesOfViews(version)
            try pending.forEach(apply)
            if let last = pending.last { try makeViews(after: last) }
          }
          return Upgrade(from: version, applied: pending, backup: backup)
        }
      } catch {
        // A commit that reported an error may have succeeded: then the copy is the only record of
        // the earlier state.
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
    try blaming(migration) {
      try connection.stopping(stop) { try connection.execute(migration.sql) }
    }
    let faults = try connection.table(Statements.foreignKeyFaults).rows.count
    guard faults == 0 else {
      throw failure(of: migration, "\(faults) rows would refer to what is not there")
    }
    try record(migration)
  }

  /// Refuses an object of somebody's own with the name of a view: migrations that come after the third drop the
  /// views of before by their names.
  private func checkNamesOfViews(_ version: Int64) throws {
    guard migrations.last == Migration.known.last, version < Migration.firstWithViews,
      let first = migrations.first(where: { $0.version == Migration.firstWithViews })
    else { return }
    let own = try BookSchema.made(by: migrations.filter { $0.version <= version }).objects
    let names = Set(EmbeddedSQL.views.map(\.name)).subtracting(own.map(\.name))
    if let taken = try BookSchema(connection).objects.first(where: {
      names.contains($0.name.lowercased())
    }) {
      throw failure(of: first, "\(taken.type) \(taken.name) already exists")
    }
  }

  private func makeViews(after migration: Migration) throws {
    try blaming(migration) { try connection.makeViews(of: migrations) }
  }

  /// Names the migration in whose way tables, views or indexes stand that somebody added.
  private func blaming(_ migration: Migration, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as SQLiteError where error.kind == .other {
      throw failure(of: migration, error.message)
    }
  }

  private func failure(of migration: Migration, _ reason: String) -> BookError {
    .migrationFails(path: path, version: migration.version, name: migration.name, reason: reason)
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

  /// Copies the book to a file beside it: `book.db.schema-1.backup`, with a number if that exists.
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
