import BoostStatistics
import Testing

@Suite("The unpaired test")
struct UnpairedTestTests {
  @Test("The power of an unpaired test is that of statsmodels and of SciPy's non-central t")
  func powers() throws {
    let reference = try StatisticsReference.load()
    #expect(reference.unpaired_powers.count > 200)
    for expected in reference.unpaired_powers {
      let power = try #require(
        UnpairedTest.power(
          repeats: expected.repeats, difference: expected.difference,
          deviations: (expected.sds[0], expected.sds[1]), level: expected.level))
      #expect(abs(power - expected.power) < 1e-8, "\(expected): \(power)")
    }
  }

  @Test("The number of repeats that a power needs is that of statsmodels, rounded up")
  func needed() throws {
    let reference = try StatisticsReference.load()
    #expect(reference.unpaired_needed.count > 60)
    for expected in reference.unpaired_needed {
      #expect(
        UnpairedTest.repeats(
          difference: expected.difference, deviations: (expected.sds[0], expected.sds[1]),
          level: expected.level, power: expected.power) == max(2, expected.repeats), "\(expected)")
    }
  }

  @Test("The number of repeats depends on no unit, however large or small")
  func units() {
    for unit in [1e-300, 1e-20, 1, 1e300] {
      #expect(
        UnpairedTest.repeats(
          difference: 0.5 * unit, deviations: (unit, unit), level: 0.95, power: 0.8) == 64)
    }
  }

  @Test("No number of repeats is given where none would do, or an argument is out of range")
  func outOfRange() {
    func repeats(_ difference: Double, _ sds: (Double, Double), power: Double = 0.8) -> Int? {
      UnpairedTest.repeats(difference: difference, deviations: sds, level: 0.95, power: power)
    }
    #expect(repeats(0, (1, 1)) == nil)
    #expect(repeats(1e-9, (1, 1)) == nil)
    #expect(repeats(.nan, (1, 1)) == nil)
    #expect(repeats(1, (0, 0)) == nil)
    #expect(repeats(1, (-1, 1)) == nil)
    #expect(repeats(1, (1, .nan)) == nil)
    #expect(repeats(1, (1, 1), power: 1) == nil)
    #expect(repeats(1e6, (1, 1), power: 0.99) == 2)
  }
}
