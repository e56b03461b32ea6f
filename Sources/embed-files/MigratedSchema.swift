import CSQLite

/// What migrations make of an empty file, found by applying them to one.
enum MigratedSchema {
  /// A table, view or index as SQLite keeps it.
  struct Object {
    var type, name, table: String
    /// Absent where SQLite made it for a constraint.
    var sql: String?
  }

  /// SQLite refused a migration, or there is no question to ask.
  struct Refusal: Error {
    var message: String
  }

  /// The objects behind each of the migrations.
  ///
  /// - Parameter question: the statement that gives their type, name, table and SQL.
  static func behindEach(
    of migrations: [String], asking question: String
  ) throws -> [[Object]] {
    var connection: OpaquePointer?
    defer { sqlite3_close(connection) }
    try check(sqlite3_open(":memory:", &connection), connection)
    return try migrations.map { sql in
      try check(sqlite3_exec(connection, sql, nil, nil, nil), connection)
      return try objects(connection, question)
    }
  }

  private static func objects(
    _ connection: OpaquePointer?, _ question: String
  ) throws -> [Object] {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    try check(sqlite3_prepare_v2(connection, question, -1, &statement, nil), connection)
    var objects: [Object] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      func text(_ column: Int32) -> String? {
        sqlite3_column_text(statement, column).map { String(cString: $0) }
      }
      objects.append(
        Object(type: text(0) ?? "", name: text(1) ?? "", table: text(2) ?? "", sql: text(3)))
    }
    return objects
  }

  private static func check(_ code: Int32, _ connection: OpaquePointer?) throws {
    guard code == SQLITE_OK else {
      throw Refusal(message: String(cString: sqlite3_errmsg(connection)))
    }
  }
}
