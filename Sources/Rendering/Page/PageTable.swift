import LoRASpectra

/// A table of a page: the text shown, and for each cell the value for a spreadsheet.
package struct PageTable {
  /// Its title, without a full stop.
  package var title: Prose
  /// A remark for the reader.
  package var note: Prose?
  /// The rows shown.
  package private(set) var table: ResultTable
  /// The number of rows and columns before the table was cut.
  private let full: (rows: Int, columns: Int)
  private let rounding: Double

  /// Largest number of rows on a page.
  package static let mostRows = 500
  /// Largest number of columns on a page.
  package static let mostColumns = 40

  /// - Parameters:
  ///   - table: its first rows and columns are shown, as many as a page can hold, without empty
  ///   columns, such
  ///     as the ends of intervals without repeats.
  ///   - rounding: the largest number that is shown as rounded zero.
  package init(
    title: Prose, note: Prose? = nil, _ table: ResultTable, rounding: Double = 0
  ) {
    self.rounding = rounding
    self.title = title
    self.note = note
    let table = PageTable.withoutEmptyColumns(table)
    full = (table.rows.count, table.columns.count)
    self.table = ResultTable(
      columns: Array(table.columns.prefix(PageTable.mostColumns)),
      rows: table.rows.prefix(PageTable.mostRows).map { Array($0.prefix(PageTable.mostColumns)) })
  }

  private static func withoutEmptyColumns(_ table: ResultTable) -> ResultTable {
    let filled = table.columns.indices.filter { column in
      table.rows.isEmpty || table.rows.contains { $0[column] != .absent }
    }
    return ResultTable(
      columns: filled.map { table.columns[$0] },
      rows: table.rows.map { row in filled.map { row[$0] } })
  }

  /// Whether a part of it is not shown.
  package var isCut: Bool { full != (table.rows.count, table.columns.count) }

  /// A sentence about the rows and columns not shown.
  private var cut: String? {
    var parts: [String] = []
    if full.rows > table.rows.count { parts.append("\(table.rows.count) of \(full.rows) rows") }
    if full.columns > table.columns.count {
      parts.append("\(table.columns.count) of \(full.columns) columns")
    }
    return parts.isEmpty
      ? nil : "The first \(parts.joined(separator: " and the first ")) are here."
  }

  /// Writes the table's values for a template into the current object.
  func write(to page: MustacheObject, number: Int) {
    let columns = table.columns.indices.map { index in
      PageColumn(table.rows.map { $0[index] }, rounding: rounding)
    }
    page.put(String(number), at: "number")
    title.write(to: page, at: "title")
    if let note {
      page.putObject(at: "note") { note.write(to: page, at: "prose") }
    } else {
      page.put(false, at: "note")
    }
    page.put(cut, at: "cut")
    // Wide tables are printed in landscape, and very wide ones in a smaller font.
    page.put(columns.count > 20 ? "wide vast" : columns.count > 13 ? "wide" : nil, at: "width")
    page.putList(of: Array(zip(table.columns, columns)), at: "columns") { name, column in
      let text = printable(name)
      PageCell(text: text, value: text.guardedForSpreadsheets, isNumber: column.isNumeric)
        .write(to: page)
    }
    page.putList(of: table.rows, at: "rows") { row in
      page.putList(of: table.columns.indices, at: "cells") {
        columns[$0].cell(row[$0]).write(to: page)
      }
    }
  }
}

/// How a column shows its values.
private struct PageColumn {
  let isNumeric: Bool
  private let decimals: DecimalText

  init(_ values: [Value], rounding: Double) {
    isNumeric = values.contains { $0.number != nil }
    decimals = DecimalText(
      among: values.compactMap { value in
        if case .real(let number) = value, number.isFinite { number } else { nil }
      }, rounding: rounding)
  }

  func cell(_ value: Value) -> PageCell {
    switch value {
    case .absent: PageCell(text: "", value: "", isNumber: isNumeric)
    case .integer(let number):
      PageCell(text: String(number), value: String(number), isNumber: isNumeric)
    case .real(let number):
      PageCell(
        text: number.isFinite ? decimals.text(number) : number.shortestText,
        value: number.shortestText, isNumber: isNumeric)
    case .text(let text):
      PageCell(
        text: printable(text), value: printable(text).guardedForSpreadsheets, isNumber: isNumeric)
    }
  }
}
