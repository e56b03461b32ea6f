import LoRASpectra

/// Equivalent ways to compute a training; `training.md` derives them. Their results differ by
/// rounding alone.
package enum TrainingForm: String, CaseIterable, Sendable {
  /// As defined: M = ΔW − sBA in every step, 6dkr flops; for inputs E = XMᵀ.
  case direct
  /// ∂B = −s(ΔWAᵀ − sB(AAᵀ)), ∂A = −s(BᵀΔW − s(BᵀB)A): 4dkr + 4r²(d + k) flops, for white inputs.
  case gram
  /// The same in coordinates where ΔW is diagonal: A' = AV, B' = UᵀB, 8min(d, k)r² flops, for sgd
  /// and white inputs. The part of A outside V's span, if k > d, is stored as an r×r factor of its
  /// Gram matrix.
  case rotated
  /// Drawn inputs with E = XΔWᵀ − s(XAᵀ)Bᵀ, whose first term all trainings share; the checked loss
  /// as in `gram`, for white inputs.
  case sampled

  /// Whether it can compute these settings.
  package func applies(to settings: TrainingSettings) -> Bool {
    let isWhite = settings.inputs == .white
    return switch self {
    case .direct: true
    case .gram: isWhite && !settings.isSampled
    case .rotated: isWhite && !settings.isSampled && settings.optimizer == .sgd
    case .sampled: isWhite && settings.isSampled
    }
  }

  /// Approximate flops of a step, without those that all forms have.
  package func flops(_ shape: Shape, rank: Int, inputs: Int) -> Double {
    let (d, k, r, n) = (Double(shape.d), Double(shape.k), Double(rank), Double(inputs))
    let span = Double(shape.span)
    // Columns stored for A outside V's span.
    let rest = shape.k > shape.d ? r : 0
    return switch self {
    case .direct:
      inputs > 0 ? 2 * d * k * r + 2 * n * d * k + n * r * (4 * d + 4 * k) : 6 * d * k * r
    case .gram: 4 * d * k * r + 4 * r * r * (d + k)
    case .rotated: 4 * r * r * (2 * span + rest)
    case .sampled: 2 * d * k * r + 2 * r * r * (d + k) + n * r * (6 * d + 4 * k)
    }
  }

  /// The form with the fewest flops.
  package static func best(
    for settings: TrainingSettings, shape: Shape, rank: Int
  ) -> TrainingForm {
    let inputs = settings.inputsPerStep
    return allCases.filter { $0.applies(to: settings) }.min {
      $0.flops(shape, rank: rank, inputs: inputs) < $1.flops(shape, rank: rank, inputs: inputs)
    } ?? .direct
  }
}
