import LoRASpectra

extension Book {
  /// The modules that a sweep measured, in the order of its items, with what was found of each.
  ///
  /// - Throws: `SQLiteError`.
  package func modules(ofSweep id: Int64) throws -> ResultTable {
    try connection.table(Statements.modulesOfSweep, ["sweep_id": .integer(id)])
  }

  /// The modules of a sweep whose update is more than half as large as the base, with ‖ΔW‖/‖W‖, the
  /// largest first.
  ///
  /// - Throws: `SQLiteError`.
  package func largeUpdates(ofSweep sweepID: Int64) throws -> [(module: String, ratio: Double)] {
    var large: [(module: String, ratio: Double)] = []
    try connection.rows(Statements.largeUpdates, ["sweep_id": .integer(sweepID)]) {
      large.append((try $0.text(0), $0.real(1)))
    }
    return large
  }
}
