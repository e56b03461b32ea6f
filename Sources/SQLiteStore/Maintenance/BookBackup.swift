import LoRASpectra

/// The contents of a backup.
package struct Backup: Equatable, Sendable {
  /// Number of sweeps.
  package var sweeps: Int64
  /// Number of runs, as the sweeps count them.
  package var runs: Double
}

extension Book {
  /// Copies a snapshot of a book, of this version or an older one, to a new file; others may record
  /// meanwhile. The copy is read back in full before it appears.
  ///
  /// - Parameter shouldStop: polled; when it returns true, the copy ends and leaves no file.
  /// - Throws: `BookError`, `SQLiteError`.
  package static func backUp(
    _ path: String, to target: String, wait: Int32 = Book.defaultWait,
    shouldStop: @escaping () -> Bool = { false }
  ) throws -> Backup {
    let connection = try connectToAnyVersion(path, wait)
    var backup = Backup(sweeps: 0, runs: 0)
    try connection.copy(to: target, of: path, stop: StopCheck(shouldStop)) { copy in
      try copy.rows(Statements.countSweeps) { row in
        backup = Backup(sweeps: row.integer(0), runs: row.real(1))
      }
    }
    return backup
  }
}
