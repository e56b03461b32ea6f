/// One value of a result: a column of a row.
package enum Value: Sendable {
  /// Not recorded.
  case absent
  case integer(Int64)
  case real(Double)
  case text(String)
}

/// Texts are equal where their bytes are, and absent values are equal to each other.
extension Value: Hashable {
  package static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.absent, .absent): true
    case (.integer(let a), .integer(let b)): a == b
    case (.real(let a), .real(let b)): a == b
    case (.text(let a), .text(let b)): ExactText(a) == ExactText(b)
    case (.absent, _), (.integer, _), (.real, _), (.text, _): false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .absent: hasher.combine(0)
    case .integer(let number): hasher.combine(number)
    case .real(let number): hasher.combine(number)
    case .text(let text): hasher.combine(ExactText(text))
    }
  }
}

/// Rows with named columns, all in memory.
package struct ResultTable: Equatable, Sendable {
  /// The column names.
  package var columns: [String]
  /// The rows, each as long as the columns.
  package var rows: [[Value]]

  package init(columns: [String], rows: [[Value]]) {
    self.columns = columns
    self.rows = rows
  }

  /// The value of a row in a named column; absent if there is no such column.
  package func value(_ column: String, in row: [Value]) -> Value {
    columns.firstIndex(of: column).map { row[$0] } ?? .absent
  }
}

extension Value {
  /// The text; nil for other values.
  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// The whole number; nil for other values.
  package var integer: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The number as a double; nil for a text or an absent value.
  package var number: Double? {
    switch self {
    case .real(let number): number
    case .integer(let number): Double(number)
    case .absent, .text: nil
    }
  }
}

extension Value {
  /// The value for a sentence: a number as its shortest text, `nothing` if it is absent.
  package var plainText: String {
    switch self {
    case .absent: "nothing"
    case .integer(let number): String(number)
    case .real(let number): number.shortestText
    case .text(let text): text
    }
  }
}
