import CLAPACK
import LoRASpectra

extension LAPACKSolver {
  /// Measures a matrix the long way, as the article's script does: truncate, scale, subtract, take norms.
  ///
  /// Beside the closed form of `Spectrum.measure` it shares nothing but DGESDD, and that with its vectors.
  ///
  /// - Parameters:
  ///   - matrix: d·k finite numbers by rows, not all zero.
  ///   - rank: r from 1 to min(d, k).
  ///   - scale: s.
  /// - Throws: `LAPACKError.failed` where the factorisation does not converge, `LAPACKError.missing`.
  package static func measureDirectly(
    _ matrix: [Double], shape: Shape, rank: Int, scale: Double
  ) throws -> Measurement {
    let threads = try BLASThreads.shared()
    // By columns it is the transpose: k rows, d columns.
    let (m, n, span) = (shape.k, shape.d, shape.span)
    var copy = matrix
    var s = [Double](repeating: 0, count: span)
    var u = [Double](repeating: 0, count: m * span)
    var vt = [Double](repeating: 0, count: span * n)
    var integers = [Int32](repeating: 0, count: 8 * span)
    let info = threads.forShape(shape) {
      var best = [0.0]
      let info = lorabook_singular_triples(
        Int32(m), Int32(n), &copy, &s, &u, &vt, &best, -1, &integers)
      guard info == 0 else { return info }
      var work = [Double](repeating: 0, count: Int(best[0]))
      return lorabook_singular_triples(
        Int32(m), Int32(n), &copy, &s, &u, &vt, &work, Int32(clamping: work.count), &integers)
    }
    guard info == 0 else {
      throw LAPACKError.failed(routine: "DGESDD", info: Int(info), update: "shape \(shape)")
    }
    for column in 0..<rank {
      for row in 0..<m { u[column * m + row] *= s[column] }
    }
    var best = [Double](repeating: 0, count: m * n)
    threads.forShape(shape) {
      lorabook_multiply(
        0, Int32(m), Int32(n), Int32(rank), u, Int32(m), vt, Int32(span), 0, &best)
    }
    let norm = frobeniusNorm(matrix)
    let energies = s.map { ($0 / s[0]) * ($0 / s[0]) }
    return Measurement(
      error: frobeniusNorm(zip(matrix, best).map { $0 - scale * $1 }) / norm,
      truncationError: frobeniusNorm(zip(matrix, best).map { $0 - $1 }) / norm,
      varianceCaptured: energies[..<rank].reduce(0, +) / energies.reduce(0, +))
  }
}

/// √Σ aᵢⱼ², scaled by the largest entry so that no square overflows.
private func frobeniusNorm(_ matrix: [Double]) -> Double {
  let largest = matrix.reduce(0) { max($0, abs($1)) }
  guard largest > 0 else { return 0 }
  return largest
    * matrix.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
}
