import LoRASpectra

/// The columns of a table for people: d and k as one shape, and, where room is short, the most
/// telling ones alone.
package struct TableGlance {
  private enum Cell {
    case column(Int)
    /// The columns of d and k.
    case shape(Int, Int)
  }

  /// The names of the columns that are shown.
  package let columns: [String]
  /// The number of columns that are left out.
  package let hiddenColumns: Int
  private let cells: [Cell]

  /// The same without its last column.
  package var withoutLast: TableGlance {
    TableGlance(columns.dropLast(), cells.dropLast(), hiddenColumns: hiddenColumns + 1)
  }

  private init(_ columns: [String], _ cells: [Cell], hiddenColumns: Int) {
    self.columns = columns
    self.cells = cells
    self.hiddenColumns = hiddenColumns
  }

  /// The settings of a run: a table that leaves out one that varies would show different runs as
  /// the same.
  private static let settings: Set<String> = [
    "profile", "shape", "noise", "seed", "rank", "alpha", "rule", "optimizer", "init", "schedule",
    "batch", "learning_rate", "rate_choice",
  ]

  /// - Parameters:
  ///   - columns: the columns of the rows.
  ///   - rows: the rows that are shown.
  ///   - names: the columns to show, with `shape` for d and k, beside the settings that differ among
  ///     the rows; nil for all. Names that are no columns are passed over.
  package init(_ columns: [String], _ rows: [[Value]], showing names: [String]? = nil) {
    var all: [(name: String, cell: Cell)] = []
    for (index, name) in columns.enumerated() {
      if name == "k", index > 0, columns[index - 1] == "d" { continue }
      let isShape = name == "d" && columns.dropFirst(index + 1).first == "k"
      all.append(isShape ? ("shape", .shape(index, index + 1)) : (name, .column(index)))
    }
    func differs(_ cell: Cell) -> Bool {
      Set(rows.map { TableGlance.value(cell, in: $0) }).count > 1
    }
    let shown = all.filter { name, cell in
      guard let names else { return true }
      return names.contains(name) || TableGlance.settings.contains(name) && differs(cell)
    }
    // A query may name its columns otherwise.
    let chosen = shown.isEmpty ? all : shown
    self.columns = chosen.map(\.name)
    cells = chosen.map(\.cell)
    hiddenColumns = all.count - chosen.count
  }

  /// All columns as they are.
  package init(all columns: [String]) {
    self.columns = columns
    cells = columns.indices.map(Cell.column)
    hiddenColumns = 0
  }

  /// The shown values of a row.
  package func row(_ row: [Value]) -> [Value] { cells.map { TableGlance.value($0, in: row) } }

  private static func value(_ cell: Cell, in row: [Value]) -> Value {
    switch cell {
    case .column(let index): row[index]
    case .shape(let d, let k):
      switch (row[d].integer, row[k].integer) {
      case (let d?, let k?): .text("\(d)x\(k)")
      case (let d?, nil): .text("\(d)x?")
      case (nil, let k?): .text("?x\(k)")
      case (nil, nil): .absent
      }
    }
  }
}
