/// Count, mean and sum of squared deviations of a stream of numbers, updated one number at a time.
///
/// Welford's recurrence (Welford 1962, "Note on a method for calculating corrected sums of squares
/// and products"): the same numbers in the same order give the same bits, wherever the stream was
/// cut.
package struct RunningSummary: Equatable, Sendable {
  /// Number of finite values added.
  package var count: Int
  /// Their mean; 0 if there are none.
  package var mean: Double
  /// Σ (x − mean)².
  package var squaredDeviations: Double

  package init(count: Int = 0, mean: Double = 0, squaredDeviations: Double = 0) {
    self.count = count
    self.mean = mean
    self.squaredDeviations = squaredDeviations
  }

  /// Adds a number; NaN and infinities are left out.
  package mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    count += 1
    let before = value - mean
    guard before.isFinite else {
      // The two may lie so far apart that their difference overflows, while their mean is still a
      // double.
      mean += value / Double(count) - mean / Double(count)
      squaredDeviations = .infinity
      return
    }
    mean += before / Double(count)
    squaredDeviations += before * (value - mean)
  }

  /// √(Σ (x − mean)² / (n − 1)), the sample standard deviation; nil for fewer than two numbers.
  package var standardDeviation: Double? {
    count > 1 ? (squaredDeviations / Double(count - 1)).squareRoot() : nil
  }
}
