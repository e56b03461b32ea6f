import LoRASpectra
import Testing

struct LearningRateSearchTests {
  /// Outcomes of two seeds: for each rate a final loss, nil if it diverged; the share is 1 − loss.
  private func outcomes(_ table: [(rate: Double, losses: [Double?])]) -> [RateOutcome] {
    table.flatMap { rate, losses in
      losses.enumerated().map { seed, loss in
        RateOutcome(
          seed: UInt32(seed), rate: rate,
          status: loss.map { $0 < 1 ? .learned : .unlearned } ?? .diverged, finalLoss: loss,
          finalError: loss.map { $0.squareRoot() }, share: loss.map { 1 - $0 }, stepsTo90: nil)
      }
    }
  }

  @Test("The best rate has the least mean final loss, the lower of equals")
  func best() {
    let search = LearningRateSearch(
      outcomes([(1, [0.5, 0.25]), (0.1, [0.25, 0.5]), (0.01, [0.9, 0.9])]))
    #expect(search.rates == [0.01, 0.1, 1])
    #expect(search.bestRate == 0.1)
    #expect(!search.isAtEdge)
  }

  @Test("A rate at which a seed diverged is no candidate, however low the others' loss")
  func divergedCandidate() {
    let search = LearningRateSearch(
      outcomes([(0.01, [0.5, 0.5]), (0.1, [0.2, 0.2]), (1, [0.01, nil])]))
    #expect(search.bestRate == 0.1)
    #expect(search.largestStableRate == 0.1)
    #expect(search.meanShare(at: 1) == 0.495)
  }

  @Test("A best rate at the grid's first or last is at its edge; one of no other too")
  func edge() {
    #expect(LearningRateSearch(outcomes([(1, [0.1]), (2, [0.2])])).isAtEdge)
    #expect(LearningRateSearch(outcomes([(1, [0.3]), (2, [0.2])])).isAtEdge)
    #expect(LearningRateSearch(outcomes([(1, [0.3])])).isAtEdge)
  }

  @Test("Where a seed diverged at every rate there is no best one and nothing follows")
  func noBest() {
    let search = LearningRateSearch(outcomes([(1, [nil, 0.5]), (2, [nil, nil])]))
    #expect(search.bestRate == nil)
    #expect(!search.isAtEdge)
    #expect(search.usableRates == nil)
    #expect(search.usableDecades == nil)
    #expect(search.largestStableRate == nil)
    #expect(search.transferLosses(at: 1).isEmpty)
  }

  @Test("The usable range is the contiguous one around the best with 0.9 of its share")
  func usable() {
    // Shares: 0.85, 0.5, 0.81, 0.9, 0.82, 0.79; 0.9 of the best is 0.81.
    let search = LearningRateSearch(
      outcomes([
        (1e-4, [0.15]), (1e-3, [0.5]), (1e-2, [0.19]), (0.1, [0.1]), (1, [0.18]), (10, [0.21]),
      ]))
    #expect(search.usableRates == 0.01...1)
    #expect(abs((search.usableDecades ?? 0) - 2) < 1e-12)
  }

  @Test("The transfer loss is 1 − share there / best share, a diverged training having share 0")
  func transfer() {
    let search = LearningRateSearch(
      outcomes([(0.1, [0.2, 0.5]), (1, [0.6, nil]), (10, [0.9, 0.9])]))
    #expect(search.bestRate == 0.1)
    let losses = search.transferLosses(at: 1)
    #expect(losses.count == 2)
    #expect(abs(losses[0] - 0.5) < 1e-15)
    #expect(losses[1] == 1)
    #expect(search.transferLosses(at: 0.1) == [0, 0])
    #expect(search.transferLosses(at: 7).isEmpty)
  }

  @Test("The largest stable rate is the largest at which every seed learned")
  func stable() {
    let search = LearningRateSearch(
      outcomes([(0.1, [0.5, 0.5]), (1, [0.2, 1.5]), (10, [0.3, 0.9]), (100, [nil, 0.1])]))
    #expect(search.largestStableRate == 10)
  }

  @Test("Two sides are compared seed by seed, each at its own rate")
  func differences() {
    let first = LearningRateSearch(outcomes([(0.1, [0.25, 0.04]), (1, [0.49, nil])]))
    let second = LearningRateSearch(outcomes([(0.1, [0.01, 0.04]), (1, [0.36, 0.16])]))
    func differ(_ one: Double, _ other: Double) -> [Double] {
      LearningRateSearch.differences(first, at: one, second, at: other) { $0.finalError }
    }
    #expect(differ(0.1, 0.1).map { ($0 * 1e9).rounded() / 1e9 } == [-0.4, 0])
    #expect(differ(1, 1).map { ($0 * 1e9).rounded() / 1e9 } == [-0.1])
    #expect(differ(0.1, 1).map { ($0 * 1e9).rounded() / 1e9 } == [0.1, 0.2])
  }
}

struct LearningSignalTests {
  @Test("A power of r is found where there is one, without what is not above 0")
  func fit() throws {
    let exact = try #require(PowerFit([(2, 3 * 0.5), (4, 3 * 0.25), (8, 0), (16, 3 * 0.0625)]))
    #expect(abs(exact.exponent + 1) < 1e-12)
    #expect(exact.count == 3)
    #expect((exact.standardError ?? 1) < 1e-7)
    // log₂ y = 0, 1, 1 at log₂ r = 0, 1, 2: the slope is ½, its standard error 1/√12.
    let rough = try #require(PowerFit([(1, 1), (2, 2), (4, 2)]))
    #expect(abs(rough.exponent - 0.5) < 1e-12)
    #expect(abs((rough.standardError ?? 0) - 1 / 12.0.squareRoot()) < 1e-12)
    #expect(PowerFit([(2, 1), (4, 2)])?.standardError == nil)
    #expect(PowerFit([(2, 1), (2, 2)]) == nil)
    #expect(PowerFit([(2, 1), (4, .infinity)]) == nil)
    #expect(PowerFit([]) == nil)
  }

  @Test(
    "Theory's powers of r are those of training.md",
    arguments: [
      (ScalingRule.lora, FactorInit.kaiming, Optimizer.sgd, -0.5, -1, 1),
      (.rslora, .kaiming, .sgd, 0, 0, 0.5), (.lora, .gaussian, .sgd, -1.5, -3, 1),
      (.rslora, .gaussian, .sgd, -1, -2, 0.5), (.lora, .kaiming, .adamw, -0.5, 0, 0),
      (.rslora, .normal, .adamw, 0, 0.5, -0.25), (.power(0.75), .normal, .adam, -0.25, 0.25, nil),
      (.unit, .kaiming, .sgd, 0.5, 1, 0),
    ] as [(ScalingRule, FactorInit, Optimizer, Double, Double, Double?)])
  func theory(
    rule: ScalingRule, initialisation: FactorInit, optimizer: Optimizer, gradient: Double,
    gain: Double, rate: Double?
  ) {
    let signal = LearningSignal(rule: rule, initialisation: initialisation, optimizer: optimizer)
    #expect(signal.gradNormExponent == gradient)
    #expect(signal.stepGainExponent == gain)
    #expect(signal.bestRateExponent == rate)
  }
}
