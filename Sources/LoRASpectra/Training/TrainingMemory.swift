/// What a worker keeps in memory while it trains.
package enum TrainingMemory {
  /// What the factors, gradients and moments of the trainings computed at once may take: half of a usual second-level
  /// cache.
  package static let blockBytes = 256 << 10

  /// Where they take more, as many trainings are computed at once as have this many rows: BLAS needs them to pay for
  /// reading a large ΔW.
  package static let wideRows = 64

  /// Drawn inputs are kept up to this many bytes.
  package static let inputBytes = 32 << 20

  /// How many vectors the search for the sharpness keeps before it starts again from the best of them.
  package static let sharpnessVectors = 64

  /// About how many bytes a worker takes for trainings of a shape: what drawing takes, the update with its singular
  /// vectors, products of its size, the factors with their gradients and moments, the inputs, and the curves of an item,
  /// which are kept until it is whole.
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
    let rows = Double(spec.shared.record.steps(of: spec.shared.steps).count)
    // A number that may be absent takes 16 bytes.
    let row = Double(CurveColumn.allCases.count * 16 + 64)
    return drawing + 8 * numbers + keptInputs + Double(pointsPerItem) * rows * row
      + Double(2 * blockBytes)
  }
}
