import LoRASpectra

/// A table of all cells of a sweep: the measurements, their intervals, and the parts of the error.
package struct CellTable {
  /// One row per cell. Settings that do not vary have no column, except profile, rank and rule.
  package let table: ResultTable
  /// The names of the settings that do not vary: `64x64`, `noise 0.01`, `α = 16`.
  package let shared: [String]

  /// - Parameters:
  ///   - errors: the rows of the query `error-by-rank`; cells are known by `cell_id`.
  ///   - parts: the rows of the query `error-parts`.
  ///   - cells: the sweep's cells as in `show`.
  ///   - level: the confidence of the intervals, above 0 and below 1.
  ///   - criticalValue: the critical t for a number of degrees of freedom.
  package init(
    errors: ResultTable, parts: ResultTable, cells: ResultTable, level: Double,
    criticalValue: (Double) -> Double?
  ) {
    let settings = CellSetting.allCases.filter {
      $0 == .profile || $0 == .rule || $0.values(in: errors).count > 1
    }
    shared = CellSetting.allCases.filter { !settings.contains($0) }.compactMap { setting in
      setting.values(in: errors).first.map(setting.named)
    }
    let places = settings.filter { $0 != .rule }
    let percent = "\((level * 100).shortestText) %"
    let counts = ["diverged", "absent"].filter { column in
      errors.rows.contains { errors.value(column, in: $0).integer ?? 0 > 0 }
    }
    let names = ["diverged": "diverged", "absent": "no error recorded"]
    let distinction = CellDistinction(cells)
    let apart = errors.rows.map { distinction.text(of: $0, in: errors) }
    let isApart = apart.contains { !$0.isEmpty }
    let scaling = CellTable.byCell(parts, "scaling_share")
    let captured = CellTable.byCell(cells, "variance_captured")
    let measured = ["rank", "rule", "s", "n", "error", "\(percent) from", "to"]
    let made = ["truncation error", "scaling's share of error²", "variance captured"]
    var columns: [String] = places.map { $0 == .alpha ? "α" : $0.rawValue }
    if isApart { columns.append("setting") }
    columns += measured
    columns += made
    columns += counts.compactMap { names[$0] }
    table = ResultTable(
      columns: columns,
      rows: zip(errors.rows, apart).map { row, apart in
        let estimate = Estimate(
          ofMean: errors.finite("error_mean", in: row),
          deviation: errors.finite("error_sd", in: row),
          count: errors.value("n", in: row).integer ?? 0, criticalValue: criticalValue)
        let key = errors.value("cell_id", in: row)
        var values: [Value] = places.map { $0.value(of: row, in: errors) }
        if isApart { values.append(apart.isEmpty ? .absent : .text(apart)) }
        for column in ["rank", "rule", "scale", "n", "error_mean"] {
          values.append(errors.value(column, in: row))
        }
        values.append(estimate?.low.map(Value.real) ?? .absent)
        values.append(estimate?.high.map(Value.real) ?? .absent)
        values.append(errors.value("truncation_error_mean", in: row))
        values.append(scaling[key] ?? .absent)
        values.append(captured[key] ?? .absent)
        values += counts.map { errors.value($0, in: row) }
        return values
      })
  }

  private static func byCell(_ table: ResultTable, _ column: String) -> [Value: Value] {
    var values: [Value: Value] = [:]
    for row in table.rows { values[table.value("cell_id", in: row)] = table.value(column, in: row) }
    return values
  }
}

extension CellSetting {
  /// The setting as a table value: numbers as numbers.
  func value(of row: [Value], in table: ResultTable) -> Value {
    self == .shape ? .text(text(of: row, in: table)) : table.value(rawValue, in: row)
  }
}

extension Estimate {
  /// A mean with its interval, from the columns of a query; nil if there is no value.
  init?(
    ofMean mean: Double?, deviation: Double?, count: Int64, criticalValue: (Double) -> Double?
  ) {
    guard let mean, count > 0 else { return nil }
    self.init(
      of: RunningSummary(count: Int(count), mean: mean, standardDeviation: deviation ?? 0),
      criticalValue: criticalValue)
  }
}
