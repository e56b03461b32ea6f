import Glibc

/// How the learning rate changes over a training: the factors of `transformers.optimization`.
package enum LearningRateSchedule: String, NamedSetting {
  case constant, linear, cosine

  /// The name of its kind in messages.
  package static let kind = "schedule"

  /// The factor of the learning rate at update t.
  ///
  /// With w warm-up steps of N: t/w for t < w, so that the first update of a warmed-up training has
  /// rate 0; then with p = (t − w)/max(1, N − w): 1, 1 − p, or ½(1 + cos πp).
  ///
  /// - Parameters:
  ///   - step: t, from 0.
  ///   - steps: N, at least 1.
  ///   - warmup: w, from 0.
  package func factor(at step: Int, of steps: Int, warmup: Int) -> Double {
    if step < warmup { return Double(step) / Double(warmup) }
    let p = Double(step - warmup) / Double(max(1, steps - warmup))
    return switch self {
    case .constant: 1
    case .linear: max(0, 1 - p)
    case .cosine: max(0, 0.5 * (1 + cos(.pi * p)))
    }
  }
}
