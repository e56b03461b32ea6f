/// The spellings of colours that gnuplot uses.
enum SVGColour {
  /// `#rrggbb` for `rgb( 0, 114, 178)`, `#0072B2`, `black` and `white`; nil for other texts, such
  /// as `none` and `currentColor`.
  static func normalised(_ text: String) -> String? {
    switch text {
    case "black": return "#000000"
    case "white": return "#ffffff"
    default: break
    }
    if text.hasPrefix("#"), text.utf8.count == 7 { return text.lowercased() }
    guard text.hasPrefix("rgb("), text.hasSuffix(")") else { return nil }
    let parts = text.dropFirst(4).dropLast().split(separator: ",").map {
      UInt8(String($0.filter { $0 != " " }))
    }
    guard parts.count == 3 else { return nil }
    var result = "#"
    for part in parts {
      guard let part else { return nil }
      result += (part < 16 ? "0" : "") + String(part, radix: 16)
    }
    return result
  }
}
