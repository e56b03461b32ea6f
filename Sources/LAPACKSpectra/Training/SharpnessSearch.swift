import CFactorLoops
import CLAPACK
import LoRASpectra

/// Finds the largest eigenvalue of the population loss's Hessian in (B, A): plain gradient descent
/// needs η < 2/λ.
///
/// Lanczos on exact Hessian-vector products, with every vector orthogonalised twice against all
/// earlier ones, and restarted from the best vector when there are many (Golub & Van Loan 2013,
/// *Matrix Computations*, 10.1 and 10.3).
final class SharpnessSearch {
  private let vectors = Workspace()
  private let best = Workspace()
  private let residual = Workspace()
  private let change = Workspace()
  private let coefficients = Workspace()
  private let eigenvectors = Workspace()
  private let work = Workspace()
  private var diagonal: [Double] = []
  private var offDiagonal: [Double] = []

  /// The largest relative error of the eigenvalue, which the residual of its vector bounds.
  static let tolerance = 1e-8
  /// Largest number of restarts.
  private static let mostRestarts = 100

  /// The point of the Hessian.
  struct Point {
    var coordinates: TrainingCoordinates
    /// A: r×k.
    var a: Matrix
    /// Bᵀ: r×d.
    var b: Matrix
    var scale: Double
  }

  /// The largest eigenvalue, to ``tolerance``.
  ///
  /// - Returns: nil if the search does not reach that tolerance.
  func largest(at point: Point) -> Double? {
    let (r, d, k) = (point.a.rows, point.coordinates.d, point.coordinates.k)
    let size = r * (d + k)
    let most = min(TrainingMemory.sharpnessVectors, size)
    let basis = vectors.pointer((most + 1) * size)
    prepare(point)
    var stream = NumPyLegacyNormals(seed: 0)
    stream.fill(UnsafeMutableBufferPointer(start: basis, count: size))
    var value = 0.0
    for _ in 0..<SharpnessSearch.mostRestarts {
      guard normalise(basis, size) > 0 else { return nil }
      diagonal.removeAll(keepingCapacity: true)
      offDiagonal.removeAll(keepingCapacity: true)
      var beta = 0.0
      for index in 0..<most {
        let next = basis + (index + 1) * size
        multiply(basis + index * size, into: next, point)
        diagonal.append(orthogonalise(next, against: basis, index + 1, size))
        beta = normalise(next, size)
        offDiagonal.append(beta)
        // The vectors span the whole space that the start reaches.
        if !(beta > .ulpOfOne * abs(diagonal[0])) { break }
      }
      guard let top = topVector() else { return nil }
      value = top.value
      let count = diagonal.count
      if abs(beta * top.last) <= SharpnessSearch.tolerance * abs(value) { return value }
      // The search restarts from the best combination of the vectors.
      Matrix(best.pointer(size), rows: 1, columns: size).combine(
        .plain(Matrix(top.vector, rows: 1, columns: count)),
        .plain(Matrix(basis, rows: count, columns: size)))
      basis.update(from: best.pointer(size), count: size)
    }
    return nil
  }

  /// MΣ at the point.
  private func prepare(_ point: Point) {
    let (d, k) = (point.coordinates.d, point.coordinates.k)
    let m = Matrix(residual.pointer(d * k), rows: d, columns: k)
    m.start.update(from: point.coordinates.update.start, count: d * k)
    m.combine(.transposed(point.b), .plain(point.a), alpha: -point.scale, beta: 1)
    weigh(m, point.coordinates)
  }

  private func weigh(_ m: Matrix, _ coordinates: TrainingCoordinates) {
    guard let variances = coordinates.variances else { return }
    for row in 0..<m.rows {
      for column in 0..<m.columns { m.start[row * m.columns + column] *= variances[column] }
    }
  }

  /// H·(dBᵀ, dA): with dM = −s(dB·A + B·dA), −s(dMΣ·Aᵀ + MΣ·dAᵀ) and −s(Bᵀ·dMΣ + dBᵀ·MΣ).
  private func multiply(
    _ vector: UnsafeMutablePointer<Double>, into out: UnsafeMutablePointer<Double>, _ point: Point
  ) {
    let (r, d, k, s) = (point.a.rows, point.coordinates.d, point.coordinates.k, point.scale)
    let (db, da) = (
      Matrix(vector, rows: r, columns: d), Matrix(vector + r * d, rows: r, columns: k)
    )
    let (outB, outA) = (
      Matrix(out, rows: r, columns: d), Matrix(out + r * d, rows: r, columns: k)
    )
    let ms = Matrix(residual.pointer(d * k), rows: d, columns: k)
    let dms = Matrix(change.pointer(d * k), rows: d, columns: k)
    dms.combine(.transposed(db), .plain(point.a), alpha: -s)
    dms.combine(.transposed(point.b), .plain(da), alpha: -s, beta: 1)
    weigh(dms, point.coordinates)
    outB.combine(.plain(point.a), .transposed(dms), alpha: -s)
    outB.combine(.plain(da), .transposed(ms), alpha: -s, beta: 1)
    outA.combine(.plain(point.b), .plain(dms), alpha: -s)
    outA.combine(.plain(db), .plain(ms), alpha: -s, beta: 1)
  }

  /// Orthogonalises a vector against the first `count` vectors.
  ///
  /// - Returns: its component along the last of them.
  private func orthogonalise(
    _ vector: UnsafeMutablePointer<Double>, against basis: UnsafeMutablePointer<Double>,
    _ count: Int, _ size: Int
  ) -> Double {
    let parts = Matrix(coefficients.pointer(count), rows: 1, columns: count)
    let row = Matrix(vector, rows: 1, columns: size)
    let before = Matrix(basis, rows: count, columns: size)
    var last = 0.0
    for _ in 0..<2 {
      parts.combine(.plain(row), .transposed(before))
      row.combine(.plain(parts), .plain(before), alpha: -1, beta: 1)
      last += parts.start[count - 1]
    }
    return last
  }

  /// - Returns: its earlier length.
  private func normalise(_ vector: UnsafeMutablePointer<Double>, _ size: Int) -> Double {
    let length = lorabook_dot(size, vector, vector).squareRoot()
    guard length > 0, length.isFinite else { return 0 }
    for index in 0..<size { vector[index] /= length }
    return length
  }

  /// The largest eigenvalue of the tridiagonal matrix, with its vector and the vector's last entry.
  private func topVector() -> (value: Double, vector: UnsafeMutablePointer<Double>, last: Double)? {
    let count = diagonal.count
    var (values, off) = (diagonal, offDiagonal)
    let vectors = eigenvectors.pointer(count * count)
    let info = lorabook_tridiagonal_eigenvectors(
      Int32(count), &values, &off, vectors, Int32(count), work.pointer(2 * count))
    guard info == 0, values.allSatisfy(\.isFinite) else { return nil }
    let top = vectors + (count - 1) * count
    return (values[count - 1], top, top[count - 1])
  }
}
