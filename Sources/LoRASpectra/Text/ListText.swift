/// Lists as written on a command line and in a spec: `0,5,10-19`, `2-64:2`.
package enum ListText {
  /// The longest list accepted: a longer range is taken for a mistake.
  package static let longest = 10_000_000

  /// Splits at commas and trims spaces around the items.
  package static func items(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let start = part.firstIndex(where: { $0 != " " }),
        let end = part.lastIndex(where: { $0 != " " })
      else { return "" }
      return String(part[start...end])
    }
  }

  /// Parses whole numbers and the ranges `A-B` and `A-B:STEP`, both ends included.
  ///
  /// - Parameters:
  ///   - allowed: the valid numbers.
  ///   - cost: describes the cost of that many values, for the message about a range that is too
  ///   long.
  /// - Throws: `SettingError` for any other item, a number outside `allowed`, a reversed or empty
  ///   range,
  ///   or more than ``longest`` values.
  package static func integers(
    _ items: [String], field: SweepSpec.Field, allowed: ClosedRange<Int>,
    cost: (Int) -> String
  ) throws -> [Int] {
    var numbers: [Int] = []
    for item in items {
      let (first, last, step) = try range(item, field: field, allowed: allowed)
      // Neither can overflow: both ends lie in `allowed`, whose bounds are below 2³³.
      let count = (last - first) / step + 1
      guard numbers.count + count <= longest else {
        throw SettingError(
          field, item, "is \(count) values, too many to be meant: \(cost(count))",
          remedy: "Give at most \(longest) values")
      }
      numbers.append(contentsOf: stride(from: first, through: last, by: step))
    }
    return numbers
  }

  private static func range(
    _ item: String, field: SweepSpec.Field, allowed: ClosedRange<Int>
  ) throws -> (first: Int, last: Int, step: Int) {
    let bounds = "from \(allowed.lowerBound) to \(allowed.upperBound)"
    func number(_ text: some StringProtocol) throws -> Int {
      guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }) else {
        throw SettingError(
          field, item, item.isEmpty ? "is an empty item" : "is no whole number or range",
          remedy: "Write numbers \(bounds), such as 4, or ranges, such as 0-99 or 2-64:2")
      }
      guard let number = Int(text), allowed.contains(number) else {
        throw SettingError(field, item, "is out of range", remedy: "Give numbers \(bounds)")
      }
      return number
    }
    // A leading dash is a sign, not a range.
    guard let dash = item.dropFirst().firstIndex(of: "-") else {
      let single = try number(item)
      return (single, single, 1)
    }
    let first = try number(item[..<dash])
    let rest = item[item.index(after: dash)...]
    let colon = rest.firstIndex(of: ":") ?? rest.endIndex
    let last = try number(rest[..<colon])
    var step = 1
    if colon < rest.endIndex {
      guard let given = Int(rest[rest.index(after: colon)...]), given >= 1 else {
        throw SettingError(
          field, item, "has a step that is no whole number above 0",
          remedy: "Write FIRST-LAST:STEP, such as 2-64:2")
      }
      step = given
    }
    guard first <= last else {
      throw SettingError(
        field, item, "is reversed, so it holds nothing",
        remedy: "Write the smaller number first: \(last)-\(first)")
    }
    return (first, last, step)
  }

  /// The shortest list text of whole numbers: three or more neighbours become a range.
  package static func text(_ numbers: [Int]) -> String {
    var parts: [String] = []
    var start = 0
    while start < numbers.count {
      var end = start
      while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
      if end - start >= 2 {
        parts.append("\(numbers[start])-\(numbers[end])")
      } else {
        parts.append(contentsOf: numbers[start...end].map(String.init))
      }
      start = end + 1
    }
    return parts.joined(separator: ",")
  }
}
