import CLAPACK
import LoRASpectra

/// Orthonormal bases of the subspaces of a product B·A, its singular vectors, without forming it:
/// B = Q·R and Aᵀ = Q'·R' give those of the small R·R'ᵀ.
struct SubspaceBases {
  /// Left singular vectors, d×count by columns: the subspace of outputs.
  private let left: [Double]
  /// Right singular vectors, k×count by columns: the subspace of inputs.
  private let right: [Double]
  private let shape: Shape
  /// Number of vectors: min(d, k, r).
  private let count: Int
  /// Number of vectors whose singular values are above 0 beyond rounding.
  private let certain: Int

  /// - Parameters:
  ///   - update: an adapter's.
  ///   - name: its name in messages.
  /// - Throws: `LAPACKError`; an error of reading the numbers.
  init(of update: WeightUpdate, name: String) throws {
    guard case .adapter(let left, let right, _) = update else {
      throw LAPACKError.allZero(update: name)
    }
    let (d, r, k) = (left.shape.d, left.shape.k, right.shape.k)
    let (rows, columns) = (try left.values(), try right.values())
    guard rows.allSatisfy(\.isFinite), columns.allSatisfy(\.isFinite) else {
      throw LAPACKError.notFinite(update: name)
    }
    var byColumns = [Double](repeating: 0, count: d * r)
    for row in 0..<d {
      for column in 0..<r { byColumns[column * d + row] = rows[row * r + column] }
    }
    shape = Shape(d: d, k: k)
    count = min(d, k, r)
    let threads = try BLASThreads.shared()
    (self.left, self.right, certain) = try threads.forShape(Shape(d: r, k: r)) {
      let b = try OrthogonalFactor(byColumns, d, r, name: name)
      // By rows A is Aᵀ by columns.
      let a = try OrthogonalFactor(columns, k, r, name: name)
      return try SubspaceBases.vectors(b, a, rank: r, name: name)
    }
  }

  private static func vectors(
    _ b: OrthogonalFactor, _ a: OrthogonalFactor, rank: Int, name: String
  ) throws(LAPACKError) -> ([Double], [Double], Int) {
    let (m, n) = (b.count, a.count)
    let span = min(m, n)
    var core = [Double](repeating: 0, count: m * n)
    lorabook_combine(
      0, 1, Int32(m), Int32(n), Int32(rank), 1, b.triangle, Int32(m), a.triangle, Int32(n), 0,
      &core, Int32(m))
    var s = [Double](repeating: 0, count: span)
    var u = [Double](repeating: 0, count: m * span)
    var vt = [Double](repeating: 0, count: span * n)
    var integers = [Int32](repeating: 0, count: 8 * span)
    let work = Workspace()
    let info = work.serving { work, size in
      lorabook_singular_triples(
        Int32(m), Int32(n), &core, &s, &u, &vt, work, size, &integers)
    }
    guard info == 0 else { throw .failed(routine: "DGESDD", info: Int(info), update: name) }
    var left = [Double](repeating: 0, count: b.height * span)
    var right = [Double](repeating: 0, count: a.height * span)
    lorabook_combine(
      0, 0, Int32(b.height), Int32(span), Int32(m), 1, b.q, Int32(b.height), u, Int32(m), 0, &left,
      Int32(b.height))
    lorabook_combine(
      0, 1, Int32(a.height), Int32(span), Int32(n), 1, a.q, Int32(a.height), vt, Int32(span), 0,
      &right, Int32(a.height))
    let floor = Double(max(m, n)) * .ulpOfOne * (s.first ?? 0)
    return (left, right, s.prefix { $0 > floor }.count)
  }

  /// φ(i, i) = ‖UᵢᵀU'ᵢ‖²_F / i of both sides at some ranks, from 0 to 1 (Hu et al. 2021, "LoRA",
  /// §7.2, who take the inputs' side); nil at ranks beyond the rank of either.
  func overlaps(with other: SubspaceBases, ranks: [Int]) -> [SubspaceOverlap?] {
    guard shape == other.shape else { return ranks.map { _ in nil } }
    let outputs = squares(left, other.left, height: shape.d, other.count)
    let inputs = squares(right, other.right, height: shape.k, other.count)
    return ranks.map { rank in
      guard rank <= min(certain, other.certain) else { return nil }
      func share(_ squares: [Double]) -> Double {
        var sum = 0.0
        for column in 0..<rank {
          for row in 0..<rank { sum += squares[column * count + row] }
        }
        return min(1, sum / Double(rank))
      }
      return SubspaceOverlap(outputs: share(outputs), inputs: share(inputs))
    }
  }

  /// The squared cosines between the vectors of both bases, by columns.
  private func squares(
    _ mine: [Double], _ others: [Double], height: Int, _ otherCount: Int
  ) -> [Double] {
    var product = [Double](repeating: 0, count: count * otherCount)
    lorabook_combine(
      1, 0, Int32(count), Int32(otherCount), Int32(height), 1, mine, Int32(height), others,
      Int32(height), 0, &product, Int32(count))
    return product.map { $0 * $0 }
  }
}

/// Q·R of a tall matrix; of a flat one Q is the identity.
private struct OrthogonalFactor {
  let height: Int
  /// Number of columns of Q.
  let count: Int
  /// height×count by columns.
  let q: [Double]
  /// count×r by columns.
  let triangle: [Double]

  init(_ matrix: [Double], _ height: Int, _ r: Int, name: String) throws(LAPACKError) {
    self.height = height
    guard height >= r else {
      count = height
      q = (0..<height * height).map { $0 % (height + 1) == 0 ? 1 : 0 }
      triangle = matrix
      return
    }
    count = r
    var matrix = matrix
    var tau = [Double](repeating: 0, count: r)
    let work = Workspace()
    var info = work.serving { lorabook_qr(Int32(height), Int32(r), &matrix, &tau, $0, $1) }
    guard info == 0 else { throw .failed(routine: "DGEQRF", info: Int(info), update: name) }
    var triangle = [Double](repeating: 0, count: r * r)
    for column in 0..<r {
      for row in 0...column { triangle[column * r + row] = matrix[column * height + row] }
    }
    self.triangle = triangle
    info = work.serving { lorabook_form_q(Int32(height), Int32(r), &matrix, tau, $0, $1) }
    guard info == 0 else { throw .failed(routine: "DORGQR", info: Int(info), update: name) }
    q = matrix
  }
}
