import CBoostMath

/// The power of Student's t-test on paired differences (Cohen 1988, *Statistical Power Analysis for
/// the Behavioral Sciences*, chapter 2): how many pairs tell a difference of some size.
package enum PairedTest {
  /// The most pairs that are looked for.
  package static let mostPairs = 1_000_000

  /// The probability that the two-sided test of n pairs finds a difference.
  ///
  /// With ν = n − 1, the critical value t of ν and the non-central distribution function
  /// F(x; ν, δ), δ = effect·√n: power = 1 − F(t; ν, δ) + F(−t; ν, δ).
  ///
  /// - Parameters:
  ///   - pairs: n, at least 2.
  ///   - effect: the size of the mean difference in standard deviations of the differences, at
  ///     least 0.
  ///   - level: the confidence, above 0 and below 1; the test's α is 1 − level.
  /// - Returns: nil where an argument is out of range.
  package static func power(pairs: Int, effect: Double, level: Double) -> Double? {
    guard pairs >= 2, effect >= 0, effect.isFinite,
      let critical = StudentT.twoSided(level: level, degrees: Double(pairs - 1))
    else { return nil }
    let degrees = Double(pairs - 1)
    return StudentT.power(
      critical: critical, degrees: degrees, shift: effect * Double(pairs).squareRoot())
  }

  /// The least number of pairs whose test has a power.
  ///
  /// - Parameters:
  ///   - effect: as for ``power(pairs:effect:level:)``.
  ///   - level: likewise.
  ///   - power: above 0 and below 1.
  /// - Returns: at least 2; nil where more than ``mostPairs`` would be needed, or an argument is
  ///   out of range.
  package static func pairs(effect: Double, level: Double, power: Double) -> Int? {
    guard power > 0, power < 1, effect > 0 else { return nil }
    return LeastCount.find(upTo: mostPairs) { pairs in
      (self.power(pairs: pairs, effect: effect, level: level) ?? 0) >= power
    }
  }
}
