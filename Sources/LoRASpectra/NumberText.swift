extension Double {
  /// The shortest decimal text that reads back to the same double: `16`, `0.1`, `1e-5`, `2.5e+300`.
  ///
  /// The digits are those of Swift's `description` (SwiftDtoa: shortest, and closest among the shortest),
  /// without the `.0` of a whole number and the leading zero of an exponent. `nan`, `inf` and `-inf` are
  /// spelled as Python and C spell them.
  package var shortestText: String {
    guard isFinite else { return isNaN ? "nan" : self < 0 ? "-inf" : "inf" }
    var text = description
    if text.hasSuffix(".0") {
      text.removeLast(2)
    } else if let e = text.firstIndex(of: "e") {
      let sign = text.index(after: e)
      let digit = text.index(after: sign)
      if text[digit] == "0" { text.remove(at: digit) }
      if let point = text.range(of: ".0e") { text.replaceSubrange(point, with: "e") }
    }
    return text
  }

  /// The finite double that a whole decimal text spells, or nil; no spaces, no hexadecimal, no `nan`.
  ///
  /// `-0` is 0: the two are equal, so they must not be written, and named, as two.
  package static func finite(_ text: some StringProtocol) -> Double? {
    guard let first = text.utf8.first, text.utf8.allSatisfy({ decimalBytes.contains($0) }),
      first != UInt8(ascii: "e"), first != UInt8(ascii: "E"),
      let value = Double(text), value.isFinite
    else { return nil }
    return value == 0 ? 0 : value
  }

  private static let decimalBytes = Set("0123456789+-.eE".utf8)
}

extension String {
  fileprivate func range(of part: String) -> Range<Index>? {
    firstRange(of: part)
  }
}
