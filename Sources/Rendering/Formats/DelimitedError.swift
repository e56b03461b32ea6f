import LoRASpectra

/// A malformed CSV text, with the place of the error.
package struct DelimitedError: Error, Equatable, CustomStringConvertible {
  /// The kinds of errors.
  package enum Problem: Equatable, Sendable {
    /// A quote inside a field that does not begin with one.
    case strayQuote
    /// Text between a closing quote and the delimiter.
    case textBehindQuote
    /// A quote that is not closed before the end.
    case openQuote
    /// A carriage return without a line feed after it.
    case strayReturn
    /// A record longer than ``DelimitedReader/longestRecord``.
    case tooLong
    /// More or fewer fields than the header; the number is a lower bound.
    case fieldCount(Int, expected: Int)
    /// A text that is not UTF-8.
    case notUTF8
    /// A text in UTF-16.
    case utf16
  }

  /// The kind of error.
  package var problem: Problem
  /// The line in the file, from 1.
  package var line: Int
  /// The character in the line, from 1.
  package var column: Int
  /// The text at that place, or its beginning.
  package var value: String

  package init(problem: Problem, line: Int, column: Int, value: String) {
    self.problem = problem
    self.line = line
    self.column = column
    self.value = value
  }

  package var description: String {
    let value = "'\(value.shortened(to: 60))'"
    return switch problem {
    case .strayQuote:
      "\(value) has a quote inside a field that does not begin with one. Put the field in quotes and double the quotes in it."
    case .textBehindQuote:
      "\(value) stands behind a closing quote. End the field there, or double the quotes in it."
    case .openQuote:
      "the field \(value) opens a quote that is not closed. Close it; a quote in a field is doubled."
    case .strayReturn:
      "\(value) holds a carriage return that no line feed follows. End lines with LF or CRLF, and put a field that holds one in quotes."
    case .tooLong:
      "the line \(value) is longer than 1 MB, too long to be meant. Look for a quote that is not closed."
    case .fieldCount(let count, let expected):
      "the line \(value) has \(count > expected ? "more than \(expected)" : "\(count)") fields where the header has \(expected). Give each line as many as the header; a field that holds the delimiter stands in quotes."
    case .notUTF8: "\(value) is no UTF-8 text. Save the file as UTF-8."
    case .utf16: "the file is UTF-16 text. Save it as UTF-8."
    }
  }
}
