import CSQLite

/// Ends a running statement when it is asked to.
final class StopCheck {
  private let shouldStop: () -> Bool

  init(_ shouldStop: @escaping () -> Bool) { self.shouldStop = shouldStop }

  func watch(_ connection: Connection) {
    connection.stop = self
    // Every so many instructions of SQLite's machine: often enough for a person, rarely enough to cost nothing.
    sqlite3_progress_handler(
      connection.handle, 10_000,
      { context in
        guard let context else { return 0 }
        return Unmanaged<StopCheck>.fromOpaque(context).takeUnretainedValue().shouldStop() ? 1 : 0
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Throws what SQLite does of a statement that was ended, where it is asked to: for what is no statement.
  func check() throws {
    if shouldStop() { throw SQLiteError(nil, code: SQLITE_INTERRUPT) }
  }
}

extension Connection {
  /// Runs `body`, whose statements end with an error of the kind `interrupted` once `stop` says so.
  func stopping<Result>(_ stop: StopCheck, _ body: () throws -> Result) throws -> Result {
    stop.watch(self)
    defer {
      sqlite3_progress_handler(handle, 0, nil, nil)
      self.stop = nil
    }
    return try body()
  }
}
