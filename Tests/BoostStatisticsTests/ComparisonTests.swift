import BoostStatistics
import LoRASpectra
import Testing

@Suite("A comparison")
struct ComparisonTests {
  private func critical(_ level: Double) -> (Double) -> Double? {
    { StudentT.twoSided(level: level, degrees: $0) }
  }

  private func isNear(_ a: Double?, _ b: Double, _ size: Double) -> Bool {
    a.map { abs($0 - b) <= 1e-11 * size } ?? false
  }

  @Test("Means, deviations and intervals, paired and unpaired, are SciPy's")
  func scipy() throws {
    let reference = try StatisticsReference.load()
    #expect(reference.cases.count == 8)
    for known in reference.cases {
      var comparison = Comparison(metric: .error, sideCount: 2, placeCount: 1)
      for index in 0..<max(known.first.count, known.second.count) {
        // Updates of one side alone come after the shared ones.
        if index < known.first.count { comparison.add(known.first[index], place: 0, side: 0) }
        if index >= known.shared { comparison.endPair() }
        if index < known.second.count { comparison.add(known.second[index], place: 0, side: 1) }
        comparison.endPair()
      }
      let first = comparison.repeats(place: 0, side: 0).summary
      #expect(isNear(first.standardDeviation, known.sd, 1))
      let estimate = Estimate(of: first, criticalValue: critical(known.level))
      #expect(isNear(estimate.low, known.interval[0], 10))
      #expect(isNear(estimate.high, known.interval[1], 10))
      let contrast = try #require(
        comparison.contrast(place: 0, side: 1, criticalValue: critical(known.level)))
      #expect(contrast.pairs == known.shared)
      #expect(isNear(contrast.difference.mean, known.difference, 10))
      #expect(isNear(contrast.difference.low, known.difference_interval[0], 10))
      #expect(isNear(contrast.difference.high, known.difference_interval[1], 10))
      #expect(contrast.wins == known.wins)
    }
  }

  @Test("A single value has a mean, and neither deviation nor interval")
  func single() throws {
    var comparison = Comparison(metric: .error, sideCount: 2, placeCount: 1)
    comparison.add(2, place: 0, side: 0)
    comparison.add(3, place: 0, side: 1)
    comparison.endPair()
    let summary = comparison.repeats(place: 0, side: 0).summary
    #expect(summary.standardDeviation == nil)
    #expect(Estimate(of: summary, criticalValue: critical(0.95)).margin == nil)
    let contrast = try #require(
      comparison.contrast(place: 0, side: 1, criticalValue: critical(0.95)))
    #expect(contrast.difference.mean == 1)
    #expect(contrast.difference.margin == nil)
    #expect(contrast.finding == .tooFew)
  }

  @Test("Repeats on one update are one pair, of their means")
  func repeatsOnOneUpdate() throws {
    var comparison = Comparison(metric: .varianceCaptured, sideCount: 2, placeCount: 1)
    for _ in 0..<3 {
      for value in [0.1, 0.3] { comparison.add(value, place: 0, side: 0) }
      comparison.add(0.5, place: 0, side: 1)
      comparison.endPair()
    }
    let contrast = try #require(
      comparison.contrast(place: 0, side: 1, criticalValue: critical(0.95)))
    #expect(contrast.pairs == 3)
    #expect(abs(contrast.difference.mean - 0.3) < 1e-15)
    #expect(contrast.wins == 1)
    #expect(comparison.repeats(place: 0, side: 0).summary.count == 6)
  }

  @Test("What diverged is counted and is part of no mean and no pair")
  func diverged() throws {
    var comparison = Comparison(metric: .error, sideCount: 2, placeCount: 1)
    for (first, second) in [(1.0, 2.0), (1.0, .nan), (.infinity, 2.0), (3.0, 4.0)] {
      comparison.add(first, place: 0, side: 0)
      comparison.add(second, place: 0, side: 1)
      comparison.endPair()
    }
    #expect(comparison.repeats(place: 0, side: 0).diverged == 1)
    #expect(comparison.repeats(place: 0, side: 1).diverged == 1)
    let contrast = try #require(
      comparison.contrast(place: 0, side: 1, criticalValue: critical(0.95)))
    #expect(contrast.pairs == 2)
    #expect(contrast.difference.mean == 1)
  }

  @Test("A difference that arithmetic rounds to is no finding")
  func rounding() throws {
    var comparison = Comparison(metric: .error, sideCount: 2, placeCount: 1)
    for seed in 0..<50 {
      let value = 1 + Double(seed) / 10
      comparison.add(value, place: 0, side: 0)
      comparison.add(value.nextUp, place: 0, side: 1)
      comparison.endPair()
    }
    let contrast = try #require(
      comparison.contrast(place: 0, side: 1, criticalValue: critical(0.95)))
    #expect(contrast.finding == .equal)
  }

  @Test("Very large and very small values have finite intervals", arguments: [1e-200, 1e200])
  func sizes(unit: Double) throws {
    for isPaired in [true, false] {
      var comparison = Comparison(metric: .error, sideCount: 2, placeCount: 1)
      for (first, second) in [(1.0, 2.0), (2, 4), (3, 5)] {
        comparison.add(first * unit, place: 0, side: 0)
        if !isPaired { comparison.endPair() }
        comparison.add(second * unit, place: 0, side: 1)
        comparison.endPair()
      }
      let contrast = try #require(
        comparison.contrast(place: 0, side: 1, criticalValue: critical(0.95)))
      // The same of the values without the unit.
      let deviation = isPaired ? (1.0 / 3 / 3).squareRoot() : (1.0 / 3 + 7.0 / 9).squareRoot()
      let margin = try #require(contrast.difference.margin)
      let t = try #require(critical(0.95)(isPaired ? 2 : 3.448275862068965))
      #expect(abs(margin / unit - t * deviation) < 1e-9)
      #expect(abs(contrast.difference.mean / unit - 5.0 / 3) < 1e-14)
    }
  }

  @Test("Runs that name no seed are not paired")
  func unknownPairs() throws {
    var comparison = Comparison(metric: .error, sideCount: 2, placeCount: 1, pairing: .seed)
    for side in 0...1 { for value in [1.0, 2, 4] { comparison.add(value, place: 0, side: side) } }
    comparison.endPair(isKnown: false)
    let contrast = try #require(
      comparison.contrast(place: 0, side: 1, criticalValue: critical(0.95)))
    #expect(contrast.pairs == 0)
    #expect(contrast.difference.margin != nil)
  }

  @Test("A side without values is compared with nothing")
  func empty() {
    var comparison = Comparison(metric: .error, sideCount: 2, placeCount: 2)
    comparison.add(1, place: 0, side: 0)
    comparison.endPair()
    for place in 0..<2 {
      #expect(comparison.contrast(place: place, side: 1, criticalValue: critical(0.95)) == nil)
    }
  }
}
