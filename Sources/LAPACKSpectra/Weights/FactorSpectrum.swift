import CLAPACK
import Glibc
import LoRASpectra

/// Finds the singular values of a product B·A of tall and flat factors without forming it.
///
/// B = Q·R of a QR factorisation keeps each column's digits relative to its norm, and so does that
/// of Aᵀ; σ(B·A) are the singular values of the small product of both triangles. The columns of one
/// triangle are scaled to norm 1 and the scales go to the other, whose columns a second QR sorts in
/// descending order. One-sided Jacobi rotations find the singular values of the result. Each is
/// relatively accurate as far as the factors' scaled columns are independent, however small it is
/// compared with σ₁ (Drmač 1998, "Accurate computation of the product-induced singular value
/// decomposition with applications", SIAM J. Numer. Anal. 35; Drmač & Veselić 2008).
struct FactorSpectrum {
  private let work = Workspace()
  private let small = Workspace()

  /// The singular values of B·A in descending order, min(d, k, r) of them.
  ///
  /// - Parameters:
  ///   - left: B by rows, d×r finite numbers; they are overwritten.
  ///   - right: A by rows, r×k finite numbers; they are overwritten.
  ///   - name: its name in messages.
  /// - Throws: `LAPACKError.failed`.
  func singularValues(
    left: UnsafeMutablePointer<Double>, right: UnsafeMutablePointer<Double>, d: Int, r: Int, k: Int,
    name: String
  ) throws(LAPACKError) -> [Double] {
    // By columns B is r×d and A is k×r.
    let (rows, columns) = (min(d, r), min(r, k))
    let place = small.pointer(3 * r * max(rows, columns) + 2 * r)
    let (triangleB, triangleA) = (place, place + r * max(rows, columns))
    if d > r {
      try check(work.serving { lorabook_l(Int32(r), Int32(d), left, $0, $1) }, "DGELQF", name)
    }
    for column in 0..<rows {
      for row in 0..<r {
        // The part above the diagonal of L contains the reflections.
        triangleB[column * r + row] = d > r && row < column ? 0 : left[column * r + row]
      }
    }
    if k > r {
      try check(work.serving { lorabook_r(Int32(k), Int32(r), right, $0, $1) }, "DGEQRF", name)
    }
    for column in 0..<r {
      for row in 0..<columns {
        triangleA[column * columns + row] = k > r && row > column ? 0 : right[column * k + row]
      }
    }
    let product = place + 2 * r * max(rows, columns)
    // One-sided rotations need at least as many rows as columns: σ(B·A) = σ(Aᵀ·Bᵀ).
    if rows >= columns {
      return try values(
        byRows: triangleB, height: rows, byColumns: triangleA, width: columns, r, product, name)
    }
    let turned = [Double](unsafeUninitializedCapacity: 2 * r * max(rows, columns)) {
      buffer, count in
      for index in 0..<r {
        for row in 0..<columns { buffer[row * r + index] = triangleA[index * columns + row] }
        for row in 0..<rows {
          buffer[r * columns + index * rows + row] = triangleB[row * r + index]
        }
      }
      count = r * (columns + rows)
    }
    for (index, value) in turned.enumerated() { place[index] = value }
    return try values(
      byRows: place, height: columns, byColumns: place + r * columns, width: rows, r, product, name)
  }

  /// σ(X·Y) of an X of `height`×r, stored by rows, and a Y of r×`width`, stored by rows too (Yᵀ by
  /// columns).
  private func values(
    byRows x: UnsafeMutablePointer<Double>, height: Int,
    byColumns y: UnsafeMutablePointer<Double>, width: Int, _ r: Int,
    _ product: UnsafeMutablePointer<Double>, _ name: String
  ) throws(LAPACKError) -> [Double] {
    for index in 0..<r {
      var norm = 0.0
      for row in 0..<height { norm = hypot(norm, x[row * r + index]) }
      guard norm > 0 else { continue }
      for row in 0..<height { x[row * r + index] /= norm }
      for column in 0..<width { y[index * width + column] *= norm }
    }
    var pivots = [Int32](repeating: 0, count: r)
    try check(
      work.serving { lorabook_pivoted_r(Int32(width), Int32(r), y, &pivots, $0, $1) }, "DGEQP3",
      name)
    // X·Π·Rᵀ by columns, R of width×r.
    for column in 0..<width {
      for row in 0..<height {
        var sum = 0.0
        for index in column..<r {
          sum += x[row * r + Int(pivots[index]) - 1] * y[index * width + column]
        }
        product[column * height + row] = sum
      }
    }
    var values = [Double](repeating: 0, count: width)
    let length = max(6, height + width)
    var scale = 1.0
    let info = lorabook_jacobi_singular_values(
      Int32(height), Int32(width), product, &values, &scale, work.pointer(length), Int32(length))
    try check(info, "DGESVJ", name)
    return values.map { $0 * scale }.sorted(by: >)
  }

  private func check(_ info: Int32, _ routine: String, _ name: String) throws(LAPACKError) {
    guard info == 0 else { throw .failed(routine: routine, info: Int(info), update: name) }
  }
}
