import CBoostMath

/// Student's t-distribution, as Boost.Math computes it.
package enum StudentT {
  /// The t that a share `level` of the distribution lies within, on both sides: for an interval
  /// mean ± t·s/√n of confidence `level` with `degrees` = n − 1.
  ///
  /// - Parameters:
  ///   - level: above 0 and below 1, such as 0.95.
  ///   - degrees: above 0, whole or not (Welch–Satterthwaite).
  /// - Returns: nil where an argument is out of range.
  package static func twoSided(level: Double, degrees: Double) -> Double? {
    guard level > 0, level < 1 else { return nil }
    // The lower tail and its mirror: 1 − level keeps digits that (1 + level)/2 would lose.
    let quantile = -lorabook_student_t_quantile(degrees, (1 - level) / 2)
    return quantile.isFinite ? quantile : nil
  }

  /// The probability that a two-sided test finds a difference: 1 − F(t; ν, δ) + F(−t; ν, δ) with F the
  /// non-central t-distribution.
  ///
  /// - Parameters:
  ///   - critical: t, above 0.
  ///   - degrees: ν, above 0.
  ///   - shift: δ, at least 0.
  /// - Returns: nil where there is no number.
  static func power(critical: Double, degrees: Double, shift: Double) -> Double? {
    // So far out that nothing is left below the critical value.
    if shift > 1_000 { return 1 }
    let power =
      1 - lorabook_non_central_t_cdf(degrees, shift, critical)
      + lorabook_non_central_t_cdf(degrees, shift, -critical)
    return power.isFinite ? min(max(power, 0), 1) : nil
  }
}
