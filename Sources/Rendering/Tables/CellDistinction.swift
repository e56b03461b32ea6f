import LoRASpectra

/// Tells cells apart that have the same profile, shape, noise level, α, rank and rule: by the scale
/// of a label, by how they were trained, by a user's parameters.
struct CellDistinction {
  /// The columns in which such cells differ.
  let columns: [String]
  private let id: String
  private let texts: [Value: String]

  /// Columns of a cell that are settings with a place of their own, or no settings.
  private static let others: Set = [
    "profile", "d", "k", "shape", "noise", "alpha", "rank", "rule", "scale", "n", "error",
    "truncation_error", "variance_captured", "cell_id", "place",
  ]

  /// - Parameters:
  ///   - cells: the cells, with the columns that tell them apart.
  ///   - id: the column that numbers them.
  init(_ cells: ResultTable, id: String = "cell_id") {
    self.id = id
    let settings = ["profile", "d", "k", "noise", "alpha", "rank", "rule"]
    let further = cells.columns.filter { !CellDistinction.others.contains($0) }
    var groups: [[Value]: [[Value]]] = [:]
    if !further.isEmpty {
      for row in cells.rows {
        groups[settings.map { cells.value($0, in: row) }, default: []].append(row)
      }
    }
    var texts: [Value: String] = [:]
    var used: Set<String> = []
    for rows in groups.values where rows.count > 1 {
      let varying = further.filter { column in
        Set(rows.map { cells.value(column, in: $0) }).count > 1
      }
      used.formUnion(varying)
      for row in rows {
        let parts = varying.map { column in
          let value = cells.value(column, in: row)
          let text = value == .absent ? "none" : value.plainText
          return "\(CellDistinction.heading(of: column)) = \(text)"
        }
        texts[cells.value(id, in: row)] = parts.joined(separator: ", ")
      }
    }
    columns = further.filter(used.contains)
    self.texts = texts
  }

  /// `lr` for the parameter `param.lr`, `s` for the scale of a label.
  static func heading(of column: String) -> String {
    if column == "label_scale" { return "s" }
    return column.utf8.starts(with: "param.".utf8) ? String(column.dropFirst(6)) : column
  }

  /// Tells no cells apart.
  static let none = CellDistinction(ResultTable(columns: [], rows: []))

  /// How a row's cell differs from those with the same settings, such as `s = 0.5`; empty if there
  /// are none.
  func text(of row: [Value], in table: ResultTable) -> String {
    texts[table.value(id, in: row)] ?? ""
  }
}
