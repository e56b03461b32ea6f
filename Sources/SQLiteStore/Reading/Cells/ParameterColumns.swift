import LoRASpectra

/// The parameters that users gave, as columns of cells named `param.NAME`.
package enum ParameterColumns {
  /// What every one of them begins with.
  private static let prefix = "param."

  /// `param.lr`.
  package static func column(of name: String) -> String { prefix + name }

  /// `lr`; nil if it is another column.
  package static func name(of column: String) -> String? {
    column.utf8.starts(with: prefix.utf8)
      ? String(column.unicodeScalars.dropFirst(prefix.count)) : nil
  }
}

extension ParameterColumns {
  /// Names as the JSON array that queries take.
  package static func array(_ names: [String]) -> String {
    "[" + names.map(\.inJSON).joined(separator: ",") + "]"
  }
}

/// The parameters of the cells of some sweeps.
struct CellParameters {
  /// Their names, in the order of their bytes.
  let names: [String]
  private var sets: [Int64: [Value]] = [:]
  private let none: [Value]

  init(_ connection: Connection, ofSweeps ids: [Int64]) throws {
    names = try connection.parameterNames(ofSweeps: ids)
    none = names.map { _ in .absent }
    var places: [ExactText: Int] = [:]
    for (place, name) in names.enumerated() { places[ExactText(name)] = place }
    try connection.rows(Statements.parametersOfSets, ["sweep_ids": Connection.array(ids)]) { row in
      guard let place = places[ExactText(try row.text(1))] else { return }
      sets[row.integer(0), default: none][place] = try row.value(2)
    }
  }

  /// The values of a set, in the order of ``names``.
  func values(ofSet id: Value) -> [Value] { id.integer.flatMap { sets[$0] } ?? none }

  /// Cells with a column for each parameter in place of `parameter_set_id`, after the others.
  func added(to cells: ResultTable) -> ResultTable {
    guard let set = cells.columns.firstIndex(of: "parameter_set_id") else { return cells }
    var result = cells.without(["parameter_set_id"])
    result.columns += names.map(ParameterColumns.column)
    for (index, row) in cells.rows.enumerated() { result.rows[index] += values(ofSet: row[set]) }
    return result
  }
}

extension Book {
  /// The names of the parameters that runs of some sweeps have, in the order of their bytes.
  ///
  /// - Throws: `SQLiteError`.
  package func parameterNames(ofSweeps ids: [Int64]) throws -> [String] {
    try connection.parameterNames(ofSweeps: ids)
  }

  /// Cells of some sweeps with a column for each parameter in place of `parameter_set_id`.
  ///
  /// - Throws: `SQLiteError`.
  func withParameters(_ cells: ResultTable, ofSweeps ids: [Int64]) throws -> ResultTable {
    guard cells.columns.contains("parameter_set_id") else { return cells }
    return try CellParameters(connection, ofSweeps: ids).added(to: cells)
  }
}

extension Connection {
  fileprivate func parameterNames(ofSweeps ids: [Int64]) throws -> [String] {
    var names: [String] = []
    try rows(Statements.parameterNames, ["sweep_ids": Connection.array(ids)]) {
      names.append(try $0.text(0))
    }
    return names
  }
}
