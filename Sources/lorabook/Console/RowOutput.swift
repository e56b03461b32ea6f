import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

extension OutputFormat {
  /// Whether the format is for people and may leave details out.
  var isForPeople: Bool { self == .table || self == .markdown }
}

extension RowOptions {
  /// The layout of a table: markdown is independent of the terminal, as it is pasted elsewhere.
  func layout(rounding: Double = 0) -> TableLayout {
    format == .table ? Terminal.layout(rounding: rounding) : TableLayout(rounding: rounding)
  }

  /// Prints a table that is in memory.
  ///
  /// - Parameters:
  ///   - glance: the columns that a terminal shows without `--full`; nil for all.
  ///   - rounding: the largest number that is shown as rounded zero.
  ///   - nothing: the message for a table without rows.
  func write(
    _ table: ResultTable, glance: [String]? = nil, rounding: Double = 0,
    whenEmpty nothing: String = "no rows."
  ) throws {
    try write(table.columns, glance: glance, rounding: rounding, whenEmpty: nothing) { add in
      for row in table.rows { try add(row) }
    }
  }

  /// Prints rows as they come. Only a table depends on the terminal's width.
  ///
  /// A message about missing rows goes to standard error, because it is not a row.
  func write(
    _ columns: [String], glance: [String]? = nil, rounding: Double = 0,
    whenEmpty nothing: String = "no rows.",
    _ body: ((_ add: ([Value]) throws -> Void) throws -> Void)
  ) throws {
    let layout = layout(rounding: rounding)
    let isShort = layout.width != nil && !full
    var first: [[Value]] = []
    var writer: (any RowWriter)?
    // The columns of a short table follow from the rows that it shows.
    func begin() throws -> any RowWriter {
      var shown =
        format.isForPeople
        ? TableGlance(columns, first, showing: isShort ? glance : nil) : TableGlance(all: columns)
      while isShort, shown.columns.count > 1,
        !layout.fits(ResultTable(columns: shown.columns, rows: first.map(shown.row)))
      {
        shown = shown.withoutLast
      }
      let begun = ShownRows(shown, try self.writer(layout: layout))
      try begun.begin(columns)
      for row in first { try begun.write(row) }
      return begun
    }
    // Rows that go into a file are not seen, so progress is shown.
    let line = ProgressLine(total: nil, unit: "rows", isQuiet: !StandardOutput.isFile)
    defer { line.clear() }
    StandardOutput.isWhole = false
    var count = 0
    if !isShort { writer = try begin() }
    try body { row in
      count += 1
      line.show(count)
      guard isShort else { try writer?.write(row); return }
      if count <= RowOptions.rowsAtOnce {
        first.append(row)
      } else if writer == nil {
        // The rows are there to read while the others are counted.
        writer = try begin()
        try writer?.end()
      }
    }
    if writer == nil || !isShort {
      let last = try writer ?? begin()
      writer = last
      try last.end()
    }
    try writeFooter(of: count, hiddenColumns: (writer as? ShownRows)?.hiddenColumns ?? 0)
    StandardOutput.isWhole = true
    line.clear()
    if count == 0 { StandardError.write("lorabook: \(nothing)\n") }
  }

  /// The most rows that a terminal shows unless all are asked for.
  static let rowsAtOnce = 40

  /// Says what a terminal does not show.
  private func writeFooter(of count: Int, hiddenColumns: Int) throws {
    guard format == .table, StandardOutput.isTerminal, !full, count > 0 else { return }
    try StandardOutput.write(
      RowOptions.footer(rows: count - RowOptions.rowsAtOnce, columns: hiddenColumns))
  }

  /// The line about what a terminal does not show; empty if it shows all.
  static func footer(rows: Int, columns: Int) -> String {
    let hidden = [(rows, "row"), (columns, "column")]
      .filter { $0.0 > 0 }
      .map { "\($0.0) more \($0.1)\($0.0 == 1 ? "" : "s")" }
    guard !hidden.isEmpty else { return "" }
    let text = "… \(hidden.joined(separator: " and ")): --full"
    return folded(text, to: Terminal.size.columns).map { $0 + "\n" }.joined()
  }

  /// A writer of rows to standard output, or to the file in its place.
  ///
  /// - Throws: `CommandError` for conflicting options.
  func writer(
    _ format: OutputFormat? = nil, layout: TableLayout = TableLayout()
  ) throws -> any RowWriter {
    let format = format ?? self.format
    let sink: ByteSink = { bytes in
      try format.isForPeople ? StandardOutput.write(bytes) : StandardOutput.writeData(bytes)
    }
    return try spreadsheet.layout(of: format)?.writer(to: sink)
      ?? format.writer(layout: layout, to: sink)
  }
}

/// Passes on the shown columns of rows.
private final class ShownRows: RowWriter {
  private let glance: TableGlance
  private let writer: any RowWriter

  init(_ glance: TableGlance, _ writer: any RowWriter) {
    self.glance = glance
    self.writer = writer
  }

  var hiddenColumns: Int { glance.hiddenColumns }

  func begin(_ columns: [String]) throws { try writer.begin(glance.columns) }
  func write(_ row: [Value]) throws { try writer.write(glance.row(row)) }
  func end() throws { try writer.end() }
}

extension ReadOnlySession {
  /// Prints the rows of a statement as they come.
  func write(_ statement: Statement, _ output: RowOptions, glance: [String]? = nil) throws {
    try output.write(statement.columns, glance: glance) { add in
      try rows(of: statement) { try add($0.row) }
    }
  }
}
