import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

extension OutputFormat {
  /// Whether rows are made to be looked at, and may say less than all.
  var isForPeople: Bool { self == .table || self == .markdown }

  /// How a table of this format is laid out on standard output: markdown goes elsewhere from there.
  func layout(rounding: Double = 0) -> TableLayout {
    self == .table ? Terminal.layout(rounding: rounding) : TableLayout(rounding: rounding)
  }

  /// Prints a table that is at hand.
  ///
  /// - Parameters:
  ///   - rounding: the largest size of a number that is 0 but for rounding.
  ///   - nothing: what to say where it has no rows.
  func write(
    _ table: ResultTable, rounding: Double = 0, whenEmpty nothing: String = "no rows."
  ) throws {
    try write(table.columns, rounding: rounding, whenEmpty: nothing) { add in
      for row in table.rows { try add(row) }
    }
  }

  /// Prints rows as they come: a table as the terminal has room, the other formats alike everywhere.
  ///
  /// That there are none is said on standard error, because it is no row.
  func write(
    _ columns: [String], rounding: Double = 0, whenEmpty nothing: String = "no rows.",
    _ body: ((_ add: ([Value]) throws -> Void) throws -> Void)
  ) throws {
    let writer = writer(layout: layout(rounding: rounding)) { bytes in
      try isForPeople ? StandardOutput.write(bytes) : StandardOutput.writeData(bytes)
    }
    // What goes into a file shows nothing by itself.
    let line = ProgressLine(total: nil, unit: "rows", isQuiet: !StandardOutput.isFile)
    defer { line.clear() }
    var count = 0
    try writer.begin(columns)
    try body { row in
      try writer.write(row)
      count += 1
      line.show(count)
    }
    try writer.end()
    line.clear()
    if count == 0 { StandardError.write("lorabook: \(nothing)\n") }
  }
}

extension ReadOnlySession {
  /// Prints the rows of a statement as they come.
  func write(_ statement: Statement, as format: OutputFormat) throws {
    try format.write(statement.columns) { add in
      try rows(of: statement) { try add($0.row) }
    }
  }
}
