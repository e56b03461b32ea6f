import Glibc

/// The result of a training, for choosing a learning rate.
package struct RateOutcome: Equatable, Sendable {
  /// The repeat: the seed of its update.
  package var seed: UInt32
  /// η before the schedule.
  package var rate: Double
  /// How it ended.
  package var status: TrainingSummary.Status
  /// The loss after the last update; nil if it diverged.
  package var finalLoss: Double?
  /// The error after the last update; nil if it diverged.
  package var finalError: Double?
  /// The learned share of what its rank can learn; nil if it diverged.
  package var share: Double?
  /// The first number of updates with a share of 0.9; nil if it was not reached.
  package var stepsTo90: Int?

  package init(
    seed: UInt32, rate: Double, status: TrainingSummary.Status, finalLoss: Double?,
    finalError: Double?, share: Double?, stepsTo90: Int?
  ) {
    self.seed = seed
    self.rate = rate
    self.status = status
    self.finalLoss = finalLoss
    self.finalError = finalError
    self.share = share
    self.stepsTo90 = stepsTo90
  }

  /// The outcome of a run whose update has a given seed.
  package init(seed: UInt32, _ run: TrainingRun) {
    self.init(
      seed: seed, rate: run.point.learningRate, status: run.summary.status,
      finalLoss: run.summary.finalLoss, finalError: run.summary.finalError,
      share: run.summary.share, stepsTo90: run.summary.stepsTo90)
  }

  /// ``share``, with 0 for a diverged training.
  var countedShare: Double { status == .diverged ? 0 : share ?? 0 }
}

/// The choice of a learning rate from the trainings of one cell, which differ only in learning rate
/// and seed.
package struct LearningRateSearch: Equatable, Sendable {
  /// The rates that were tried, ascending.
  package let rates: [Double]
  /// The rate with the least mean final loss over seeds, the lower one if two are equal; a rate at
  /// which a seed diverged is no candidate. nil if a seed diverged at every rate.
  package let bestRate: Double?
  private let outcomes: [Double: [RateOutcome]]

  /// A rate is usable if its mean share is at least this part of the best rate's.
  package static let usablePart = 0.9

  /// - Parameter outcomes: in any order; at most one for each seed and rate.
  package init(_ outcomes: [RateOutcome]) {
    self.outcomes = Dictionary(grouping: outcomes, by: \.rate)
    rates = self.outcomes.keys.sorted()
    var best: (rate: Double, loss: Double)?
    for rate in rates {
      let tried = self.outcomes[rate] ?? []
      // A diverged training has no final loss.
      let losses = tried.compactMap(\.finalLoss)
      guard losses.count == tried.count else { continue }
      let mean = losses.reduce(0, +) / Double(losses.count)
      if mean < best?.loss ?? .infinity { best = (rate, mean) }
    }
    bestRate = best?.rate
  }

  /// The trainings at a rate, by seed.
  package func outcomes(at rate: Double) -> [RateOutcome] {
    (outcomes[rate] ?? []).sorted { $0.seed < $1.seed }
  }

  /// Whether the best rate is the first or last one tried: then the optimum may lie outside.
  package var isAtEdge: Bool {
    bestRate.map { $0 == rates.first || $0 == rates.last } ?? false
  }

  /// The largest rate at which every seed learned; nil if there is none.
  package var largestStableRate: Double? {
    rates.last { rate in outcomes[rate]?.allSatisfy { $0.status == .learned } ?? false }
  }

  /// The mean share at a rate, with 0 for a diverged training; nil if the rate was not tried.
  package func meanShare(at rate: Double) -> Double? {
    guard let tried = outcomes[rate], !tried.isEmpty else { return nil }
    return tried.reduce(0) { $0 + $1.countedShare } / Double(tried.count)
  }

  /// The contiguous rates around the best one with at least ``usablePart`` of its mean share; nil
  /// if there is no best rate, or it learned nothing.
  package var usableRates: ClosedRange<Double>? {
    guard let bestRate, let best = meanShare(at: bestRate), best > 0,
      let place = rates.firstIndex(of: bestRate)
    else { return nil }
    func isUsable(_ rate: Double) -> Bool {
      (meanShare(at: rate) ?? 0) >= LearningRateSearch.usablePart * best
    }
    let low = rates[...place].reversed().prefix(while: isUsable).last ?? bestRate
    let high = rates[place...].prefix(while: isUsable).last ?? bestRate
    return low...high
  }

  /// log₁₀ of the usable range's ends; nil as ``usableRates``.
  package var usableDecades: Double? {
    usableRates.map { log10($0.upperBound / $0.lowerBound) }
  }

  /// The loss of each seed from training at another rate than the best one: 1 − share there / share
  /// at the best, with share 0 for a diverged training. Seeds without one of the two, or that
  /// learned nothing at the best, are left out.
  ///
  /// - Parameter rate: usually the best rate of another rank.
  package func transferLosses(at rate: Double) -> [Double] {
    guard let bestRate else { return [] }
    let there = Dictionary(
      outcomes(at: rate).map { ($0.seed, $0) }, uniquingKeysWith: { first, _ in first })
    return outcomes(at: bestRate).compactMap { best in
      guard let other = there[best.seed], best.countedShare > 0 else { return nil }
      return 1 - other.countedShare / best.countedShare
    }
  }

  /// The differences of two sides, second − first, by seed, each side at its own rate.
  ///
  /// - Parameter measure: the value to compare; seeds without it on either side are left out.
  package static func differences(
    _ first: LearningRateSearch, at firstRate: Double, _ second: LearningRateSearch,
    at secondRate: Double, measure: (RateOutcome) -> Double?
  ) -> [Double] {
    let others = Dictionary(
      second.outcomes(at: secondRate).map { ($0.seed, $0) }, uniquingKeysWith: { first, _ in first }
    )
    return first.outcomes(at: firstRate).compactMap { outcome in
      guard let own = measure(outcome), let other = others[outcome.seed].flatMap(measure) else {
        return nil
      }
      return other - own
    }
  }
}
