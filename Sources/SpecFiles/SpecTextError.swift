/// A line and a column, both from 1.
package struct TextMark: Equatable, Sendable {
  /// From 1.
  package var line: Int
  /// From 1.
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

extension TextMark {
  /// Where a text begins.
  static let start = TextMark(line: 1, column: 1)
}

/// A text that is no spec, and where.
package struct SpecTextError: Error, Equatable {
  /// Where it goes wrong.
  package var mark: TextMark
  /// What is wrong and what to do, in sentences.
  package var problem: String

  package init(_ mark: TextMark, _ problem: String) {
    self.mark = mark
    self.problem = problem
  }
}
