import LoRASpectra

/// The book's schema, a version at a time: `migrations/`, in the order of the file names.
package struct Migration: Equatable, Sendable {
  /// Its place in the order, from 1; `PRAGMA user_version` of a book that has seen it.
  package var version: Int64
  /// The file's name without its ending.
  package var name: String
  var sha256: String
  var sql: String

  /// Every migration this program knows.
  static let known = EmbeddedSQL.migrations.enumerated().map { index, file in
    Migration(version: Int64(index) + 1, name: file.name, sha256: file.sha256, sql: file.sql)
  }

  /// What it does: the first sentence of the comment at its file's start.
  package var summary: String {
    let comment = sql.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0.hasPrefix("--") }
      .map { String($0.dropFirst(2).drop { $0 == " " }) }
      .joined(separator: " ")
    return comment.split(separator: ". ").first.map(String.init) ?? comment
  }
}

extension Connection {
  /// Compares the migrations that the book has seen with the known ones.
  ///
  /// - Throws: `BookError.migrationDiffers` at the first that is missing or not the same.
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

  /// Whose file it is, of which version, and how many tables, indexes and views it holds.
  func identity() throws -> (application: Int64, version: Int64, objects: Int64) {
    var found: (application: Int64, version: Int64, objects: Int64) = (0, 0, 0)
    try rows(Statements.identify) { found = ($0.integer(0), $0.integer(1), $0.integer(2)) }
    return found
  }
}
