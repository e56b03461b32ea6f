import LoRASpectra

/// The cells of real and of drawn updates, so that both can stand at one place.
///
/// Real weights have neither a profile nor a noise level, and under the rule `unit` no α: there
/// these settings are left out of places, and drawn updates that differ in them are pooled.
struct MeasuredBesideDrawn {
  /// The cells.
  let cells: ResultTable
  /// What is pooled, as a sentence; nil if nothing is.
  let note: String?

  init(_ cells: ResultTable) {
    let measured = cells.rows.count { cells.value("source", in: $0) == .text("measure") }
    guard measured > 0, measured < cells.rows.count else {
      self.cells = cells
      note = nil
      return
    }
    var pooled = cells
    var isPooled = false
    let columns = ["profile", "noise", "alpha"].compactMap { name in
      cells.columns.firstIndex(of: name).map { (name, $0) }
    }
    pooled.rows = cells.rows.map { row in
      guard cells.value("source", in: row) != .text("measure") else { return row }
      var row = row
      let isUnit = cells.value("rule", in: row) == .text("unit")
      for (name, index) in columns where name != "alpha" || isUnit {
        isPooled = isPooled || row[index] != .absent
        row[index] = .absent
      }
      return row
    }
    self.cells = pooled
    note =
      isPooled
      ? "real weights have no profile and no noise level, so drawn updates of all of them are pooled"
      : nil
  }
}
