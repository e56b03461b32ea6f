import CFactorLoops
import CLAPACK

/// Computes the share of a factor's space that lies in ΔW's first singular directions.
final class Alignment {
  private let basis = Workspace()
  private let gram = Workspace()
  private let product = Workspace()
  private let tau = Workspace()
  private let work = Workspace()
  private var pivots: [Int32] = []

  /// Singular values below this share of the largest count as zero.
  private static let negligible = 1e-12

  /// The directions to compare a factor's rows with.
  enum Directions {
    /// The first `count` coordinates.
    case coordinates
    /// The columns of a matrix.
    case columns(Matrix)
    /// The rows of a matrix.
    case rows(Matrix)
  }

  /// ‖Q·P‖_F²/q, the share in 0…1 of the factor's row space in the first `count` directions P; Q is
  /// an orthonormal basis of q rows.
  ///
  /// - Returns: nil if the factor is 0.
  func share(of factor: Matrix, in directions: Directions, count: Int) -> Double? {
    let size = factor.rows * factor.columns
    guard (0..<size).contains(where: { factor.start[$0] != 0 }) else { return nil }
    // These are all directions: every row lies in them.
    if count >= factor.columns { return 1 }
    if let share = choleskyShare(of: factor, in: directions, count: count) { return share }
    let dimension = orthonormalise(factor)
    let rows = Matrix(basis.pointer(size), rows: dimension, columns: factor.columns)
    let projected = project(rows, on: directions, count: count)
    return projected.squares / Double(dimension)
  }

  /// The basis by two Cholesky factorisations of Gram matrices (Yamamoto, Nakatsukasa, Yanagisawa &
  /// Fukaya 2015, "Roundoff error analysis of the CholeskyQR2 algorithm"), which is orthonormal to
  /// rounding if the Gram matrix after the first one is near the identity.
  ///
  /// - Returns: nil if it is not, for example for a factor without full rank.
  private func choleskyShare(
    of factor: Matrix, in directions: Directions, count: Int
  ) -> Double? {
    let (r, width) = (factor.rows, factor.columns)
    guard r <= width else { return nil }
    let rows = Matrix(basis.pointer(r * width), rows: r, columns: width)
    rows.start.update(from: factor.start, count: r * width)
    let gram = gram.pointer(r * r)
    for pass in 0..<2 {
      lorabook_gram(Int32(r), Int32(width), 1, rows.start, Int32(width), gram)
      if pass == 1 {
        var distance = 0.0
        for column in 0..<r {
          for row in column..<r {
            let off = gram[column * r + row] - (row == column ? 1 : 0)
            distance += off * off
          }
        }
        guard distance < 1e-4 else { return nil }
      }
      guard lorabook_cholesky(Int32(r), gram) == 0 else { return nil }
      if pass == 0 {
        lorabook_divide_by_cholesky(Int32(width), Int32(r), gram, rows.start)
      }
    }
    let projected = project(rows, on: directions, count: count)
    lorabook_divide_by_cholesky(Int32(count), Int32(r), gram, projected.start)
    return projected.squares / Double(r)
  }

  /// rows·P, stored without gaps.
  private func project(_ rows: Matrix, on directions: Directions, count: Int) -> Matrix {
    let out = Matrix(product.pointer(rows.rows * count), rows: rows.rows, columns: count)
    switch directions {
    case .coordinates:
      for row in 0..<rows.rows {
        (out.start + row * count).update(from: rows.start + row * rows.stride, count: count)
      }
    case .columns(let matrix):
      out.combine(
        .plain(rows),
        .plain(Matrix(matrix.start, rows: matrix.rows, columns: count, stride: matrix.stride)))
    case .rows(let matrix): out.combine(.plain(rows), .transposed(matrix.rows(count)))
    }
    return out
  }

  /// Computes an orthonormal basis in `basis`, by QR with pivots, which finds the rank.
  ///
  /// - Returns: the number of its rows, at least 1.
  private func orthonormalise(_ factor: Matrix) -> Int {
    let (r, width) = (factor.rows, factor.columns)
    let most = min(r, width)
    let rows = basis.pointer(r * width)
    if pivots.count < r { pivots = [Int32](repeating: 0, count: r) }
    let info = work.serving { work, size in
      rows.update(from: factor.start, count: r * width)
      for index in 0..<r { pivots[index] = 0 }
      return lorabook_pivoted_qr(
        Int32(width), Int32(r), rows, &pivots, tau.pointer(most), work, size)
    }
    let limit = Alignment.negligible * abs(rows[0])
    let dimension = (1..<max(most, 1)).first { abs(rows[$0 * width + $0]) <= limit } ?? most
    let formed = work.serving { work, size in
      lorabook_form_q(Int32(width), Int32(dimension), rows, tau.pointer(most), work, size)
    }
    // Both routines fail only for wrong sizes.
    return info == 0 && formed == 0 ? dimension : most
  }
}
