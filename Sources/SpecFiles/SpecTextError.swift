/// A line and a column, both from 1.
package struct TextMark: Equatable, Sendable {
  /// The line, from 1.
  package var line: Int
  /// The column, from 1.
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

extension TextMark {
  /// The beginning of a text.
  static let start = TextMark(line: 1, column: 1)
}

/// An invalid spec, with the place of the error.
package struct SpecTextError: Error, Equatable {
  /// The place of the error.
  package var mark: TextMark
  /// The problem and the remedy, in sentences.
  package var problem: String

  package init(_ mark: TextMark, _ problem: String) {
    self.mark = mark
    self.problem = problem
  }
}
