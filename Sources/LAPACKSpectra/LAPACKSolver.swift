import CLAPACK
import LoRASpectra

/// Why an update has no spectrum.
package enum LAPACKError: Error, Equatable {
  /// OpenBLAS is missing or cannot be loaded; `reason` is the loader's message.
  case missing(reason: String)
  /// The system does not give this process the memory that so many workers may map, in bytes.
  case outOfMemory(bytes: Double, workers: Int)
  /// An entry or a singular value of the update overflowed or is no number.
  case notFinite(update: String)
  /// Every entry of the update is zero, or too small to be told from zero.
  case allZero(update: String)
  /// A LAPACK routine returned an `info` other than 0.
  case failed(routine: String, info: Int, update: String)
}

/// Draws updates and finds their singular values with LAPACK, in its own workspaces.
///
/// Every matrix is drawn row by row and never transposed: LAPACK reads columns and so sees the
/// transpose. Therefore U = Q·R is computed as Uᵀ = L·Qᵀ (DGELQF), and ΔWᵀ stands for ΔW; both have
/// the same singular values.
package struct LAPACKSolver: UpdateSolver {
  private var left = Reflectors()
  private var right = Reflectors()
  private let update = Workspace()
  private let product = Workspace()
  private var values = SingularValues()

  /// A solver with empty workspaces, which grow with the shapes.
  package init() {}

  package mutating func spectrum(
    of planned: Grid.PlannedUpdate, drawing stream: inout NumPyLegacyNormals
  ) throws -> Spectrum {
    let shape = planned.identity.shape
    let matrix = try draw(planned, from: &stream)
    let s = try BLASThreads.shared().forShape(shape) {
      try values.of(
        matrix, shape: shape, conditioning: planned.expectedConditioning,
        gram: product.pointer(shape.d * shape.k), update: planned.description)
    }
    // Finite entries may still have a norm beyond a double's range.
    guard s[0].isFinite else { throw LAPACKError.notFinite(update: planned.description) }
    guard s[0] > 0 else { throw LAPACKError.allZero(update: planned.description) }
    return try Spectrum(singularValues: Array(s))
  }

  /// Draws ΔW = U·diag(σ)·Vᵀ + noise·N: U, then V, then N, each row by row.
  ///
  /// U and V stay products of Householder reflections, which are applied to diag(σ) from both
  /// sides.
  ///
  /// - Returns: ΔW by rows, d·k numbers, valid until the solver's next use.
  /// - Throws: `LAPACKError`.
  package mutating func draw(
    _ planned: Grid.PlannedUpdate, from stream: inout NumPyLegacyNormals
  ) throws -> UnsafeMutablePointer<Double> {
    let shape = planned.identity.shape
    let sigma = planned.profile.singularValues(span: shape.span)
    left.draw(rows: shape.d, columns: planned.profile.count ?? shape.d, from: &stream)
    right.draw(rows: shape.k, columns: planned.profile.count ?? shape.k, from: &stream)
    let size = shape.d * shape.k
    let matrix = update.pointer(size)
    stream.fill(UnsafeMutableBufferPointer(start: matrix, count: size))
    let product = product.pointer(size)
    product.update(repeating: 0, count: size)
    for (index, value) in sigma.enumerated() { product[index * shape.k + index] = value }
    try BLASThreads.shared().forShape(shape) {
      try left.factorise(sigma.count, planned)
      try right.factorise(sigma.count, planned)
      left.multiplyFromRight(product, height: sigma.count, stride: shape.k)
      right.multiplyFromLeft(product, width: shape.d)
    }
    let noise = planned.identity.noise
    for index in 0..<size { matrix[index] = product[index] + noise * matrix[index] }
    // LAPACK may loop or stop the process on NaN.
    guard (0..<size).allSatisfy({ matrix[$0].isFinite }) else {
      throw LAPACKError.notFinite(update: planned.description)
    }
    return matrix
  }
}

extension Grid.PlannedUpdate {
  /// The update's name in messages.
  var description: String {
    "seed \(identity.seed), shape \(identity.shape), profile \(profile.label), "
      + "noise \(identity.noise.shortestText)"
  }
}
