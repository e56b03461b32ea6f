import CSQLite

extension Connection {
  /// Limits what a book can do to its reader: it may come from a stranger, and must be treated as
  /// data alone (sqlite.org/security.html).
  func harden(_ access: Access) throws {
    for (which, on) in [
      (SQLITE_DBCONFIG_DEFENSIVE, Int32(1)), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
      (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0), (SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0),
      (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0), (SQLITE_DBCONFIG_DQS_DML, 0),
      (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0),
    ] {
      try check(lorabook_db_switch(handle, Int32(which), on))
    }
    for (which, most) in Connection.limits { sqlite3_limit(handle, which, most) }
    // VACUUM attaches a file as well.
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, access == .asking ? 0 : 2)
  }

  /// The limits of a statement or a schema, each far above what a person writes.
  private static let limits: [(Int32, Int32)] = [
    // Bytes of one text or blob.
    (SQLITE_LIMIT_LENGTH, 64 << 20),
    (SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
    // Recursion, and so the stack, while a statement is parsed.
    (SQLITE_LIMIT_EXPR_DEPTH, 500),
    (SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (SQLITE_LIMIT_COLUMN, 1000),
    (SQLITE_LIMIT_VDBE_OP, 1_000_000),
    (SQLITE_LIMIT_VARIABLE_NUMBER, 1000),
    (SQLITE_LIMIT_FUNCTION_ARG, 100),
    // Matching a pattern cannot be interrupted.
    (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
    (SQLITE_LIMIT_TRIGGER_DEPTH, 10),
    (SQLITE_LIMIT_WORKER_THREADS, 0),
  ]
}
