/// The power of Welch's t-test on two sides with equal numbers of repeats: how many repeats tell a
/// difference of some size.
///
/// With n repeats on each side and standard deviations s₁, s₂, Welch's t has
/// ν = (n − 1)·(s₁² + s₂²)² / (s₁⁴ + s₂⁴) degrees of freedom (Satterthwaite 1946, "An approximate
/// distribution of estimates of variance components") and the shift δ = |difference| / √((s₁² + s₂²) / n).
/// Where s₁ = s₂ that is Student's test of two samples (Cohen 1988, *Statistical Power Analysis for the
/// Behavioral Sciences*, chapter 2), ν = 2n − 2.
package enum UnpairedTest {
  /// The most repeats on each side that are looked for.
  package static let mostRepeats = PairedTest.mostPairs

  /// The probability that the two-sided test finds a difference.
  ///
  /// - Parameters:
  ///   - repeats: n, on each side, at least 2.
  ///   - difference: of the means, at least 0.
  ///   - deviations: the sides' standard deviations, at least 0, one of them above 0; in the
  ///     difference's unit.
  ///   - level: the confidence, above 0 and below 1; the test's α is 1 − level.
  /// - Returns: nil where an argument is out of range.
  package static func power(
    repeats: Int, difference: Double, deviations: (Double, Double), level: Double
  ) -> Double? {
    let (larger, smaller) = (max(deviations.0, deviations.1), min(deviations.0, deviations.1))
    guard repeats >= 2, difference >= 0, difference.isFinite, smaller >= 0, larger > 0,
      deviations.0.isFinite, deviations.1.isFinite
    else { return nil }
    // In units of the larger one, whose square may be no double.
    let ratio = (smaller / larger) * (smaller / larger)
    let degrees = Double(repeats - 1) * (1 + ratio) * (1 + ratio) / (1 + ratio * ratio)
    guard let critical = StudentT.twoSided(level: level, degrees: degrees) else { return nil }
    return StudentT.power(
      critical: critical, degrees: degrees,
      shift: difference / larger * (Double(repeats) / (1 + ratio)).squareRoot())
  }

  /// The least number of repeats on each side whose test has a power.
  ///
  /// - Parameters:
  ///   - difference: as for ``power(repeats:difference:deviations:level:)``, but above 0.
  ///   - deviations: likewise.
  ///   - level: likewise.
  ///   - power: above 0 and below 1.
  /// - Returns: at least 2; nil where more than ``mostRepeats`` would be needed, or an argument is
  ///   out of range.
  package static func repeats(
    difference: Double, deviations: (Double, Double), level: Double, power: Double
  ) -> Int? {
    guard power > 0, power < 1, difference > 0 else { return nil }
    return LeastCount.find(upTo: mostRepeats) { repeats in
      (self.power(
        repeats: repeats, difference: difference, deviations: deviations, level: level) ?? 0)
        >= power
    }
  }
}
