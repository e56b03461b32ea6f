/// The memory of a worker that trains.
package enum TrainingMemory {
  /// Largest size of the factors, gradients and moments of the trainings computed at once: half of
  /// a usual second-level cache.
  package static let blockBytes = 256 << 10

  /// If they are larger, at least enough trainings for this many rows are computed at once, so that
  /// reading a large ΔW is worthwhile for BLAS.
  package static let wideRows = 64

  /// Largest size of kept inputs, in bytes.
  package static let inputBytes = 32 << 20

  /// Number of vectors that the search for the sharpness keeps before it restarts from the best of
  /// them.
  package static let sharpnessVectors = 64

  /// Approximate bytes of a worker that trains updates of a shape: the workspace for drawing, the
  /// update with its singular vectors, products of its size, the factors with their gradients and
  /// moments, the inputs, and the curves of an item, which are kept until it is complete.
  static func bytes(_ shape: Shape, _ spec: TrainingSpec, pointsPerItem: Int) -> Double {
    let (d, k, span) = (Double(shape.d), Double(shape.k), Double(shape.span))
    let rank = Double(spec.sweep.ranks.max() ?? 1)
    let factor = rank * (d + k + rank)
    let block = (rank + Double(wideRows)) * (d + k)
    let inputs = Double(max(spec.shared.samples, spec.batches.max() ?? 0))
    let vectors = spec.shared.findsSharpness ? Double(sharpnessVectors + 2) : 0
    let products = 9 * d * k + (d + k) * span
    let factors = 5 * block + (2 + vectors) * factor
    let numbers = products + factors + inputs * (2 * d + 2 * k + 2 * rank)
    let drawing = spec.sweep.profiles.map { Grid.workspaceBytes(shape, count: $0.count) }.max() ?? 0
    let keptInputs = min(
      Double(inputBytes), inputs * k * 8 * Double(spec.shared.samples > 0 ? 1 : spec.shared.steps))
    return drawing + 8 * numbers + keptInputs + curveBytes(spec) * Double(pointsPerItem)
      + Double(2 * blockBytes)
  }

  /// Approximate bytes of a training's curve.
  static func curveBytes(_ spec: TrainingSpec) -> Double {
    // An optional number takes 16 bytes.
    let row = Double(CurveColumn.allCases.count * 16 + 64)
    return Double(spec.shared.record.steps(of: spec.shared.steps).count) * row
  }
}
