import LoRASpectra

/// A sentence of a page that distinguishes names from words: `"\(name: rule) is better."`
///
/// A name may be written from right to left, and must not reorder the words and numbers around it.
package struct Prose: Equatable, Sendable, ExpressibleByStringInterpolation {
  /// A part of a sentence.
  package struct Piece: Equatable, Sendable {
    /// The text.
    package var text: String
    /// Whether it is a name from the book.
    package var isName: Bool
  }

  /// In reading order.
  package private(set) var pieces: [Piece]

  /// Words alone.
  package init(stringLiteral text: String) { pieces = [Piece(text: text, isName: false)] }
  /// Words with interpolated values.
  package init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

  /// The whole text.
  package var text: String { pieces.map(\.text).joined() }

  /// A sentence followed by another, or by its continuation.
  package static func + (first: Prose, second: Prose) -> Prose {
    var result = first
    result.pieces += second.pieces
    return result
  }

  /// Collects the parts of a literal.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    /// Starts empty.
    package init(literalCapacity: Int, interpolationCount: Int) {}

    /// Words between interpolated values.
    package mutating func appendLiteral(_ text: String) { append(text, isName: false) }

    /// Words or a number; there may be names among the words.
    package mutating func appendInterpolation(_ text: String) {
      append(printable(text), isName: false)
    }

    /// A count.
    package mutating func appendInterpolation(_ count: Int) { append(String(count), isName: false) }

    /// A part of a sentence.
    package mutating func appendInterpolation(_ prose: Prose) { pieces += prose.pieces }

    /// A name from the book, with any characters.
    package mutating func appendInterpolation(name: String) {
      append(printable(name).shortened(to: 80), isName: true)
    }

    private mutating func append(_ text: String, isName: Bool) {
      if !text.isEmpty { pieces.append(Piece(text: text, isName: isName)) }
    }
  }
}
