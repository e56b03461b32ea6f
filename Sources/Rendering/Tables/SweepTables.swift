import LoRASpectra

/// The article's tables of a sweep: what `show` prints.
package enum SweepTables {
  /// A table with its title.
  package struct Section: Equatable, Sendable {
    /// The title, without a full stop.
    package var title: String
    /// Its rows.
    package var table: ResultTable
    /// The same with a row for each number, which is narrow for any number of rules and profiles.
    package var narrow: ResultTable
  }

  /// - Parameters:
  ///   - cells: rows `profile, d, k, noise, alpha, rank, rule, scale, n, error, truncation_error,
  ///     variance_captured`, in the grid's order.
  ///   - spectra: rows `profile, d, k, noise, seed, position, singular_value`.
  package static func sections(cells: ResultTable, spectra: ResultTable) -> [Section] {
    let cells = withShape(cells)
    let seeds = cells.rows.compactMap { cells.value("n", in: $0).integer }
    let most = seeds.max() ?? 0
    let isWhole = seeds.allSatisfy { $0 == most }
    let over = most > 1 ? ", mean over \(isWhole ? "" : "up to ")\(most) repeats" : ""
    let places = ["shape", "noise"].filter { varies($0, in: cells) }
    // In the grid's order, so that a table's rows are sorted by its columns.
    let settings = ["rank"] + (varies("alpha", in: cells) ? ["alpha"] : [])
    var error = pivot(
      cells, keys: places + ["profile"] + settings, across: "rule", values: "error")
    let truncation = pivot(
      cells, keys: places + ["profile"] + settings, across: nil, values: "truncation_error")
    if let truncation, truncation.rows.contains(where: { $0.last != .absent }) {
      error?.columns.append("truncation")
      for (index, row) in truncation.rows.enumerated() {
        error?.rows[index].append(row.last ?? .absent)
      }
    }
    let isCaptured = cells.rows.contains {
      cells.value("variance_captured", in: $0) != .absent
    }
    func section(_ title: String, _ wide: ResultTable?, narrow: ResultTable) -> Section {
      Section(title: title, table: wide ?? narrow, narrow: narrow)
    }
    let sections = [
      section(
        "Largest singular values of the first update of each profile",
        singularValues(withShape(spectra), places: places),
        narrow: select(
          withShape(spectra), places + ["profile", "seed", "position", "singular_value"])),
      section(
        "Error by rank and rule\(over): (1 - s)² · variance captured + truncation², rooted",
        error,
        narrow: select(
          cells, places + ["profile"] + settings + ["rule", "error", "truncation_error"])),
      section(
        "Scale s by rank and rule",
        pivot(cells, keys: settings, across: "rule", values: "scale"),
        narrow: select(cells, settings + ["rule", "scale"])),
      section(
        "Variance captured by rank\(over)",
        pivot(
          cells, keys: places + ["rank"], across: "profile", values: "variance_captured"),
        narrow: select(cells, places + ["rank", "profile", "variance_captured"])),
    ]
    // Runs measured elsewhere may have no variance captured.
    return isCaptured ? sections : sections.dropLast()
  }

  private static func singularValues(_ spectra: ResultTable, places: [String]) -> ResultTable? {
    var table = pivot(
      spectra, keys: places + ["profile", "seed"], across: "position", values: "singular_value")
    if let columns = table?.columns {
      table?.columns = columns.map { Int($0) == nil ? $0 : "σ\($0)" }
    }
    return table
  }

  /// The table with a column `shape` instead of `d` and `k`.
  private static func withShape(_ table: ResultTable) -> ResultTable {
    var result = table
    result.columns.append("shape")
    result.rows = table.rows.map { row in
      let d = table.value("d", in: row).integer ?? 0
      let k = table.value("k", in: row).integer ?? 0
      return row + [.text("\(Shape(d: Int(d), k: Int(k)))")]
    }
    return result
  }

  private static func varies(_ column: String, in table: ResultTable) -> Bool {
    Set(table.rows.map { table.value(column, in: $0) }).count > 1
  }

  /// Some columns of a table, with each combination of values once.
  static func select(_ table: ResultTable, _ columns: [String]) -> ResultTable {
    var seen: Set<[Value]> = []
    let rows = table.rows.map { row in columns.map { table.value($0, in: row) } }
    return ResultTable(columns: columns, rows: rows.filter { seen.insert($0).inserted })
  }

  /// One row for each combination of `keys`, one column for each value of `across`, both in the
  /// order of first appearance; of several values in one place the first is kept.
  ///
  /// - Returns: nil if nearly all of it would be empty: in runs from elsewhere no two may share a
  ///   setting.
  static func pivot(
    _ table: ResultTable, keys: [String], across: String?, values: String
  ) -> ResultTable? {
    var rowIndex: [[Value]: Int] = [:]
    var columnIndex: [Value: Int] = [:]
    var columns: [String] = []
    var rows: [[Value]] = []
    var filled: Set<[Int]> = []
    let most = max(1 << 16, 8 * table.rows.count)
    for row in table.rows {
      let key = keys.map { table.value($0, in: row) }
      let heading = across.map { table.value($0, in: row) } ?? .text(values)
      if rowIndex[key] == nil {
        rowIndex[key] = rows.count
        rows.append(key)
      }
      if columnIndex[heading] == nil {
        columnIndex[heading] = columns.count
        columns.append(heading.text ?? heading.integer.map(String.init) ?? "")
      }
      guard rows.count * columns.count <= most else { return nil }
      guard let rowAt = rowIndex[key], let columnAt = columnIndex[heading],
        filled.insert([rowAt, columnAt]).inserted
      else { continue }
      while rows[rowAt].count <= keys.count + columnAt { rows[rowAt].append(.absent) }
      rows[rowAt][keys.count + columnAt] = table.value(values, in: row)
    }
    for index in rows.indices {
      while rows[index].count < keys.count + columns.count { rows[index].append(.absent) }
    }
    return ResultTable(columns: keys + columns, rows: rows)
  }
}
