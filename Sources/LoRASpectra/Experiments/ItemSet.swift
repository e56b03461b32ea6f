/// A set of an experiment's items by their numbers, such as those that a book has.
///
/// Kept as ranges: an undivided sweep is one range whatever its size.
package struct ItemSet: Equatable, Sendable {
  /// The items as ranges, ascending, with a gap between each two.
  package private(set) var ranges: [Range<Int>] = []
  /// Number of items in the ranges before each.
  private var before: [Int] = []
  /// Number of items.
  package private(set) var count = 0

  /// No items.
  package init() {}

  /// The items of a range.
  package init(_ range: Range<Int>) { append(range) }

  /// Whether it has no items.
  package var isEmpty: Bool { count == 0 }

  /// Adds items behind the last.
  ///
  /// - Returns: false, and adds nothing, unless all of them lie behind the last.
  @discardableResult
  package mutating func append(_ range: Range<Int>) -> Bool {
    guard !range.isEmpty else { return true }
    guard range.lowerBound >= ranges.last?.upperBound ?? 0 else { return false }
    if let last = ranges.last, last.upperBound == range.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
    } else {
      ranges.append(range)
      before.append(count)
    }
    count += range.count
    return true
  }

  /// The items of a range that are not in the set.
  package func missing(from range: Range<Int>) -> ItemSet {
    var missing = ItemSet()
    var next = range.lowerBound
    for taken in ranges where taken.overlaps(range) {
      if next < taken.lowerBound { missing.append(next..<taken.lowerBound) }
      next = taken.upperBound
    }
    if next < range.upperBound { missing.append(next..<range.upperBound) }
    return missing
  }

  /// The items of the set in a range, ascending.
  package func items(in range: Range<Int>) -> [Int] {
    var found: [Int] = []
    var index = firstRange(endingAfter: range.lowerBound)
    while index < ranges.count, ranges[index].lowerBound < range.upperBound {
      found += ranges[index].clamped(to: range)
      index += 1
    }
    return found
  }

  /// Whether an item is in the set.
  package func contains(_ item: Int) -> Bool {
    let index = firstRange(endingAfter: item)
    return index < ranges.count && ranges[index].contains(item)
  }

  /// Number of items of the set that are smaller: the place of one of its items among all of them.
  package func count(below item: Int) -> Int {
    let index = firstRange(endingAfter: item)
    guard index < ranges.count else { return count }
    return before[index] + max(0, item - ranges[index].lowerBound)
  }

  /// The item at a place among all of them, from 0; nil behind the last.
  package func item(at place: Int) -> Int? {
    guard (0..<count).contains(place) else { return nil }
    var part = 0..<before.count
    while part.count > 1 {
      let middle = (part.lowerBound + part.upperBound) / 2
      part = before[middle] <= place ? middle..<part.upperBound : part.lowerBound..<middle
    }
    return ranges[part.lowerBound].lowerBound + place - before[part.lowerBound]
  }

  private func firstRange(endingAfter item: Int) -> Int {
    var part = 0..<ranges.count
    while !part.isEmpty {
      let middle = (part.lowerBound + part.upperBound) / 2
      part =
        ranges[middle].upperBound <= item
        ? middle + 1..<part.upperBound : part.lowerBound..<middle
    }
    return part.lowerBound
  }
}
