import LoRASpectra

/// A table for people: columns aligned, numbers at their decimal points, with meaningful digits
/// only; at most as wide as the terminal.
///
/// The first rows, up to ``sampleSize``, decide the columns' widths; later rows are printed as they
/// come, so that memory does not grow with the rows. A later number that is wider pushes its line
/// out. If the columns do not fit side by side, each row is a record with a line per column.
package final class TableWriter: RowWriter {
  /// The style of a table.
  package enum Style: Sendable {
    case plain
    case markdown
  }

  /// Number of rows held back to find the columns' widths.
  package static let sampleSize = 1000

  private let output: OutputBuffer
  private let style: Style
  private let layout: TableLayout
  private var names: [String] = []
  private var sample: [[Value]] = []
  private var columns: [TableColumn]?
  private var areRecords = false
  private var gap = TableLayout.gap
  private var written = 0

  init(_ output: OutputBuffer, style: Style, layout: TableLayout = TableLayout()) {
    self.output = output
    self.style = style
    self.layout = layout
  }

  package func begin(_ columns: [String]) throws { names = columns }

  package func write(_ row: [Value]) throws {
    written += 1
    if let columns {
      append(row, columns, number: written)
      try output.flush()
    } else {
      sample.append(row)
      if sample.count == TableWriter.sampleSize { appendSample() }
    }
  }

  package func end() throws {
    if columns == nil { appendSample() }
    try output.flush(all: true)
  }

  /// A whole table as text, each line ended.
  package static func text(
    of table: ResultTable, style: Style, layout: TableLayout = TableLayout()
  ) throws -> String {
    var text = ""
    let output = OutputBuffer { text += String(decoding: $0, as: UTF8.self) }
    let writer = TableWriter(output, style: style, layout: layout)
    try writer.begin(table.columns)
    for row in table.rows { try writer.write(row) }
    try writer.end()
    return text
  }

  private func appendSample() {
    var columns = TableColumn.all(names, sample, style: style, rounding: layout.rounding)
    if style == .plain {
      let gap = layout.fit(&columns)
      areRecords = gap == nil && !sample.isEmpty
      self.gap = gap ?? TableLayout.gap
    }
    if !areRecords { appendHeader(columns) }
    for (index, row) in sample.enumerated() { append(row, columns, number: index + 1) }
    sample = []
    self.columns = columns
  }

  private func appendHeader(_ columns: [TableColumn]) {
    let headers = columns.map(\.header)
    let height = headers.map(\.count).max() ?? 1
    for line in 0..<height {
      // A short header is on the last line, next to its values.
      let cells = zip(headers, columns).map { lines, column in
        let index = line - (height - lines.count)
        return index < 0 ? String(repeating: " ", count: column.width) : lines[index]
      }
      append(cells, style: layout.isColoured ? .bold : nil)
    }
    if style == .markdown {
      output.append("|" + columns.map(\.rule).joined(separator: "|") + "|\n")
    }
  }

  private func append(_ row: [Value], _ columns: [TableColumn], number: Int) {
    if areRecords { return appendRecord(row, columns, number: number) }
    append(
      zip(columns, row).map { column, value in
        coloured(column.cell(value, isCut: layout.width != nil), of: value, in: column)
      })
  }

  /// A row with a line for each of its columns.
  private func appendRecord(_ row: [Value], _ columns: [TableColumn], number: Int) {
    let width = layout.width ?? Int.max
    let widest = columns.map { displayWidth($0.name) }.max() ?? 0
    let label = max(1, min(widest, width / 2))
    let title = "── \(number) "
    let line = title + String(repeating: "─", count: max(0, min(width, 40) - displayWidth(title)))
    output.append((layout.isColoured ? TextStyle.bold(line) : line) + "\n")
    for (column, value) in zip(columns, row) {
      let name = cut(column.name, to: label)
      let padding = String(repeating: " ", count: label - displayWidth(name) + TableLayout.gap)
      let text = cut(column.text(value), to: max(1, width - label - TableLayout.gap))
      append([name + padding + coloured(text, of: value, in: column)])
    }
  }

  private func coloured(_ text: String, of value: Value, in column: TableColumn) -> String {
    guard layout.isColoured, column.name == "status",
      let style = value.text.flatMap(TextStyle.ofStatus)
    else { return text }
    return style(text)
  }

  private func append(_ cells: [String], style textStyle: TextStyle? = nil) {
    switch style {
    case .plain:
      let line = cells.joined(separator: String(repeating: " ", count: gap))
      let end = line.utf8.lastIndex { $0 != UInt8(ascii: " ") }
      let text = end.map { String(line[...$0]) } ?? ""
      output.append(textStyle?(text) ?? text)
      output.append("\n")
    case .markdown:
      output.append("| " + cells.joined(separator: " | ") + " |\n")
    }
  }
}
