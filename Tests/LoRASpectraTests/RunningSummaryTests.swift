import LoRASpectra
import TestSupport
import Testing

struct RunningSummaryTests {
  @Test("Mean and variance agree with two passes over the numbers")
  func twoPasses() {
    var random = SplitMix64(seed: 11)
    for (offset, spread) in [(0.0, 1.0), (1e9, 1.0), (-3.0, 1e-6), (0.5, 1e12)] {
      for count in [1, 2, 3, 100, 1001] {
        let values = (0..<count).map { _ in
          offset + spread * Double.random(in: -1...1, using: &random)
        }
        var summary = RunningSummary()
        values.forEach { summary.add($0) }
        let mean = values.reduce(0) { $0 + ($1 - offset) } / Double(count) + offset
        let deviations = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(summary.count == count)
        #expect(abs(summary.mean - mean) <= 1e-12 * (abs(offset) + spread))
        #expect(abs(summary.squaredDeviations - deviations) <= 1e-6 * deviations)
      }
    }
  }

  @Test("Small whole numbers come out exactly")
  func exact() {
    var summary = RunningSummary()
    for value in [2.0, 4, 4, 4, 5, 5, 7, 9] { summary.add(value) }
    #expect(summary == RunningSummary(count: 8, mean: 5, squaredDeviations: 32))
  }

  @Test("Without a number everything is zero, and of one number nothing deviates")
  func fewNumbers() {
    var summary = RunningSummary()
    #expect(summary == RunningSummary(count: 0, mean: 0, squaredDeviations: 0))
    summary.add(0.1)
    #expect(summary == RunningSummary(count: 1, mean: 0.1, squaredDeviations: 0))
  }

  @Test(
    "The deviation of numbers whose squares are no doubles is right",
    arguments: [1e-300, 1e-200, 1e-160, 1, 1e160, 1e200, 1e300])
  func sizes(unit: Double) throws {
    var summary = RunningSummary()
    for value in [2.0, 4, 4, 4, 5, 5, 7, 9] { summary.add(value * unit) }
    let deviation = try #require(summary.standardDeviation)
    #expect(abs(deviation / unit - (32.0 / 7).squareRoot()) < 1e-14)
    #expect(abs(summary.mean / unit - 5) < 1e-14)
    let known = RunningSummary(count: 8, mean: 5 * unit, standardDeviation: deviation)
    #expect(abs(try #require(known.standardDeviation) / deviation - 1) < 1e-15)
  }

  @Test("Numbers of all sizes deviate as the largest do")
  func mixed() throws {
    for values in [[1e-200, 3e-200, 1, 2], [1, 2, 1e200, 3e200], [1e308, -1e308, 1e-300]] {
      var summary = RunningSummary()
      values.forEach { summary.add($0) }
      let size = values.map(abs).max() ?? 1
      let shares = values.map { $0 / size }
      let mean = shares.reduce(0, +) / Double(shares.count)
      let squares = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let expected = (squares / Double(shares.count - 1)).squareRoot()
      let deviation = try #require(summary.standardDeviation)
      #expect(abs(deviation / size / expected - 1) < 1e-14, "\(values)")
    }
  }

  @Test("A number that diverged is left out")
  func notFinite() {
    var summary = RunningSummary()
    for value in [1, .nan, 3, .infinity, -.infinity] as [Double] { summary.add(value) }
    #expect(summary == RunningSummary(count: 2, mean: 2, squaredDeviations: 2))
  }

  @Test("A stream cut anywhere and taken up again gives the same bits")
  func resumed() {
    var random = SplitMix64(seed: 12)
    let values = (0..<50).map { _ in Double.random(in: 0...1, using: &random) }
    var whole = RunningSummary()
    values.forEach { whole.add($0) }
    for cut in [0, 1, 25, 50] {
      var first = RunningSummary()
      values[..<cut].forEach { first.add($0) }
      var second = RunningSummary(
        count: first.count, mean: first.mean, squaredDeviations: first.squaredDeviations)
      values[cut...].forEach { second.add($0) }
      #expect(second == whole)
    }
  }
}
