/// The point of a curve that stands for a run, where a metric was measured step by step.
package enum CurvePlace: Equatable, Sendable {
  /// The end value, and without one the last step.
  case last
  /// The least and the greatest value of the curve; without a curve the end value.
  case least, greatest
  /// The value at this step.
  case step(Int64)

  /// - Parameter text: `last`, `least`, `greatest`, or a step of 0 or above.
  /// - Returns: nil for any other text.
  package init?(parsing text: String) {
    switch text {
    case "last": self = .last
    case "least": self = .least
    case "greatest": self = .greatest
    default:
      guard let step = Int64(text), step >= 0 else { return nil }
      self = .step(step)
    }
  }
}
