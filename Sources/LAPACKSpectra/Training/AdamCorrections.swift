import Glibc
import LoRASpectra

/// The bias corrections of Adam: the divisors of its means, which start at 0.
enum AdamCorrections {
  /// 1 − β1^(t+1) and 1 − β2^(t+1).
  static func at(_ step: Int, _ settings: TrainingSettings) -> (first: Double, second: Double) {
    let count = Double(step + 1)
    return (1 - pow(settings.beta1, count), 1 - pow(settings.beta2, count))
  }
}
