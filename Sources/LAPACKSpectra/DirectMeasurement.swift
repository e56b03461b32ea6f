import CLAPACK
import LoRASpectra

/// Measures a matrix the long way, as the article's script does: truncate, scale, subtract, take
/// norms.
///
/// It shares only DGESDD with the closed form of `Spectrum.measure`, and calls it with vectors.
package struct DirectMeasurement {
  /// σ in descending order.
  package let singularValues: [Double]
  private let matrix: [Double]
  private let shape: Shape
  private let norm: Double
  private let threads: BLASThreads
  /// Stored by columns: the transpose of the update has k rows and d columns.
  private let left: [Double]
  private let right: [Double]
  /// Δᵣ of the last rank requested.
  private var best: (rank: Int, matrix: [Double])?

  /// - Parameters:
  ///   - matrix: d·k finite numbers by rows, not all zero.
  ///   - update: its name in messages.
  /// - Throws: `LAPACKError.failed` if the factorisation does not converge, `LAPACKError.missing`.
  package init(_ matrix: [Double], shape: Shape, update: String) throws {
    let threads = try BLASThreads.shared()
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
      throw LAPACKError.failed(routine: "DGESDD", info: Int(info), update: update)
    }
    for column in 0..<span {
      for row in 0..<m { u[column * m + row] *= s[column] }
    }
    singularValues = s
    self.matrix = matrix
    self.threads = threads
    self.shape = shape
    norm = distance(matrix, nil, scale: 0)
    left = u
    right = vt
  }

  /// Measures the matrix at one rank and scale.
  ///
  /// - Parameters:
  ///   - rank: r from 1 to min(d, k).
  ///   - scale: s.
  package mutating func measure(rank: Int, scale: Double) -> MetricValues<Double> {
    let best = truncated(to: rank)
    let largest = singularValues.first ?? 1
    let energies = singularValues.map { ($0 / largest) * ($0 / largest) }
    return MetricValues { metric in
      switch metric {
      case .error: distance(matrix, best, scale: scale) / norm
      case .truncationError: distance(matrix, best, scale: 1) / norm
      case .varianceCaptured: energies[..<rank].reduce(0, +) / energies.reduce(0, +)
      }
    }
  }

  /// Δᵣ, by rows.
  private mutating func truncated(to rank: Int) -> [Double] {
    if let best, best.rank == rank { return best.matrix }
    let (m, n) = (shape.k, shape.d)
    var product = [Double](repeating: 0, count: m * n)
    threads.forShape(shape) {
      lorabook_multiply(
        0, Int32(m), Int32(n), Int32(rank), left, Int32(m), right, Int32(shape.span), 0, &product)
    }
    best = (rank, product)
    return product
  }
}

/// √Σ (aᵢ − s·bᵢ)², scaled by the largest difference so that no square overflows.
private func distance(_ a: [Double], _ b: [Double]?, scale: Double) -> Double {
  func difference(_ index: Int) -> Double {
    b.map { a[index] - scale * $0[index] } ?? a[index]
  }
  let largest = a.indices.reduce(0) { max($0, abs(difference($1))) }
  guard largest > 0 else { return 0 }
  return largest
    * a.indices.reduce(0) {
      let part = difference($1) / largest
      return $0 + part * part
    }.squareRoot()
}

extension LAPACKSolver {
  /// Measures a matrix the long way, once.
  ///
  /// - Parameters:
  ///   - matrix: d·k finite numbers by rows, not all zero.
  ///   - rank: r from 1 to min(d, k).
  ///   - scale: s.
  /// - Throws: `LAPACKError.failed` if the factorisation does not converge.
  package static func measureDirectly(
    _ matrix: [Double], shape: Shape, rank: Int, scale: Double
  ) throws -> MetricValues<Double> {
    var direct = try DirectMeasurement(matrix, shape: shape, update: "shape \(shape)")
    return direct.measure(rank: rank, scale: scale)
  }
}

/// Draws updates as ``LAPACKSolver`` does and measures them the long way.
package struct DirectSolver: UpdateSolver {
  private var drawer = LAPACKSolver()

  /// A solver with empty workspaces.
  package init() {}

  package mutating func spectrum(
    of planned: Grid.PlannedUpdate, drawing stream: inout NumPyLegacyNormals
  ) throws -> Spectrum {
    try Spectrum(singularValues: draw(planned, from: &stream).singularValues)
  }

  package mutating func measure(
    _ planned: Grid.PlannedUpdate, at points: [Grid.Point], drawing stream: inout NumPyLegacyNormals
  ) throws -> MeasuredUpdate {
    var direct = try draw(planned, from: &stream)
    return MeasuredUpdate(
      planned: planned, spectrum: try Spectrum(singularValues: direct.singularValues),
      measurements: points.map { direct.measure(rank: $0.rank, scale: $0.scale) })
  }

  private mutating func draw(
    _ planned: Grid.PlannedUpdate, from stream: inout NumPyLegacyNormals
  ) throws -> DirectMeasurement {
    let shape = planned.identity.shape
    let matrix = try drawer.draw(planned, from: &stream)
    return try DirectMeasurement(
      Array(UnsafeBufferPointer(start: matrix, count: shape.d * shape.k)), shape: shape,
      update: planned.description)
  }
}
