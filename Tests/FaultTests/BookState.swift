import Foundation
import LoRASpectra

@testable import SQLiteStore

/// The contents of a book as a user sees them, except how its sweeps ended.
enum BookState: Equatable, CustomStringConvertible {
  case none
  case rows([[Value]])

  init(of path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      self = .none
      return
    }
    let connection = try Connection(path: path, access: .reading, wait: 1000)
    guard try connection.identity().objects > 0 else {
      self = .none
      return
    }
    var rows: [[Value]] = []
    for sql in [
      "SELECT * FROM runs ORDER BY run_id",
      "SELECT * FROM spectra ORDER BY recording_id, position",
      """
      SELECT sweep_id, uuid, name, source, planned_runs, recorded_runs, spec, tags, note, host
      FROM sweeps ORDER BY sweep_id
      """,
      """
      SELECT cell_id, metric, n, mean, squared_deviations
      FROM cell_summary ORDER BY cell_id, metric
      """,
    ] { rows += try connection.table(sql).rows }
    // Older books have no trainings and no modules.
    let views = try connection.table("SELECT name FROM sqlite_schema WHERE name = 'trainings'")
    if !views.rows.isEmpty {
      rows += try connection.table("SELECT * FROM trainings ORDER BY run_id").rows
      rows += try connection.table("SELECT * FROM curves ORDER BY run_id, step").rows
      rows += try connection.table("SELECT * FROM modules ORDER BY sweep_id, module").rows
    }
    self = .rows(rows)
  }

  var description: String {
    switch self {
    case .none: "no book"
    case .rows(let rows): "\(rows.count) rows, \(rows.hashValue)"
    }
  }
}
