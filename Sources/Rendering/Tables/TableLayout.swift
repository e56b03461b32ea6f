import LoRASpectra

/// The target of a table: a terminal with some width, or a file without one.
package struct TableLayout: Sendable {
  /// Largest width of a line; nil if unlimited.
  package var width: Int?
  /// Whether headers and states are coloured.
  package var isColoured: Bool
  /// The largest number that is shown as a rounded zero, `~0`: 0 if nothing is known about the
  /// numbers.
  package var rounding: Double

  package init(width: Int? = nil, isColoured: Bool = false, rounding: Double = 0) {
    self.width = width
    self.isColoured = isColoured
    self.rounding = rounding
  }

  /// Whether a table fits with its columns side by side.
  package func fits(_ table: ResultTable) -> Bool {
    var columns = TableColumn.all(table.columns, table.rows, style: .plain, rounding: rounding)
    return fit(&columns) != nil
  }

  /// A table with as many of its first columns as fit, and the number of those left out.
  package func fitting(_ table: ResultTable) -> (table: ResultTable, hiddenColumns: Int) {
    var fitted = table
    while fitted.columns.count > 1, !fits(fitted) {
      fitted.columns.removeLast()
      for index in fitted.rows.indices { fitted.rows[index].removeLast() }
    }
    return (fitted, table.columns.count - fitted.columns.count)
  }

  /// Whether a table fits with nothing cut.
  package func fitsWhole(_ table: ResultTable) -> Bool {
    guard let width else { return true }
    let columns = TableColumn.all(table.columns, table.rows, style: .plain, rounding: rounding)
    return columns.reduce(0) { $0 + $1.width } + TableLayout.gap * (columns.count - 1) <= width
  }

  /// Number of spaces between two columns, by default and when there is little room.
  static let gap = 2
  private static let leastGap = 1

  /// The least width to which a text is cut.
  static let narrowest = 8

  /// Makes columns narrow enough: first headers on several lines, then texts cut, but never
  /// numbers; then smaller gaps.
  ///
  /// - Returns: number of spaces between columns; nil if they are still too wide.
  func fit(_ columns: inout [TableColumn]) -> Int? {
    let asked = columns
    for gap in [TableLayout.gap, TableLayout.leastGap] {
      columns = asked
      if fit(&columns, gap: gap) { return gap }
    }
    return nil
  }

  private func fit(_ columns: inout [TableColumn], gap: Int) -> Bool {
    guard let width else { return true }
    let room = width - gap * (columns.count - 1)
    guard room >= columns.count else { return false }
    for index in columns.indices { columns[index].width = min(columns[index].width, room) }
    for floor in [\TableColumn.widthOfWrappedHeader, \TableColumn.leastWidth] {
      while columns.reduce(0, { $0 + $1.width }) > room {
        let candidates = columns.indices.filter { columns[$0].width > columns[$0][keyPath: floor] }
        guard let widest = candidates.max(by: { columns[$0].width < columns[$1].width }) else {
          break
        }
        columns[widest].width -= 1
      }
    }
    return columns.reduce(0) { $0 + $1.width } <= room
      && columns.allSatisfy { $0.width >= $0.leastWidth }
  }
}

/// Styles of text on a terminal (ECMA-48's select graphic rendition).
package enum TextStyle: Int, Sendable {
  case bold = 1
  case red = 31
  case green = 32
  case yellow = 33
  case cyan = 36

  /// The text in this style, with the style reset after it.
  package func callAsFunction(_ text: String) -> String { "\u{1b}[\(rawValue)m\(text)\u{1b}[0m" }

  /// The style of a sweep's status; nil for other texts.
  package static func ofStatus(_ status: String) -> TextStyle? {
    switch status {
    case "finished": .green
    case "running": .cyan
    case "interrupted": .yellow
    case "failed": .red
    default: nil
    }
  }
}
