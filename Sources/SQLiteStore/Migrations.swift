import LoRASpectra

/// The book's schema, a version at a time: `migrations/`, in the order of the file names.
struct Migration {
  var version: Int64
  var name: String
  var sha256: String
  var sql: String

  /// Every migration this program knows.
  static let known = EmbeddedSQL.migrations.enumerated().map { index, file in
    Migration(version: Int64(index) + 1, name: file.name, sha256: file.sha256, sql: file.sql)
  }
}

extension Connection {
  /// Applies what the book has not seen, each migration with the row that records it in one transaction.
  ///
  /// - Parameter time: when, in UTC and ISO 8601.
  func migrate(_ migrations: [Migration], time: String, version: String) throws {
    for migration in migrations {
      try transaction {
        // Another process may have been first while this one waited for the lock.
        guard try identity().version < migration.version else { return }
        try execute(migration.sql)
        try run(
          Statements.insertMigration,
          [
            "version": .integer(migration.version), "name": .text(migration.name),
            "sha256": .text(migration.sha256), "applied_at": .text(time),
            "lorabook_version": .text(version),
          ])
      }
    }
  }

  /// Compares the migrations that the book has seen with the known ones.
  ///
  /// - Throws: `BookError.migrationDiffers` at the first that is missing or not the same.
  func checkMigrations(_ migrations: [Migration], upTo version: Int64, path: String) throws {
    let applied = try table(Statements.appliedMigrations)
    for migration in migrations where migration.version <= version {
      let row = applied.rows.first {
        applied.value("version", in: $0) == .integer(migration.version)
      }
      guard let row, applied.value("sha256", in: row) == .text(migration.sha256) else {
        throw BookError.migrationDiffers(
          path: path, version: migration.version, name: migration.name)
      }
    }
  }

  /// Whose file it is, of which version, and how many tables, indexes and views it holds.
  func identity() throws -> (application: Int64, version: Int64, objects: Int64) {
    var found: (application: Int64, version: Int64, objects: Int64) = (0, 0, 0)
    try rows(Statements.identify) { found = ($0.integer(0), $0.integer(1), $0.integer(2)) }
    return found
  }
}
