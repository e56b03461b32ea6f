import CSQLite

/// Interrupts a running statement on request.
final class StopCheck {
  private let shouldStop: () -> Bool

  init(_ shouldStop: @escaping () -> Bool) { self.shouldStop = shouldStop }

  func watch(_ connection: Connection) {
    connection.stop = self
    // The number of SQLite's virtual machine instructions between polls: often enough for a person,
    // and rarely enough to cost nothing.
    sqlite3_progress_handler(
      connection.handle, 10_000,
      { context in
        guard let context else { return 0 }
        return Unmanaged<StopCheck>.fromOpaque(context).takeUnretainedValue().shouldStop() ? 1 : 0
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Throws the error of an interrupted statement, if asked to stop: for work outside statements.
  func check() throws {
    if shouldStop() { throw SQLiteError(nil, code: SQLITE_INTERRUPT) }
  }
}

extension Connection {
  /// Runs `body`; its statements end with an error of the kind `interrupted` when `stop` returns
  /// true.
  func stopping<Result>(_ stop: StopCheck, _ body: () throws -> Result) throws -> Result {
    stop.watch(self)
    defer {
      sqlite3_progress_handler(handle, 0, nil, nil)
      self.stop = nil
    }
    return try body()
  }
}
