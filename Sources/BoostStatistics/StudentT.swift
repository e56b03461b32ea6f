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
}
