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
  ///     variance_captured` and what else tells cells apart, in the grid's order.
  ///   - spectra: rows `profile, d, k, noise, seed, position, singular_value`.
  ///   - hasFixedFactors: whether the errors are computed with the factors held fixed, so that the
  ///     formula holds.
  ///   - hasOtherMetrics: whether tables without any value are left out, as others stand beside them.
  package static func sections(
    cells: ResultTable, spectra: ResultTable, hasFixedFactors: Bool, hasOtherMetrics: Bool = false
  ) -> [Section] {
    let cells = withShape(cells)
    let seeds = cells.rows.compactMap { cells.value("n", in: $0).integer }
    let most = seeds.max() ?? 0
    let isWhole = seeds.allSatisfy { $0 == most }
    let over = most > 1 ? ", mean over \(isWhole ? "" : "up to ")\(most) repeats" : ""
    let places = ["shape", "noise"].filter { varies($0, in: cells) }
    // In the grid's order, so that a table's rows are sorted by its columns.
    let further = CellDistinction(cells).columns
    let settings = ["rank"] + (varies("alpha", in: cells) ? ["alpha"] : []) + further
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
    // Rank, α and rule give s, and rank alone the variance captured, unless they were measured
    // elsewhere.
    let scales =
      isGiven("scale", by: settings + ["rule"], in: cells)
      ? settings : places + ["profile"] + settings
    var captured = cells
    captured.rows.removeAll { cells.value("variance_captured", in: $0) == .absent }
    let captures =
      isGiven("variance_captured", by: places + ["profile", "rank"], in: captured)
      ? places + ["rank"] : places + settings + ["rule"]
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
        "Error by rank and rule\(over)"
          + (hasFixedFactors ? ": (1 - s)² · variance captured + truncation², rooted" : ""),
        error,
        narrow: select(
          cells, places + ["profile"] + settings + ["rule", "error", "truncation_error"])),
      section(
        "Scale s by rank and rule",
        pivot(cells, keys: scales, across: "rule", values: "scale"),
        narrow: select(cells, scales + ["rule", "scale"])),
      section(
        "Variance captured by rank\(over)",
        pivot(captured, keys: captures, across: "profile", values: "variance_captured"),
        narrow: select(captured, captures + ["profile", "variance_captured"])),
    ]
    // Runs measured elsewhere may have no variance captured.
    let all = captured.rows.isEmpty ? sections.dropLast() : sections
    guard hasOtherMetrics else { return all }
    func has(_ column: String) -> Bool {
      cells.rows.contains { cells.value(column, in: $0) != .absent }
    }
    return all.enumerated().filter { place, _ in
      place == 1 ? has("error") || has("truncation_error") : place == 2 ? has("scale") : true
    }.map(\.element)
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
  static func withShape(_ table: ResultTable) -> ResultTable {
    var result = table
    result.columns.append("shape")
    result.rows = table.rows.map { row in
      guard let d = table.value("d", in: row).integer, let k = table.value("k", in: row).integer
      else { return row + [.absent] }
      return row + [.text("\(Shape(d: Int(d), k: Int(k)))")]
    }
    return result
  }

  static func varies(_ column: String, in table: ResultTable) -> Bool {
    Set(table.rows.map { table.value(column, in: $0) }).count > 1
  }

  /// Whether rows with the same values in some columns have the same value in another.
  private static func isGiven(
    _ column: String, by columns: [String], in table: ResultTable
  ) -> Bool {
    var values: [[Value]: Value] = [:]
    return table.rows.allSatisfy { row in
      let value = table.value(column, in: row)
      let earlier = values.updateValue(value, forKey: columns.map { table.value($0, in: row) })
      return earlier == nil || earlier == value
    }
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
        columns.append(heading == .absent ? "none" : heading.plainText)
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
