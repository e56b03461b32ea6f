/// The search for a number of repeats.
enum LeastCount {
  /// The least number that suffices.
  ///
  /// - Parameters:
  ///   - most: the largest that is looked for, at least 2.
  ///   - suffices: true from some number on.
  /// - Returns: at least 2; nil if none up to `most` was found to suffice.
  static func find(upTo most: Int, where suffices: (Int) -> Bool) -> Int? {
    var high = 2
    while !suffices(high) {
      high *= 2
      guard high <= most else { return nil }
    }
    var low = high / 2
    while high - low > 1 {
      let middle = (low + high) / 2
      if suffices(middle) { high = middle } else { low = middle }
    }
    return max(high, 2)
  }
}
