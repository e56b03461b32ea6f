import Rendering
import Yams

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

  /// Where a node begins; the text's start where it is not known.
  init(_ mark: Mark?) {
    self.init(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }
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

  init(_ error: YamlError) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let around = context.map { " \($0.text)" } ?? ""
      self.init(TextMark(mark), "is no YAML: \(problem)\(printable(around)). Mend that line.")
    case .reader(let problem, let offset, _, let yaml):
      // Where libyaml stopped, counted in bytes; the text before it gives the place.
      let before = yaml.utf8.prefix(offset ?? 0)
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
      self.init(TextMark(line: line, column: column), "is no YAML: \(problem). Mend that line.")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.map { "'\(printable("\($0)"))'" }.joined(separator: ", ")
      self.init(
        TextMark(context.mark), "the key \(keys) is given twice. Give every field once.")
    default:
      self.init(.start, "is no YAML: \(printable("\(error)")). Mend the file.")
    }
  }
}
