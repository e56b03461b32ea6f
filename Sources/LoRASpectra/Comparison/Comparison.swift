/// What a comparison is made of: one metric, measured on two or more sides, cell by cell.
///
/// A side is a sweep, or a value of the setting compared by. A place is a combination of all other
/// settings: there every side has a cell, the runs that differ in the seed alone.
package struct Comparison: Sendable {
  /// What is compared, under the names of the columns.
  package enum Metric: String, CaseIterable, Sendable {
    case error
    case truncationError = "truncation_error"
    case varianceCaptured = "variance_captured"

    /// Whether the larger value is the better one.
    package var isBetterLarger: Bool { self == .varianceCaptured }
  }

  /// Repeats on one side of a place.
  package struct Repeats: Equatable, Sendable {
    /// Finite values.
    package var summary = RunningSummary()
    /// Values that diverged: NaN or infinite, part of no mean.
    package var diverged = 0
  }

  /// A side set against the first, on the updates that both have at a place.
  package struct Differences: Equatable, Sendable {
    /// Differences side − first, one an update.
    package var summary = RunningSummary()
    /// On how many of them the side is strictly better.
    package var wins = 0
  }

  /// What was measured.
  package let metric: Metric
  /// How many sides there are, at least 1.
  package let sideCount: Int
  /// How many places there are.
  package let placeCount: Int
  /// By place, then side.
  private var repeats: [Repeats]
  private var differences: [Differences]
  /// What the update in hand has so far, by place and side: repeats on one update are one pair.
  private var current: [RunningSummary]
  private var touched: [Int] = []

  /// - Parameters:
  ///   - sideCount: how many sides, at least 1.
  ///   - placeCount: how many places.
  package init(metric: Metric, sideCount: Int, placeCount: Int) {
    self.metric = metric
    self.sideCount = sideCount
    self.placeCount = placeCount
    let slots = sideCount * placeCount
    repeats = Array(repeating: Repeats(), count: slots)
    differences = Array(repeating: Differences(), count: slots)
    current = Array(repeating: RunningSummary(), count: slots)
  }

  /// Adds a value that the update in hand has on a side of a place.
  package mutating func add(_ value: Double, place: Int, side: Int) {
    let slot = place * sideCount + side
    guard value.isFinite else { return repeats[slot].diverged += 1 }
    repeats[slot].summary.add(value)
    if current[slot].count == 0 { touched.append(slot) }
    current[slot].add(value)
  }

  /// Says that every value of the update in hand was added.
  package mutating func endUpdate() {
    for slot in touched {
      let side = slot % sideCount
      let first = current[slot - side]
      guard side > 0, first.count > 0 else { continue }
      let difference = current[slot].mean - first.mean
      differences[slot].summary.add(difference)
      if metric.isBetterLarger ? difference > 0 : difference < 0 { differences[slot].wins += 1 }
    }
    for slot in touched { current[slot] = RunningSummary() }
    touched.removeAll(keepingCapacity: true)
  }

  /// The repeats on a side of a place.
  package func repeats(place: Int, side: Int) -> Repeats { repeats[place * sideCount + side] }

  /// A side of a place set against the first.
  ///
  /// - Parameter criticalValue: the t that an interval reaches to, for degrees of freedom above 0; nil where
  ///   there is none.
  /// - Returns: nil where either side has no value.
  package func contrast(
    place: Int, side: Int, criticalValue: (Double) -> Double?
  ) -> Contrast? {
    let first = repeats(place: place, side: 0).summary
    let second = repeats(place: place, side: side).summary
    guard first.count > 0, second.count > 0 else { return nil }
    let paired = differences[place * sideCount + side]
    if paired.summary.count > 0 {
      return Contrast(
        pairs: paired.summary.count,
        difference: Estimate(of: paired.summary, criticalValue: criticalValue),
        wins: Double(paired.wins) / Double(paired.summary.count),
        size: max(abs(first.mean), abs(second.mean)))
    }
    return Contrast(
      pairs: 0,
      difference: Estimate(
        welch: first, second, criticalValue: criticalValue), wins: nil,
      size: max(abs(first.mean), abs(second.mean)))
  }
}

/// A mean with the interval that holds the true one at some level of confidence.
package struct Estimate: Equatable, Sendable {
  /// The mean, or the difference of two.
  package var mean: Double
  /// Half the interval's width; nil where there are too few values for one.
  package var margin: Double?

  /// The interval's lower end.
  package var low: Double? { margin.map { mean - $0 } }
  /// The interval's upper end.
  package var high: Double? { margin.map { mean + $0 } }

  /// mean ± t·s/√n with n − 1 degrees of freedom (Student 1908).
  package init(of summary: RunningSummary, criticalValue: (Double) -> Double?) {
    mean = summary.mean
    margin = summary.standardDeviation.flatMap { deviation in
      criticalValue(Double(summary.count - 1)).map {
        $0 * deviation / Double(summary.count).squareRoot()
      }
    }
  }

  /// The difference of two means, second − first, without equal variances assumed: variance
  /// s₁²/n₁ + s₂²/n₂ with the degrees of freedom of Welch (1947) and Satterthwaite (1946).
  package init(
    welch first: RunningSummary, _ second: RunningSummary, criticalValue: (Double) -> Double?
  ) {
    mean = second.mean - first.mean
    guard let a = first.standardDeviation, let b = second.standardDeviation else { return }
    let (m, n) = (Double(first.count), Double(second.count))
    let (u, v) = (a * a / m, b * b / n)
    guard u + v > 0 else {
      margin = 0
      return
    }
    // Divided by the larger first, so that no square of a tiny variance vanishes.
    let scale = max(u, v)
    let (p, q) = (u / scale, v / scale)
    let degrees = (p + q) * (p + q) / (p * p / (m - 1) + q * q / (n - 1))
    margin = criticalValue(degrees).map { $0 * (u + v).squareRoot() }
  }
}

/// One side set against the first at a place.
package struct Contrast: Equatable, Sendable {
  /// How many updates both sides have; 0 where they share none and the comparison is Welch's.
  package var pairs: Int
  /// Side − first.
  package var difference: Estimate
  /// The share of the pairs on which the side is strictly better; nil without pairs.
  package var wins: Double?
  /// The larger of the two means, by magnitude.
  package var size: Double
  /// What measurements are promised to, relative to their size: a smaller difference is none.
  package static let rounding = 1e-10

  package init(pairs: Int, difference: Estimate, wins: Double?, size: Double) {
    self.pairs = pairs
    self.difference = difference
    self.wins = wins
    self.size = size
  }

  /// What an interval says of a difference.
  package enum Finding: Sendable {
    /// The interval lies above or below 0.
    case secondLarger, firstLarger
    /// The interval holds 0.
    case unclear
    /// The means differ by no more than arithmetic rounds.
    case equal
    /// There are too few values for an interval.
    case tooFew
  }

  /// What the interval says.
  package var finding: Finding {
    if pairs == 0, difference.margin == nil { return .tooFew }
    if abs(difference.mean) <= Contrast.rounding * size { return .equal }
    guard let low = difference.low, let high = difference.high else { return .tooFew }
    return low > 0 ? .secondLarger : high < 0 ? .firstLarger : .unclear
  }
}
