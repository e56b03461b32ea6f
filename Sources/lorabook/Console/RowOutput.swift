import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

extension OutputFormat {
  /// Whether the format is for people and may leave details out.
  var isForPeople: Bool { self == .table || self == .markdown }

  /// The layout of a table in this format: markdown is independent of the terminal, as it is pasted
  /// elsewhere.
  func layout(rounding: Double = 0) -> TableLayout {
    self == .table ? Terminal.layout(rounding: rounding) : TableLayout(rounding: rounding)
  }

  /// Prints a table that is in memory.
  ///
  /// - Parameters:
  ///   - rounding: the largest number that is shown as rounded zero.
  ///   - nothing: the message for a table without rows.
  func write(
    _ table: ResultTable, rounding: Double = 0, whenEmpty nothing: String = "no rows."
  ) throws {
    try write(table.columns, rounding: rounding, whenEmpty: nothing) { add in
      for row in table.rows { try add(row) }
    }
  }

  /// Prints rows as they come. Only a table depends on the terminal's width.
  ///
  /// A message about missing rows goes to standard error, because it is not a row.
  func write(
    _ columns: [String], rounding: Double = 0, whenEmpty nothing: String = "no rows.",
    _ body: ((_ add: ([Value]) throws -> Void) throws -> Void)
  ) throws {
    let writer = writer(layout: layout(rounding: rounding)) { bytes in
      try isForPeople ? StandardOutput.write(bytes) : StandardOutput.writeData(bytes)
    }
    // Rows that go into a file are not seen, so progress is shown.
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
