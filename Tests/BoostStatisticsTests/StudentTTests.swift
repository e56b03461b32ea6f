import BoostStatistics
import Testing

@Suite("Student's t")
struct StudentTTests {
  @Test("Quantiles are SciPy's, for whole degrees of freedom and others")
  func quantiles() throws {
    let reference = try StatisticsReference.load()
    #expect(reference.quantiles.count == 54)
    for quantile in reference.quantiles {
      let t = try #require(StudentT.twoSided(level: quantile.level, degrees: quantile.degrees))
      #expect(abs(t / quantile.t - 1) < 1e-11, "\(quantile)")
    }
  }

  @Test(
    "An argument out of range has no quantile",
    arguments: [
      (0.95, 0.0), (0.95, -1), (0.95, .nan), (1, 5), (-0.1, 5), (.nan, 5), (1.5, 5),
    ])
  func outOfRange(level: Double, degrees: Double) {
    #expect(StudentT.twoSided(level: level, degrees: degrees) == nil)
  }
}
