import LoRASpectra

/// A table to be read by people: columns aligned, numbers on their decimal points, as many digits as are
/// meant. It is held whole, because the last row may be the widest.
package final class TableWriter: RowWriter {
  /// How columns are set apart: by spaces, or as markdown's bars.
  package enum Style: Sendable {
    case plain
    case markdown
  }

  private let output: OutputBuffer
  private let style: Style
  private var table = ResultTable(columns: [], rows: [])

  init(_ output: OutputBuffer, style: Style) {
    self.output = output
    self.style = style
  }

  package func begin(_ columns: [String]) throws { table.columns = columns }

  package func write(_ row: [Value]) throws { table.rows.append(row) }

  package func end() throws {
    output.append(TableWriter.text(of: table, style: style))
    try output.flush(all: true)
  }

  /// A whole table as text, each line ended.
  package static func text(of table: ResultTable, style: Style) -> String {
    let columns = table.columns.indices.map { index in
      Column(name: table.columns[index], values: table.rows.map { $0[index] }, style: style)
    }
    var lines: [String] = []
    switch style {
    case .plain:
      lines.append(columns.map(\.header).joined(separator: "  "))
      for row in table.rows.indices {
        lines.append(columns.map { $0.cells[row] }.joined(separator: "  "))
      }
      lines = lines.map { line in
        String(line.reversed().drop { $0 == " " }.reversed())
      }
    case .markdown:
      lines.append("| " + columns.map(\.header).joined(separator: " | ") + " |")
      lines.append("|" + columns.map(\.rule).joined(separator: "|") + "|")
      for row in table.rows.indices {
        lines.append("| " + columns.map { $0.cells[row] }.joined(separator: " | ") + " |")
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// One column, every cell padded to its width.
  private struct Column {
    let header: String
    let cells: [String]
    let rule: String

    init(name: String, values: [Value], style: Style) {
      let isNumeric = values.contains { $0.number != nil }
      var texts = isNumeric ? Column.numbers(values) : values.map { Column.plain($0) }
      var name = printable(name)
      if style == .markdown {
        texts = texts.map(Column.escaped)
        name = Column.escaped(name)
      }
      let width = max(texts.map(columnWidth).max() ?? 0, columnWidth(name))
      func padded(_ text: String) -> String {
        let padding = String(repeating: " ", count: width - columnWidth(text))
        return isNumeric ? padding + text : text + padding
      }
      header = padded(name)
      cells = texts.map(padded)
      let dashes = String(repeating: "-", count: width)
      rule = isNumeric ? " \(dashes):" : " \(dashes) "
    }

    /// A cell's text that ends no markdown cell.
    private static func escaped(_ text: String) -> String {
      text.replacing("\\", with: "\\\\").replacing("|", with: "\\|")
    }

    private static func plain(_ value: Value) -> String {
      switch value {
      case .absent: ""
      case .integer(let number): String(number)
      case .real(let number): number.shortestText
      case .text(let text): printable(text)
      }
    }

    /// Numbers with their decimal points one under another.
    private static func numbers(_ values: [Value]) -> [String] {
      let reals = values.compactMap { value in
        if case .real(let number) = value, number.isFinite { number } else { nil }
      }
      let texts = values.map { value in
        if case .real(let number) = value, number.isFinite {
          DecimalText(number, among: reals).text
        } else {
          plain(value)
        }
      }
      let fractions = texts.map { text in
        text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) } ?? 0
      }
      let longest = fractions.max() ?? 0
      return zip(texts, fractions).map { text, fraction in
        text + String(repeating: " ", count: longest - fraction)
      }
    }
  }
}

/// How many terminal columns a text takes, a character a column.
private func columnWidth(_ text: String) -> Int { text.count }

/// A text whose control characters, which could command a terminal, are spelled out.
package func printable(_ text: String) -> String {
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
