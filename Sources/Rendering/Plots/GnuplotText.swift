import LoRASpectra

/// Texts as gnuplot takes them for texts and nothing else.
enum GnuplotText {
  /// A literal. In single quotes gnuplot knows no escapes and runs no command in backquotes (its manual,
  /// "Quote Marks" and "Substitution"); a quote in it is written twice. No line break can get in.
  static func quoted(_ text: String, for format: PictureFormat) -> String {
    var safe = printable(text).replacing("'", with: "''")
    // U+FFFE and U+FFFF are characters to Unicode and none to XML.
    safe = safe.replacing("\u{fffe}", with: "\u{fffd}").replacing("\u{ffff}", with: "\u{fffd}")
    // The svg terminal escapes every & but one that it takes for a character's number.
    if format == .svg { safe = safe.replacing("&#x", with: "&#x26;#x") }
    return "'\(safe)'"
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
