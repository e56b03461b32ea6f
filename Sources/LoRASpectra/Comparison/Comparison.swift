/// Accumulates a comparison: one metric, measured on two or more sides, cell by cell.
///
/// A side is a sweep, or a value of the setting compared by. A place is one combination of all
/// other settings: each side has one cell there, with the runs that differ only in the seed.
package struct Comparison: Sendable {
  /// What both sides of a pair have in common.
  package enum Pairing: String, Sendable {
    /// The update.
    case update
    /// The seed, as where runs were logged or imported.
    case seed
    /// The module of a real model.
    case module
  }

  /// Repeats on one side of a place.
  package struct Repeats: Equatable, Sendable {
    /// Summary of the finite values.
    package var summary = RunningSummary()
    /// Number of values that diverged (NaN or infinite); they are left out of the mean.
    package var diverged = 0

    /// No values.
    package init() {}
  }

  /// A side compared with the first, on the pairs that they form at a place.
  package struct Differences: Equatable, Sendable {
    /// Differences side − first, one per pair.
    package var summary = RunningSummary()
    /// Number of pairs on which the side is strictly better.
    package var wins = 0
  }

  /// The metric compared.
  package let metric: Metric
  /// Whether larger values are better: not where nobody has said.
  package var isBetterLarger: Bool { metric.isBetterLarger ?? false }
  /// What both sides of a pair have in common.
  package let pairing: Pairing
  /// Number of sides, at least 1.
  package let sideCount: Int
  /// Number of places.
  package let placeCount: Int
  private let countsPairsOnce: Bool
  /// By place, then side.
  private var repeats: [Repeats]
  private var differences: [Differences]
  /// Values of the current pair so far, by place and side: repeats count once, with their mean.
  private var current: [RunningSummary]
  private var touched: [Int] = []
  /// The slots in which the current pair has a value, where only the first counts.
  private var seen: Set<Int> = []

  /// - Parameters:
  ///   - sideCount: number of sides, at least 1.
  ///   - placeCount: number of places.
  ///   - pairing: what both sides of a pair have in common.
  ///   - countsPairsOnce: whether of several values of a pair on a side of a place the first counts,
  ///     as where sweeps that are pooled share updates.
  package init(
    metric: Metric, sideCount: Int, placeCount: Int, pairing: Pairing = .update,
    countsPairsOnce: Bool = false
  ) {
    self.countsPairsOnce = countsPairsOnce
    self.metric = metric
    self.pairing = pairing
    self.sideCount = sideCount
    self.placeCount = placeCount
    let slots = sideCount * placeCount
    repeats = Array(repeating: Repeats(), count: slots)
    differences = Array(repeating: Differences(), count: slots)
    current = Array(repeating: RunningSummary(), count: slots)
  }

  /// Adds a value that the current pair has on a side of a place.
  package mutating func add(_ value: Double, place: Int, side: Int) {
    let slot = place * sideCount + side
    if countsPairsOnce, !seen.insert(slot).inserted { return }
    guard value.isFinite else { return repeats[slot].diverged += 1 }
    repeats[slot].summary.add(value)
    if current[slot].count == 0 { touched.append(slot) }
    current[slot].add(value)
  }

  /// Marks the end of the current pair: all its values were added.
  ///
  /// - Parameter isKnown: whether they belong together; runs that name no seed are not paired.
  package mutating func endPair(isKnown: Bool = true) {
    for slot in touched where isKnown {
      let side = slot % sideCount
      let first = current[slot - side]
      guard side > 0, first.count > 0 else { continue }
      let difference = current[slot].mean - first.mean
      differences[slot].summary.add(difference)
      if isBetterLarger ? difference > 0 : difference < 0 { differences[slot].wins += 1 }
    }
    for slot in touched { current[slot] = RunningSummary() }
    touched.removeAll(keepingCapacity: true)
    if !seen.isEmpty { seen.removeAll(keepingCapacity: true) }
  }

  /// The repeats on a side of a place.
  package func repeats(place: Int, side: Int) -> Repeats { repeats[place * sideCount + side] }

  /// Compares a side of a place with the first side.
  ///
  /// - Parameter criticalValue: the critical t for a number of degrees of freedom above 0; nil if
  ///   there
  ///   is none.
  /// - Returns: nil if either side has no value.
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
        size: max(abs(first.mean), abs(second.mean)),
        deviation: paired.summary.standardDeviation)
    }
    return Contrast(
      pairs: 0,
      difference: Estimate(
        welch: first, second, criticalValue: criticalValue), wins: nil,
      size: max(abs(first.mean), abs(second.mean)),
      unpaired: Contrast.Sides(first: first, second: second))
  }
}

/// A mean with its confidence interval.
package struct Estimate: Equatable, Sendable {
  /// The mean, or the difference of two means.
  package var mean: Double
  /// Half the interval's width; nil if there are too few values for an interval.
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

  /// The difference of two means, second − first, without assuming equal variances: variance s₁²/n₁
  /// + s₂²/n₂ with the degrees of freedom of Welch (1947) and Satterthwaite (1946).
  package init(
    welch first: RunningSummary, _ second: RunningSummary, criticalValue: (Double) -> Double?
  ) {
    mean = second.mean - first.mean
    guard let a = first.standardDeviation, let b = second.standardDeviation else { return }
    let (m, n) = (Double(first.count), Double(second.count))
    let scale = max(a, b)
    guard scale > 0 else {
      margin = 0
      return
    }
    // Divide by the larger first: squares of very large and very small numbers are no doubles.
    let (u, v) = ((a / scale) * (a / scale) / m, (b / scale) * (b / scale) / n)
    let degrees = (u + v) * (u + v) / (u * u / (m - 1) + v * v / (n - 1))
    margin = criticalValue(degrees).map { $0 * (u + v).squareRoot() * scale }
  }
}

/// A side compared with the first at a place.
package struct Contrast: Equatable, Sendable {
  /// Number of updates that both sides have; 0 if they share none and the comparison is Welch's.
  package var pairs: Int
  /// Side − first.
  package var difference: Estimate
  /// The share of the pairs on which the side is strictly better; nil without pairs.
  package var wins: Double?
  /// The larger magnitude of the two means.
  package var size: Double
  /// The standard deviation of the differences; nil without pairs, and of one pair.
  package var deviation: Double?
  /// The repeats of the first side and of this one; nil with pairs.
  package var unpaired: Sides?
  /// Relative precision of measurements: a smaller difference counts as none.
  package static let rounding = 1e-10

  /// The repeats of two sides without pairs.
  package struct Sides: Equatable, Sendable {
    /// Of the first side.
    package var first: RunningSummary
    /// Of the side that is compared with it.
    package var second: RunningSummary
  }

  package init(
    pairs: Int, difference: Estimate, wins: Double?, size: Double, deviation: Double? = nil,
    unpaired: Sides? = nil
  ) {
    self.unpaired = unpaired
    self.pairs = pairs
    self.difference = difference
    self.wins = wins
    self.size = size
    self.deviation = deviation
  }

  /// The conclusion from an interval.
  package enum Finding: Sendable {
    /// The interval lies above or below 0.
    case secondLarger, firstLarger
    /// The interval holds 0.
    case unclear
    /// The means differ by rounding at most.
    case equal
    /// There are too few values for an interval.
    case tooFew
  }

  /// The conclusion from the interval.
  package var finding: Finding {
    guard let low = difference.low, let high = difference.high else { return .tooFew }
    if abs(difference.mean) <= Contrast.rounding * size { return .equal }
    return low > 0 ? .secondLarger : high < 0 ? .firstLarger : .unclear
  }
}
