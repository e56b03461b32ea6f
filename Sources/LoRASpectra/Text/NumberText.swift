extension Double {
  /// The shortest decimal text that reads back to the same double: `16`, `0.1`, `1e-5`, `2.5e+300`.
  ///
  /// The digits are those of Swift's `description` (SwiftDtoa: shortest, and closest among the shortest),
  /// without the `.0` of a whole number and the leading zero of an exponent. `nan`, `inf` and `-inf` are
  /// spelled as Python and C spell them.
  package var shortestText: String {
    withShortestText { String(decoding: $0, as: UTF8.self) }
  }

  /// Passes ``shortestText`` as bytes, for callers that write millions of numbers.
  package func withShortestText<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    var text = isFinite ? description : isNaN ? "nan" : self < 0 ? "-inf" : "inf"
    // Between these sizes Swift writes no exponent.
    if !(magnitude >= 1e-3 && magnitude < 1e15), isFinite { text = withoutPadding(text) }
    return text.withUTF8 { bytes in
      let isWhole = bytes.suffix(2).elementsEqual(".0".utf8)
      return body(UnsafeBufferPointer(rebasing: isWhole ? bytes.dropLast(2) : bytes[...]))
    }
  }

  /// `1e-05` as `1e-5`, `1.0e+16` as `1e+16`.
  private func withoutPadding(_ description: String) -> String {
    var text = description
    guard let e = text.firstIndex(of: "e") else { return text }
    let sign = text.index(after: e)
    let digit = text.index(after: sign)
    if text[digit] == "0" { text.remove(at: digit) }
    if let point = text.firstRange(of: ".0e") { text.replaceSubrange(point, with: "e") }
    return text
  }

  /// The finite double of a decimal text, or nil; spaces, hexadecimal and `nan` are refused.
  ///
  /// `-0` becomes 0: the two are equal, so they must not be written or named as two values.
  package static func finite(_ text: some StringProtocol) -> Double? {
    guard let first = text.utf8.first, text.utf8.allSatisfy({ decimalBytes.contains($0) }),
      first != UInt8(ascii: "e"), first != UInt8(ascii: "E"),
      let value = Double(text), value.isFinite
    else { return nil }
    return value == 0 ? 0 : value
  }

  private static let decimalBytes = Set("0123456789+-.eE".utf8)
}
