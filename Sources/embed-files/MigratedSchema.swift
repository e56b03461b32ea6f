import CSQLite

/// The schema that migrations give an empty file, found by applying them to one.
enum MigratedSchema {
  /// A table, view or index as SQLite stores it.
  struct Object {
    var type, name, table: String
    /// Absent if SQLite made the index for a constraint.
    var sql: String?
  }

  /// SQLite refused a migration, or the statement for the objects is missing.
  struct Refusal: Error {
    var message: String
  }

  /// The objects after each of the migrations, and a script that creates those after the last one.
  ///
  /// - Parameters:
  ///   - question: the statement that returns the objects' type, name, table and SQL.
  ///   - retelling: the statement that returns the script's lines.
  static func behindEach(
    of migrations: [String], views: [String], renaming: String, asking question: String,
    retelling: String
  ) throws -> (objects: [[Object]], script: String) {
    var connection: OpaquePointer?
    defer { sqlite3_close(connection) }
    try check(sqlite3_open(":memory:", &connection), connection)
    // As a book is upgraded: what refers to a table keeps its name when the table is renamed.
    try check(sqlite3_exec(connection, renaming, nil, nil, nil), connection)
    let objects = try migrations.enumerated().map { index, sql in
      try check(sqlite3_exec(connection, sql, nil, nil, nil), connection)
      for view in index == migrations.count - 1 ? views : [] {
        try check(sqlite3_exec(connection, view, nil, nil, nil), connection)
      }
      return try rows(of: question, connection).map { row in
        Object(type: row[0] ?? "", name: row[1] ?? "", table: row[2] ?? "", sql: row[3])
      }
    }
    let lines = try rows(of: retelling, connection).compactMap { $0[0] }
    return (objects, lines.joined(separator: "\n"))
  }

  private static func rows(
    of question: String, _ connection: OpaquePointer?
  ) throws -> [[String?]] {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    try check(sqlite3_prepare_v2(connection, question, -1, &statement, nil), connection)
    var rows: [[String?]] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      rows.append(
        (0..<sqlite3_column_count(statement)).map { column in
          sqlite3_column_text(statement, column).map { String(cString: $0) }
        })
    }
    try check(sqlite3_reset(statement), connection)
    return rows
  }

  private static func check(_ code: Int32, _ connection: OpaquePointer?) throws {
    guard code == SQLITE_OK else {
      throw Refusal(message: String(cString: sqlite3_errmsg(connection)))
    }
  }
}
