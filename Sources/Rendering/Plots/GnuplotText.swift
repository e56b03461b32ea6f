import LoRASpectra

/// Texts as gnuplot takes them for texts and nothing else.
enum GnuplotText {
  /// A literal. In single quotes gnuplot knows no escapes and runs no command in backquotes (its manual,
  /// "Quote Marks" and "Substitution"); a quote in it is written twice, but for those at its beginning, where
  /// gnuplot 5.4 takes the two for an empty text. No line break can get in.
  static func quoted(_ text: String, for format: PictureFormat) -> String {
    // By scalars: a mark that combines with a quote makes one character of both, which is no quote.
    let scalars = Array(printable(text).unicodeScalars)
    let start = scalars.prefix { $0 == "'" }.count
    var safe = ""
    for (index, scalar) in scalars.enumerated().dropFirst(start) {
      switch scalar {
      case "'": safe += "''"
      // These two are characters to Unicode and none to XML.
      case "\u{fffe}", "\u{ffff}": safe += "\u{fffd}"
      // The svg terminal escapes every & but one that it takes for a character's number.
      case "&" where format == .svg && scalars[(index + 1)...].starts(with: "#x".unicodeScalars):
        safe += "&#x26;"
      // And it does not escape what in XML may end nothing but a section of its own kind.
      case ">" where format == .svg && scalars[..<index].suffix(2) == ["]", "]"]: safe += "&#x3e;"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return (start == 0 ? "" : "\"\(String(repeating: "'", count: start))\".") + "'\(safe)'"
  }

  /// A number with all its digits.
  static func number(_ value: Double) -> String { value.shortestText }

  /// A coordinate, which needs no more than four decimals.
  static func coordinate(_ value: Double) -> String { ((value * 1e4).rounded() / 1e4).shortestText }

  /// A text cut into lines of at most `width` characters where it has spaces; a longer word is cut short.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      let word = String(word).shortened(to: max(8, width))
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
    return lines
  }
}
