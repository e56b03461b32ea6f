import LoRASpectra

/// The cells of a sweep, pooled over the parameters that are ignored.
package struct PooledCells {
  /// As ``Book/cells(ofSweep:)``; the id is that of the first cell of each group.
  package var table: ResultTable
  /// The id in the table, by that of each cell.
  package var ids: [Int64: Int64]
}

extension Book {
  /// A sweep's cells, in which parameters that are ignored tell none apart.
  ///
  /// - Parameter names: the parameters that are ignored.
  /// - Throws: `BookError.tooManySettings` above ``mostSettings``, `SQLiteError`.
  package func cells(ofSweep id: Int64, ignoring names: [String]) throws -> PooledCells {
    var table = try cells(ofSweep: id)
    let ignored = Set(names.map { ExactText(ParameterColumns.column(of: $0)) })
    let left = table.columns.filter { ignored.contains(ExactText($0)) }
    table = table.without(left)
    let means = Metric.Key.columns.map(\.name)
    let settings = table.columns.indices.filter {
      !(means + ["n", "cell_id"]).contains(table.columns[$0])
    }
    var groups: [(rows: [[Value]], ids: [Int64])] = []
    var places: [[Value]: Int] = [:]
    for row in table.rows {
      let key = settings.map { row[$0] }
      // Without a parameter that is ignored, cells are what they are.
      let place = left.isEmpty ? groups.count : places[key] ?? groups.count
      places[key] = place
      if place == groups.count { groups.append(([], [])) }
      groups[place].rows.append(row)
      groups[place].ids.append(table.value("cell_id", in: row).integer ?? 0)
    }
    let findSummaries = try connection.prepare(Statements.findSummaries)
    var pooled = PooledCells(table: ResultTable(columns: table.columns, rows: []), ids: [:])
    for group in groups {
      for id in group.ids { pooled.ids[id] = group.ids[0] }
      var row = group.rows[0]
      if group.ids.count > 1 {
        var all = MetricValues<RunningSummary>()
        for id in group.ids {
          let summaries = try MetricValues<RunningSummary>(ofCell: id, findSummaries)
          for metric in Metric.Key.columns { all[metric].add(summaries[metric]) }
        }
        for (column, name) in table.columns.enumerated() {
          if name == "n" { row[column] = .integer(Int64(all[.error].count)) }
          guard let metric = Metric.Key(named: name) else { continue }
          row[column] = all[metric].count > 0 ? .real(all[metric].mean) : .absent
        }
      }
      pooled.table.rows.append(row)
    }
    return pooled
  }
}
