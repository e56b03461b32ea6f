/// Count, mean and sum of squared deviations of a stream of numbers, updated a number at a time.
///
/// Welford's recurrence (Welford 1962, "Note on a method for calculating corrected sums of squares and
/// products"): the same numbers in the same order give the same bits, wherever the stream was cut.
package struct RunningSummary: Equatable, Sendable {
  /// How many finite numbers were added.
  package var count: Int
  /// Their mean; 0 where there are none.
  package var mean: Double
  /// Σ (x − mean)².
  package var squaredDeviations: Double

  package init(count: Int = 0, mean: Double = 0, squaredDeviations: Double = 0) {
    self.count = count
    self.mean = mean
    self.squaredDeviations = squaredDeviations
  }

  /// Adds a number; one that is not finite is no part of a mean and is left out.
  package mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    count += 1
    let before = value - mean
    guard before.isFinite else {
      // Two numbers so far apart that only their mean is still a double.
      mean += value / Double(count) - mean / Double(count)
      squaredDeviations = .infinity
      return
    }
    mean += before / Double(count)
    squaredDeviations += before * (value - mean)
  }

  /// √(Σ (x − mean)² / (n − 1)), the sample standard deviation; nil below two numbers.
  package var standardDeviation: Double? {
    count > 1 ? (squaredDeviations / Double(count - 1)).squareRoot() : nil
  }
}
