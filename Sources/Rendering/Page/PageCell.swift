/// A cell for a template.
struct PageCell {
  /// The text shown.
  var text: String
  /// The value for a spreadsheet: all digits, and no formula.
  var value: String
  /// Whether its column contains numbers.
  var isNumber: Bool

  /// A longer text is broken into lines.
  private static let longest = 28

  func write(to page: MustacheObject) {
    page.put(text, at: "text")
    page.put(value == text ? nil : value, at: "value")
    page.put(text.utf8.count > PageCell.longest ? "long" : isNumber ? "n" : nil, at: "kind")
  }
}
