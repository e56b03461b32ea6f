import LoRASpectra

/// One version of the book's schema: a file of `migrations/`, applied in the order of their names.
package struct Migration: Equatable, Sendable {
  /// Its number, from 1; `PRAGMA user_version` of a book after it.
  package var version: Int64
  /// The file's name without its ending.
  package var name: String
  var sha256: String
  var sql: String

  /// All migrations of this program.
  static let known = EmbeddedSQL.migrations.enumerated().map { index, file in
    Migration(version: Int64(index) + 1, name: file.name, sha256: file.sha256, sql: file.sql)
  }

  /// The first version whose views stand in `views/`, not in its migrations.
  static let firstWithViews: Int64 = 3

  /// A summary: the first sentence of the comment at the start of its file.
  package var summary: String {
    let comment = sql.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0.hasPrefix("--") }
      .map { String($0.dropFirst(2).drop { $0 == " " }) }
      .joined(separator: " ")
    return comment.split(separator: ". ").first.map(String.init) ?? comment
  }
}

extension Connection {
  /// Makes all views, where the last of the migrations is the last there is.
  ///
  /// Views stand in `views/`, one a file. One that is changed comes with a migration, whose first lines drop those that
  /// a book has from before: a book that is more than one version behind has none yet.
  func makeViews(of migrations: [Migration]) throws {
    guard migrations.last == Migration.known.last else { return }
    for view in EmbeddedSQL.views { try execute(view.sql) }
  }

  /// Compares the migrations that the book has seen with the known ones.
  ///
  /// - Throws: `BookError.migrationDiffers` at the first that is missing or different.
  func checkMigrations(_ migrations: [Migration], upTo version: Int64, path: String) throws {
    guard version > 0 else { return }
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

  /// The file's application id and schema version, and its number of tables, indexes and views.
  func identity() throws -> (application: Int64, version: Int64, objects: Int64) {
    var found: (application: Int64, version: Int64, objects: Int64) = (0, 0, 0)
    try rows(Statements.identify) { found = ($0.integer(0), $0.integer(1), $0.integer(2)) }
    return found
  }
}
