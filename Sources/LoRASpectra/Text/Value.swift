/// One cell of a result: what a row of the book holds in a column.
package enum Value: Hashable, Sendable {
  /// Not recorded.
  case absent
  case integer(Int64)
  case real(Double)
  case text(String)
}

/// Rows with named columns, all at hand.
package struct ResultTable: Equatable, Sendable {
  /// The columns' names.
  package var columns: [String]
  /// Each as long as the columns.
  package var rows: [[Value]]

  package init(columns: [String], rows: [[Value]]) {
    self.columns = columns
    self.rows = rows
  }

  /// The value of a row in the column of a name; absent where there is no such column.
  package func value(_ column: String, in row: [Value]) -> Value {
    columns.firstIndex(of: column).map { row[$0] } ?? .absent
  }
}

extension Value {
  /// The text, or nil for anything else.
  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// The whole number, or nil for anything else.
  package var integer: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The number as a double, or nil for a text or an absent value.
  package var number: Double? {
    switch self {
    case .real(let number): number
    case .integer(let number): Double(number)
    case .absent, .text: nil
    }
  }
}

extension Value {
  /// The value as a sentence quotes it: a number by its shortest text, `nothing` where there is none.
  package var plainText: String {
    switch self {
    case .absent: "nothing"
    case .integer(let number): String(number)
    case .real(let number): number.shortestText
    case .text(let text): text
    }
  }
}
