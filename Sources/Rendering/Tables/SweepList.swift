import LoRASpectra

/// The sweeps of a book as `ls` lists them for people: one line each.
package enum SweepList {
  /// The columns `id, name, status, runs, planned, started, seconds, tags, note`, without those
  /// that are empty in every row: the planned runs only if runs are missing, the start to the
  /// minute (UTC).
  ///
  /// - Parameter table: columns `sweep_id, name, status, recorded_runs, planned_runs, started_at,
  ///   seconds,
  ///   tags, note`; others are ignored.
  package static func glance(_ table: ResultTable) -> ResultTable {
    let shown: [(name: String, value: ([Value]) -> Value)] = [
      ("id", { table.value("sweep_id", in: $0) }),
      ("name", { table.value("name", in: $0) }),
      ("status", { table.value("status", in: $0) }),
      ("runs", { table.value("recorded_runs", in: $0) }),
      (
        "planned",
        { row in
          let planned = table.value("planned_runs", in: row)
          return planned == table.value("recorded_runs", in: row) ? .absent : planned
        }
      ),
      ("started", { minute(table.value("started_at", in: $0)) }),
      ("seconds", { seconds(table.value("seconds", in: $0)) }),
      ("tags", { table.value("tags", in: $0) }),
      ("note", { table.value("note", in: $0) }),
    ]
    let told = shown.filter { column in
      ["id", "name", "status"].contains(column.name)
        || table.rows.contains { ![.absent, .text("")].contains(column.value($0)) }
    }
    return ResultTable(
      columns: told.map(\.name), rows: table.rows.map { row in told.map { $0.value(row) } })
  }

  /// `2026-01-31T12:34:56.789Z` as `2026-01-31 12:34`.
  private static func minute(_ time: Value) -> Value {
    guard let text = time.text, text.utf8.count > 16, text.contains("T") else { return time }
    return .text(String(text.prefix(16)).replacing("T", with: " "))
  }

  /// Rounded to whole seconds if there are many.
  private static func seconds(_ time: Value) -> Value {
    guard case .real(let seconds) = time, seconds.isFinite else { return time }
    let unit = seconds < 10 ? 100.0 : seconds < 100 ? 10 : 1
    return .real((seconds * unit).rounded() / unit)
  }
}
