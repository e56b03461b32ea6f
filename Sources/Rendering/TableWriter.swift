import LoRASpectra

/// A table to be read by people: columns aligned, numbers on their decimal points, as many digits as are
/// meant.
///
/// The first rows, up to ``sampleSize``, decide how wide the columns are; those behind them are printed as
/// they come, so that memory does not grow with the rows. A later cell that is wider pushes its line out.
package final class TableWriter: RowWriter {
  /// How a table is drawn.
  package enum Style: Sendable {
    case plain
    case markdown
  }

  /// How many rows are held back to find the columns' widths.
  package static let sampleSize = 1000

  private let output: OutputBuffer
  private let style: Style
  private var names: [String] = []
  private var sample: [[Value]] = []
  private var columns: [TableColumn]?

  init(_ output: OutputBuffer, style: Style) {
    self.output = output
    self.style = style
  }

  package func begin(_ columns: [String]) throws { names = columns }

  package func write(_ row: [Value]) throws {
    if let columns {
      append(row, columns)
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
  package static func text(of table: ResultTable, style: Style) throws -> String {
    var text = ""
    let output = OutputBuffer { text += String(decoding: $0, as: UTF8.self) }
    let writer = TableWriter(output, style: style)
    try writer.begin(table.columns)
    for row in table.rows { try writer.write(row) }
    try writer.end()
    return text
  }

  private func appendSample() {
    let columns = names.indices.map { index in
      TableColumn(name: names[index], sample: sample.map { $0[index] }, style: style)
    }
    append(columns.map(\.header))
    if style == .markdown {
      output.append("|" + columns.map(\.rule).joined(separator: "|") + "|\n")
    }
    for row in sample { append(row, columns) }
    sample = []
    self.columns = columns
  }

  private func append(_ row: [Value], _ columns: [TableColumn]) {
    append(zip(columns, row).map { $0.cell($1) })
  }

  private func append(_ cells: [String]) {
    switch style {
    case .plain:
      let line = cells.joined(separator: "  ")
      let end = line.utf8.lastIndex { $0 != UInt8(ascii: " ") }
      output.append(end.map { String(line[...$0]) } ?? "")
      output.append("\n")
    case .markdown:
      output.append("| " + cells.joined(separator: " | ") + " |\n")
    }
  }
}

/// One column of a table, as its first values lay it out.
private struct TableColumn {
  private(set) var header = ""
  /// The markdown line below the header.
  private(set) var rule = ""
  private let style: TableWriter.Style
  private let isNumeric: Bool
  private let decimals: DecimalText
  /// How many characters the longest fraction has, its point included.
  private var fraction = 0
  private var width = 0

  init(name: String, sample: [Value], style: TableWriter.Style) {
    self.style = style
    isNumeric = sample.contains { $0.number != nil }
    decimals = DecimalText(
      among: sample.compactMap { value in
        if case .real(let number) = value, number.isFinite { number } else { nil }
      })
    if isNumeric { fraction = sample.map { TableColumn.fraction(of: text($0)) }.max() ?? 0 }
    let name = escaped(printable(name))
    width = max(sample.map { columnWidth(aligned($0)) }.max() ?? 0, columnWidth(name))
    header = padded(name)
    let dashes = String(repeating: "-", count: width)
    rule = isNumeric ? " \(dashes):" : " \(dashes) "
  }

  /// A value at the column's width.
  func cell(_ value: Value) -> String { padded(aligned(value)) }

  private func padded(_ text: String) -> String {
    let padding = String(repeating: " ", count: max(0, width - columnWidth(text)))
    return isNumeric ? padding + text : text + padding
  }

  /// Numbers with their decimal points one under another.
  private func aligned(_ value: Value) -> String {
    let text = text(value)
    guard isNumeric else { return text }
    return text
      + String(repeating: " ", count: max(0, fraction - TableColumn.fraction(of: text)))
  }

  private func text(_ value: Value) -> String {
    switch value {
    case .absent: ""
    case .integer(let number): String(number)
    case .real(let number): number.isFinite ? decimals.text(number) : number.shortestText
    case .text(let text): escaped(printable(text))
    }
  }

  /// A text that ends no markdown cell.
  private func escaped(_ text: String) -> String {
    style == .markdown
      ? text.replacing("\\", with: "\\\\").replacing("|", with: "\\|") : text
  }

  private static func fraction(of text: String) -> Int {
    text.utf8.firstIndex(of: UInt8(ascii: ".")).map { columnWidth(String(text[$0...])) } ?? 0
  }
}

/// How many terminal columns a text takes, a character a column.
private func columnWidth(_ text: String) -> Int {
  // Characters are found byte by byte, which is slow; in ASCII each is one.
  isPlain(text) ? text.utf8.count : text.count
}

/// Whether a text is printable ASCII alone.
private func isPlain(_ text: String) -> Bool {
  text.utf8.allSatisfy { (32..<127).contains($0) }
}

/// A text whose control characters, which could command a terminal, are spelled out.
package func printable(_ text: String) -> String {
  if isPlain(text) { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
