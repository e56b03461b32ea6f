import Mustache

/// A cell as a template sees it.
struct PageCell: MustacheParent {
  /// What is shown.
  var text: String
  /// What a spreadsheet gets: all digits, and no formula.
  var value: String
  /// Whether its column is one of numbers.
  var isNumber: Bool

  /// A longer text is broken into lines.
  private static let longest = 28

  func child(named name: String) -> Any? {
    switch name {
    case "text": text
    case "value": value == text ? nil : value
    case "kind": text.utf8.count > PageCell.longest ? "long" : isNumber ? "n" : nil
    default: nil
    }
  }
}
