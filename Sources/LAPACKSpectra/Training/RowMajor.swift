import CFactorLoops
import CLAPACK

/// A matrix of doubles stored by rows; LAPACK sees it as the transpose.
struct Matrix {
  /// The first entry.
  var start: UnsafeMutablePointer<Double>
  var rows: Int
  var columns: Int
  /// Distance between the starts of rows, at least `columns`.
  var stride: Int

  init(_ start: UnsafeMutablePointer<Double>, rows: Int, columns: Int, stride: Int? = nil) {
    self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// A number of rows, from a given one on.
  func rows(_ count: Int, from first: Int = 0) -> Matrix {
    Matrix(start + first * stride, rows: count, columns: columns, stride: stride)
  }

  /// Sum of the squares of its entries, which are stored without gaps.
  var squares: Double { lorabook_dot(rows * columns, start, start) }

  /// A factor of a product: a matrix or its transpose.
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
    // By columns the transposes come in the reverse order.
    lorabook_combine(
      isRightTransposed, isLeftTransposed, Int32(columns), Int32(rows), Int32(inner), alpha,
      right.start, Int32(right.stride), left.start, Int32(left.stride), beta, start, Int32(stride))
  }
}
