import LoRASpectra

/// A comparison of trained runs: at one learning rate and with each side at its best one, never one
/// without the other.
package struct RateChoiceTables {
  /// A comparison with the learning rate of each side at each place.
  package typealias Group = (tables: ComparisonTables, rates: [[Double?]])

  /// At one learning rate.
  package let same: Group
  /// Each side at its best one.
  package let best: Group

  package init(same: Group, best: Group) {
    self.same = same
    self.best = best
  }

  /// All numbers: after the settings `rate_choice`, `same` or `best`, and each side's learning rate.
  package var full: ResultTable {
    let settings = same.tables.placeColumns.filter { $0 != "learning_rate" }
    let measured = Array(same.tables.full.columns.dropFirst(same.tables.placeColumns.count))
    var result = ResultTable(
      columns: settings + ["rate_choice"] + same.tables.sides.map { "\($0)_learning_rate" }
        + measured,
      rows: [])
    for (choice, group) in [("same", same), ("best", best)] {
      let table = group.tables.full
      for (row, rates) in zip(table.rows, group.rates) {
        // A side without a best rate is absent there.
        let known = Dictionary(
          zip(group.tables.sides, rates), uniquingKeysWith: { first, _ in first })
        result.rows.append(
          settings.map { table.columns.contains($0) ? table.value($0, in: row) : .absent }
            + [.text(choice)]
            + same.tables.sides.map { side in
              (known[side] ?? nil).map(Value.real) ?? .absent
            }
            + measured.map { table.columns.contains($0) ? table.value($0, in: row) : .absent })
      }
    }
    return result
  }

  /// As ``ComparisonTables/long``, with `rate_choice` and the side's learning rate after the settings.
  package var long: ResultTable {
    let settings = same.tables.placeColumns.filter { $0 != "learning_rate" }
    let measured = same.tables.long.columns.dropFirst(same.tables.placeColumns.count)
    var result = ResultTable(
      columns: settings + ["rate_choice", "learning_rate"] + measured, rows: [])
    for (choice, group) in [("same", same), ("best", best)] {
      let table = group.tables.long
      var rates: [[Value]: Value] = [:]
      for (place, row) in zip(group.tables.places, group.rates) {
        for (side, rate) in zip(group.tables.sides, row) {
          rates[place + [.text(side)]] = rate.map(Value.real) ?? .absent
        }
      }
      for row in table.rows {
        let place = Array(row.prefix(group.tables.placeColumns.count))
        let rate = rates[place + [table.value("side", in: row)]] ?? .absent
        result.rows.append(
          settings.map { table.columns.contains($0) ? table.value($0, in: row) : .absent }
            + [.text(choice), rate] + measured.map { table.value($0, in: row) })
      }
    }
    return result
  }

  /// A short table of the comparison at best rates, with each side's rate.
  package func bestTable(isNarrow: Bool) -> ResultTable {
    let sides = best.tables.sides
    var table = isNarrow ? best.tables.narrow : best.tables.glance
    if isNarrow {
      table.columns.append("rate")
      let rates = best.rates.flatMap(\.self)
      for index in table.rows.indices where index < rates.count {
        table.rows[index].append(rates[index].map(Value.real) ?? .absent)
      }
    } else {
      table.columns += sides.map { "rate of \($0)" }
      for (index, rates) in best.rates.enumerated() where index < table.rows.count {
        table.rows[index] += rates.map { $0.map(Value.real) ?? .absent }
      }
    }
    return table
  }
}
