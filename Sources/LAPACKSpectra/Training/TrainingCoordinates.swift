import CFactorLoops
import CLAPACK
import LoRASpectra

/// The coordinates in which factors are trained: ΔW's own, or those of its singular vectors, where
/// it is diagonal.
///
/// Bᵀ is stored instead of B, so that both factors have r rows: A is r×k, Bᵀ r×d.
final class TrainingCoordinates {
  /// Columns of Bᵀ.
  let d: Int
  /// Columns of A.
  let k: Int
  /// ΔW: d×k.
  let update: Matrix
  /// Whether ΔW is zero off the diagonal.
  let isDiagonal: Bool
  /// The diagonal of ΔW, padded with zeros to the longer of d and k.
  let diagonal: UnsafeMutablePointer<Double>
  /// λ, or nil for ones.
  let variances: UnsafeMutablePointer<Double>?
  /// U by rows, or nil for the identity's columns; Vᵀ likewise.
  let left: Matrix?
  let right: Matrix?
  /// ‖ΔW‖_F².
  let squares: Double
  /// ½ Σ λ ΔW².
  let initialLoss: Double
  private let memory = (Workspace(), Workspace(), Workspace())
  /// Owns U, V and ΔW.
  private let target: TrainingTarget

  /// - Parameters:
  ///   - rank: r; number of columns of A for the part outside V's span.
  ///   - isRotated: for white inputs alone.
  init(_ target: TrainingTarget, rank: Int, inputs: InputDistribution, isRotated: Bool) {
    self.target = target
    let (shape, span) = (target.shape, target.shape.span)
    isDiagonal = isRotated
    d = isRotated ? span : shape.d
    k = isRotated ? span + (shape.k > span ? rank : 0) : shape.k
    let longer = max(d, k)
    diagonal = memory.1.pointer(longer)
    if isRotated {
      diagonal.update(repeating: 0, count: longer)
      diagonal.update(from: target.singularValues, count: span)
      update = Matrix(memory.0.pointer(d * k), rows: d, columns: k)
      update.start.update(repeating: 0, count: d * k)
      for index in 0..<span { update.start[index * k + index] = diagonal[index] }
      left = nil
      right = nil
      squares = lorabook_dot(span, diagonal, diagonal)
    } else {
      update = target.matrix
      left = target.left
      right = target.right
      squares = update.squares
    }
    if inputs == .white {
      variances = nil
    } else {
      let weights = memory.2.pointer(k)
      for (index, value) in inputs.variances(k).enumerated() { weights[index] = value }
      variances = weights
    }
    // Summed as in a row of a curve, so that both are equal to the bit at B = 0.
    var sums = lorabook_distances()
    for row in 0..<d {
      let start = update.start + row * k
      lorabook_add_distances(k, start, start, nil, 0, variances, &sums)
    }
    initialLoss = 0.5 * sums.loss
  }

  /// A factor A of ΔW's own space, in these coordinates.
  ///
  /// - Parameter a: r×k of the update's shape; overwritten if these are rotated.
  /// - Throws: `LAPACKError.failed`.
  func bring(_ a: Matrix, into out: Matrix) throws {
    guard isDiagonal else {
      out.start.update(from: a.start, count: a.rows * a.columns)
      return
    }
    let (r, span) = (a.rows, target.shape.span)
    let inside = Matrix(out.start, rows: r, columns: span, stride: k)
    inside.combine(.plain(a), .transposed(target.right))
    guard k > span else { return }
    // A − A'Vᵀ = L·Qᵀ, where only L matters: by columns its transpose is Q·R, R = Lᵀ.
    a.combine(.plain(inside), .plain(target.right), alpha: -1, beta: 1)
    let tau = Workspace()
    let info = Workspace().serving { work, size in
      lorabook_qr(Int32(a.columns), Int32(r), a.start, tau.pointer(r), work, size)
    }
    guard info == 0 else {
      throw LAPACKError.failed(routine: "DGEQRF", info: Int(info), update: target.name)
    }
    for row in 0..<r {
      for column in 0..<r {
        out.start[row * k + span + column] = column <= row ? a.start[row * a.columns + column] : 0
      }
    }
  }
}
