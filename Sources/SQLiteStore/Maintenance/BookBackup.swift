import LoRASpectra

/// What a backup holds.
package struct Backup: Equatable, Sendable {
  /// How many sweeps.
  package var sweeps: Int64
  /// How many runs, as the sweeps count them.
  package var runs: Double
}

extension Book {
  /// Copies a book of this version or an older one, as it is at one moment, to a new file; others may record
  /// meanwhile. The copy is read back whole before it appears.
  ///
  /// - Parameter shouldStop: asked again and again; what it ends leaves no file.
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
