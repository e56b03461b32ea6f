import BoostStatistics
import Testing

@Suite("The paired test")
struct PairedTestTests {
  @Test("The power of a paired test is that of statsmodels")
  func powers() throws {
    let reference = try StatisticsReference.load()
    #expect(reference.powers.count > 50)
    for expected in reference.powers {
      let power = try #require(
        PairedTest.power(
          pairs: expected.pairs, effect: expected.effect, level: expected.level))
      #expect(abs(power - expected.power) < 1e-9, "\(expected): \(power)")
    }
  }

  @Test("The number of pairs that a power needs is that of statsmodels, rounded up")
  func needed() throws {
    let reference = try StatisticsReference.load()
    #expect(reference.needed.count > 30)
    for expected in reference.needed {
      #expect(
        PairedTest.pairs(
          effect: expected.effect, level: expected.level, power: expected.power)
          == max(2, expected.pairs), "\(expected)")
    }
  }

  @Test("No number of pairs is given where none would do, or an argument is out of range")
  func outOfRange() {
    #expect(PairedTest.pairs(effect: 0, level: 0.95, power: 0.8) == nil)
    #expect(PairedTest.pairs(effect: 1e-9, level: 0.95, power: 0.8) == nil)
    #expect(PairedTest.pairs(effect: .nan, level: 0.95, power: 0.8) == nil)
    #expect(PairedTest.pairs(effect: 1, level: 0.95, power: 1) == nil)
    #expect(PairedTest.power(pairs: 1, effect: 1, level: 0.95) == nil)
    #expect(PairedTest.power(pairs: 5, effect: .infinity, level: 0.95) == nil)
    #expect(PairedTest.pairs(effect: 1e6, level: 0.95, power: 0.99) == 2)
  }
}
