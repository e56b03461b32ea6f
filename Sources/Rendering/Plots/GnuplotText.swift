import LoRASpectra

/// Texts escaped so that gnuplot reads them as texts alone.
enum GnuplotText {
  /// An expression for the text. In single quotes gnuplot has no escapes and runs no command in
  /// backquotes (its manual, "Quote Marks" and "Substitution"). A quote could be doubled there, but
  /// gnuplot 5.4 takes two at the beginning for an empty text, and several for no quote at all; so
  /// quotes are in double quotes, which contain nothing else. Line breaks are escaped.
  static func quoted(_ text: String, for format: PictureFormat) -> String {
    // By scalars: a quote and a combining mark form one character, which would not equal a quote.
    let scalars = Array(printable(text).unicodeScalars)
    var parts: [String] = []
    var start = 0
    while start < scalars.count {
      let isQuote = scalars[start] == "'"
      let end = scalars[start...].firstIndex { ($0 == "'") != isQuote } ?? scalars.count
      parts.append(
        isQuote
          ? "\"\(String(repeating: "'", count: end - start))\""
          : "'\(escaped(scalars, start..<end, for: format))'")
      start = end
    }
    return parts.isEmpty ? "''" : parts.joined(separator: ".")
  }

  /// A part of a text, escaped so that a format's terminal reads characters alone.
  private static func escaped(
    _ scalars: [Unicode.Scalar], _ part: Range<Int>, for format: PictureFormat
  ) -> String {
    var safe = ""
    for index in part {
      switch scalars[index] {
      // Unicode has these two characters, XML does not.
      case "\u{fffe}", "\u{ffff}": safe += "\u{fffd}"
      // The svg terminal escapes every & except one that seems to begin a character reference.
      case "&" where format == .svg && scalars[(index + 1)...].starts(with: "#x".unicodeScalars):
        safe += "&#x26;"
      // It does not escape ]]>, which XML allows only at the end of a CDATA section.
      case ">" where format == .svg && scalars[..<index].suffix(2) == ["]", "]"]: safe += "&#x3e;"
      default: safe.unicodeScalars.append(scalars[index])
      }
    }
    return safe
  }

  /// A number with all its digits.
  static func number(_ value: Double) -> String { value.shortestText }

  /// A coordinate, which needs no more than four decimals.
  static func coordinate(_ value: Double) -> String { ((value * 1e4).rounded() / 1e4).shortestText }

  /// A text wrapped at spaces into lines of at most `width` characters; a longer word is cut.
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
