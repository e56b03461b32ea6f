import CFactorLoops
import LoRASpectra

/// The results of a training.
struct TrainingCourse {
  var curve: [CurvePoint] = []
  var divergedAt: Int?
  var stepsToHalf: Int?
  var stepsTo90: Int?
  var stepsTo99: Int?
  var sharpnessStart: Double?
  var sharpnessEnd: Double?

  /// Records the first number of updates that reach a share.
  mutating func note(share learned: Double, of learnable: Double, step: Int) {
    if stepsToHalf == nil, learned >= 0.5 * learnable { stepsToHalf = step }
    if stepsTo90 == nil, learned >= 0.9 * learnable { stepsTo90 = step }
    if stepsTo99 == nil, learned >= 0.99 * learnable { stepsTo99 = step }
  }
}

/// Computes the rows of curves: one part before an update, the rest after it.
final class CurveRecorder {
  private let alignment = Alignment()
  private let before = Workspace()
  private let after = Workspace()
  /// The alignment of A before the first update, which all trainings share; nil if not yet
  /// computed.
  private var firstAlignment: Double??

  /// Clears the cache when the trainings have another start.
  func forgetStart() { firstAlignment = nil }

  /// Begins a row with the values that the update overwrites.
  func beginRow(
    _ course: inout TrainingCourse, step: Int, a: FactorStack, b: FactorStack, slot: Int,
    rate: Double?, trainLoss: Double?, hasGradients: Bool
  ) {
    var row = CurvePoint(step: step)
    row[.learningRate] = rate
    row[.trainLoss] = trainLoss
    if hasGradients {
      row[.gradNormA] = a.one(.gradient, slot).squares.squareRoot()
      row[.gradNormB] = b.one(.gradient, slot).squares.squareRoot()
    }
    row[.normA] = a.one(.factor, slot).squares.squareRoot()
    row[.normB] = b.one(.factor, slot).squares.squareRoot()
    course.curve.append(row)
  }

  /// Finishes the last row, from the kept factors before the update and those after it.
  func finishRow(
    _ course: inout TrainingCourse, _ coordinates: TrainingCoordinates, a: FactorStack,
    b: FactorStack, slot: Int, scale s: Double, isSampled: Bool, isLast: Bool
  ) {
    guard var row = course.curve.popLast() else { return }
    let (factorA, factorB) = (a.one(.previous, slot), b.one(.previous, slot))
    let sums = distances(coordinates, a: a, b: b, slot: slot, scale: s, isLast: isLast)
    let norm = coordinates.squares.squareRoot()
    let loss = 0.5 * sums.loss
    let error = sums.residual.squareRoot() / norm
    row[.loss] = loss
    if !isSampled { row[.trainLoss] = loss }
    row[.error] = error
    row[.energyRecovered] = 1 - error * error
    row[.adapterNorm] = s * sums.adapter.squareRoot() / norm
    if !isLast {
      let size = s * sums.change.squareRoot()
      let lossAfter = 0.5 * sums.residual_after
      if size.isFinite, lossAfter.isFinite {
        row[.stepChange] = size / norm
        row[.stepGain] = (loss - lossAfter) / coordinates.initialLoss
        if size > 0, sums.pull > 0 {
          row[.stepCosine] = s * sums.gain / (size * sums.pull.squareRoot())
        }
      }
    }
    row[.alignmentOut] = alignment.share(
      of: factorB, in: coordinates.left.map { .columns($0) } ?? .coordinates, count: a.rank)
    if row.step == 0, let firstAlignment {
      row[.alignmentIn] = firstAlignment
    } else {
      row[.alignmentIn] = alignment.share(
        of: factorA, in: coordinates.right.map { .rows($0) } ?? .coordinates, count: a.rank)
      if row.step == 0 { firstAlignment = .some(row[.alignmentIn]) }
    }
    course.curve.append(row)
  }

  private func distances(
    _ coordinates: TrainingCoordinates, a: FactorStack, b: FactorStack, slot: Int, scale s: Double,
    isLast: Bool
  ) -> lorabook_distances {
    let (d, k) = (coordinates.d, coordinates.k)
    let n = Matrix(before.pointer(d * k), rows: d, columns: k)
    n.combine(.transposed(b.one(.previous, slot)), .plain(a.one(.previous, slot)))
    var next: Matrix?
    if !isLast {
      let product = Matrix(after.pointer(d * k), rows: d, columns: k)
      product.combine(.transposed(b.one(.factor, slot)), .plain(a.one(.factor, slot)))
      next = product
    }
    var sums = lorabook_distances()
    for row in 0..<d {
      lorabook_add_distances(
        k, coordinates.update.start + row * k, n.start + row * k, next.map { $0.start + row * k },
        s, coordinates.variances, &sums)
    }
    return sums
  }
}
