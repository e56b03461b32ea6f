import LoRASpectra

/// The rows of a query on trainings, grouped by every setting but rank, rule and rate.
struct TrainingGroups {
  /// Rows that agree in these settings.
  struct Group {
    /// The settings that vary, as the head of a sentence; empty if none vary.
    var label: String { words.isEmpty ? "" : words + ": " }
    /// The settings that vary, in words; empty if none vary.
    var words: String
    /// The rows, in their order.
    var rows: [[Value]]
  }

  /// The columns that vary between groups.
  let columns: [String]
  /// The groups, in the order of their first rows.
  let all: [Group]

  private static let settings = [
    "profile", "d", "k", "noise", "alpha", "optimizer", "init", "schedule", "batch",
  ]

  /// - Parameters:
  ///   - table: rows with columns for all settings.
  ///   - others: further columns that tell groups apart.
  init(_ table: ResultTable, and others: [String] = []) {
    let varying = (TrainingGroups.settings + others).filter { column in
      Set(table.rows.map { table.value(column, in: $0) }).count > 1
    }
    columns = varying
    var order: [[Value]] = []
    var rows: [[Value]: [[Value]]] = [:]
    for row in table.rows {
      let key = varying.map { table.value($0, in: row) }
      if rows[key] == nil { order.append(key) }
      rows[key, default: []].append(row)
    }
    all = order.map { key in
      let words = zip(varying, key).map { TrainingGroups.words($0, $1) }
      return Group(words: words.joined(separator: ", "), rows: rows[key] ?? [])
    }
  }

  private static func words(_ column: String, _ value: Value) -> String {
    let text = value.plainText
    return switch column {
    case "noise", "d", "k": "\(column) \(text)"
    case "alpha": "α = \(text)"
    case "batch": text == "0" ? "population loss" : "batches of \(text)"
    default: text
    }
  }
}

extension ResultTable {
  /// A value of a row as text; empty if there is none.
  func text(_ column: String, in row: [Value]) -> String {
    let value = value(column, in: row)
    return value == .absent ? "" : value.plainText
  }

  /// The first of some rows for each value of a column.
  func firstRows(_ rows: [[Value]], of column: String) -> [[Value]] {
    var seen: Set<Value> = []
    return rows.filter { seen.insert(value(column, in: $0)).inserted }
  }

  /// Some columns, and some more with shorter names.
  func selecting(
    _ columns: [String], renaming names: KeyValuePairs<String, String>
  ) -> ResultTable {
    let all = columns.map { ($0, $0) } + names.map { ($0.key, $0.value) }
    return ResultTable(
      columns: all.map(\.1), rows: rows.map { row in all.map { value($0.0, in: row) } })
  }
}
