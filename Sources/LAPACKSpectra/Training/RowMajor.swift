import CFactorLoops
import CLAPACK

/// A matrix of doubles by rows, as LAPACK sees the transpose of.
struct Matrix {
  /// The first entry.
  var start: UnsafeMutablePointer<Double>
  var rows: Int
  var columns: Int
  /// How far apart rows begin, at least `columns`.
  var stride: Int

  init(_ start: UnsafeMutablePointer<Double>, rows: Int, columns: Int, stride: Int? = nil) {
    self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// The first rows, or those after some.
  func rows(_ count: Int, from first: Int = 0) -> Matrix {
    Matrix(start + first * stride, rows: count, columns: columns, stride: stride)
  }

  /// Σ of squares of its entries, which lie without gaps.
  var squares: Double { lorabook_dot(rows * columns, start, start) }

  /// What a product takes of a matrix: itself, or its transpose.
  enum Operand {
    case plain(Matrix)
    case transposed(Matrix)
  }

  /// Replaces it by alpha·a·b + beta·itself.
  @inline(__always)
  func combine(_ a: Operand, _ b: Operand, alpha: Double = 1, beta: Double = 0) {
    let (left, isLeftTransposed, inner) =
      switch a {
      case .plain(let matrix): (matrix, Int32(0), matrix.columns)
      case .transposed(let matrix): (matrix, Int32(1), matrix.rows)
      }
    let (right, isRightTransposed) =
      switch b {
      case .plain(let matrix): (matrix, Int32(0))
      case .transposed(let matrix): (matrix, Int32(1))
      }
    // By columns the transposes stand in the other order.
    lorabook_combine(
      isRightTransposed, isLeftTransposed, Int32(columns), Int32(rows), Int32(inner), alpha,
      right.start, Int32(right.stride), left.start, Int32(left.stride), beta, start, Int32(stride))
  }
}
