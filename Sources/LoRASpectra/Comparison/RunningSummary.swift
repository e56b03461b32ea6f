/// Count, mean and sum of squared deviations of a stream of numbers, updated one number at a time.
///
/// Welford's recurrence (Welford 1962, "Note on a method for calculating corrected sums of squares
/// and products"): the same numbers in the same order give the same bits, wherever the stream was
/// cut. Deviations whose squares are no doubles are summed in a larger or smaller unit, so that the
/// standard deviation is right for numbers of any size.
package struct RunningSummary: Equatable, Sendable {
  /// Number of finite values added.
  package var count: Int
  /// Their mean; 0 if there are none.
  package var mean: Double
  /// Σ ((x − mean) / unit)².
  private var squares: Double
  /// A power of two, 1 unless squares of the deviations overflow or vanish.
  private var unit = 1.0

  /// A summary that was kept, to be continued; without arguments an empty one.
  package init(count: Int = 0, mean: Double = 0, squaredDeviations: Double = 0) {
    self.count = count
    self.mean = mean
    squares = squaredDeviations
  }

  /// A summary of which the standard deviation is known.
  ///
  /// - Parameters:
  ///   - count: number of values.
  ///   - deviation: √(Σ (x − mean)² / (count − 1)); 0 for fewer than two values.
  package init(count: Int, mean: Double, standardDeviation deviation: Double) {
    self.init(count: count, mean: mean)
    guard deviation > 0, deviation.isFinite else { return }
    unit = RunningSummary.unit(of: deviation)
    squares = (deviation / unit) * (deviation / unit) * Double(max(0, count - 1))
  }

  /// Σ (x − mean)²; infinite if that is no double.
  package var squaredDeviations: Double { squares * unit * unit }

  /// Adds a number; NaN and infinities are left out.
  package mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    count += 1
    let old = mean
    let before = value - old
    guard before.isFinite else {
      // The two may lie so far apart that their difference overflows, while their mean is still a
      // double.
      mean += value / Double(count) - mean / Double(count)
      return addScaled(value, before: old)
    }
    mean += before / Double(count)
    let after = value - mean
    let square = before * after
    guard unit == 1, square > 1e-280 && square < 1e280 || before == 0 || after == 0 else {
      return addScaled(value, before: old)
    }
    squares += square
  }

  /// Adds the numbers of another summary (Chan, Golub and LeVeque 1983, "Algorithms for computing the
  /// sample variance").
  package mutating func add(_ other: RunningSummary) {
    guard other.count > 0 else { return }
    guard count > 0 else { return self = other }
    let (m, n) = (Double(count), Double(other.count))
    let total = squaredDeviations + other.squaredDeviations
    let between = (other.mean - mean) * (m / (m + n)).squareRoot() * n.squareRoot()
    let degrees = Double(count + other.count - 1)
    self = RunningSummary(
      count: count + other.count, mean: mean * (m / (m + n)) + other.mean * (n / (m + n)),
      standardDeviation: ((total + between * between) / degrees).squareRoot())
  }

  /// Adds the square of a number's deviation, in a unit in which it is a double.
  ///
  /// - Parameter old: the mean before the number.
  private mutating func addScaled(_ value: Double, before old: Double) {
    let size = abs(value / 2 - old / 2)
    guard size > 0, value != mean, squares.isFinite else { return }
    let wanted = RunningSummary.unit(of: size)
    if squares == 0 || wanted > unit {
      if squares > 0 { squares *= (unit / wanted) * (unit / wanted) }
      unit = wanted
    }
    squares += (value / unit - old / unit) * (value / unit - mean / unit)
  }

  /// The power of two next below a number.
  private static func unit(of size: Double) -> Double {
    Double(sign: .plus, exponent: size.exponent, significand: 1)
  }

  /// √(Σ (x − mean)² / (n − 1)), the sample standard deviation; nil for fewer than two numbers.
  package var standardDeviation: Double? {
    count > 1 ? (squares / Double(count - 1)).squareRoot() * unit : nil
  }
}
