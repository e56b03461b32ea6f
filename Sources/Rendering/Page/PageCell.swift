/// A cell as a template sees it.
struct PageCell {
  /// What is shown.
  var text: String
  /// What a spreadsheet gets: all digits, and no formula.
  var value: String
  /// Whether its column is one of numbers.
  var isNumber: Bool

  /// A longer text is broken into lines.
  private static let longest = 28

  func write(to page: MustacheObject) {
    page.put(text, at: "text")
    page.put(value == text ? nil : value, at: "value")
    page.put(text.utf8.count > PageCell.longest ? "long" : isNumber ? "n" : nil, at: "kind")
  }
}
