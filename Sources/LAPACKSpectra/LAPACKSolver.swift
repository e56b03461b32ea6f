import CLAPACK
import LoRASpectra

/// Why an update has no spectrum.
package enum LAPACKError: Error, Equatable {
  /// There is no OpenBLAS on this machine, or none that can be loaded; `reason` is the loader's word.
  case missing(reason: String)
  /// An entry or a singular value of the update overflowed or is no number.
  case notFinite(update: String)
  /// Every entry of the update is zero, or too small to be told from it.
  case allZero(update: String)
  /// A LAPACK routine returned an `info` other than 0.
  case failed(routine: String, info: Int, update: String)
}

/// Draws updates and finds their singular values with LAPACK, in workspaces of its own.
///
/// Every matrix is drawn row by row and never transposed: LAPACK, which reads columns, sees the transpose.
/// So U = Q·R is had as Uᵀ = L·Qᵀ (DGELQF), and ΔWᵀ stands where ΔW was meant; both have the same singular
/// values.
package struct LAPACKSolver: UpdateSolver {
  private let left = Workspace()
  private let right = Workspace()
  private let update = Workspace()
  private let tau = Workspace()
  private let work = Workspace()
  private let values = Workspace()
  private var integers: [Int32] = []

  /// A solver with empty workspaces; it grows them to the shapes it meets.
  package init() {}

  package mutating func spectrum(
    of planned: Grid.PlannedUpdate, drawing stream: inout NumPyLegacyNormals
  ) throws -> Spectrum {
    let shape = planned.identity.shape
    let matrix = try draw(planned, from: &stream)
    let count = shape.span
    let s = values.pointer(count)
    if integers.count < 8 * count { integers = [Int32](repeating: 0, count: 8 * count) }
    let (m, n) = (Int32(shape.k), Int32(shape.d))
    let info = try BLASThreads.shared().forShape(shape) {
      withWork { work, size in
        lorabook_singular_values(m, n, matrix, s, work, size, &integers)
      }
    }
    guard info == 0 else {
      throw LAPACKError.failed(routine: "DGESDD", info: Int(info), update: planned.description)
    }
    // Finite entries may still have a norm beyond a double's range.
    guard s[0].isFinite else { throw LAPACKError.notFinite(update: planned.description) }
    guard s[0] > 0 else { throw LAPACKError.allZero(update: planned.description) }
    return try Spectrum(singularValues: Array(UnsafeBufferPointer(start: s, count: count)))
  }

  /// Draws ΔW = U·diag(σ)·Vᵀ + noise·N: U, then V, then N, each row by row.
  ///
  /// - Returns: ΔW by rows, d·k numbers, good until the solver is used again.
  /// - Throws: `LAPACKError`.
  package mutating func draw(
    _ planned: Grid.PlannedUpdate, from stream: inout NumPyLegacyNormals
  ) throws -> UnsafeMutablePointer<Double> {
    let shape = planned.identity.shape
    let sigma = planned.profile.singularValues(span: shape.span)
    let leftColumns = planned.profile.count ?? shape.d
    let rightColumns = planned.profile.count ?? shape.k
    let u = left.pointer(shape.d * leftColumns)
    let v = right.pointer(shape.k * rightColumns)
    let matrix = update.pointer(shape.d * shape.k)
    stream.fill(UnsafeMutableBufferPointer(start: u, count: shape.d * leftColumns))
    stream.fill(UnsafeMutableBufferPointer(start: v, count: shape.k * rightColumns))
    stream.fill(UnsafeMutableBufferPointer(start: matrix, count: shape.d * shape.k))
    let noise = planned.identity.noise
    try BLASThreads.shared().forShape(shape) {
      // The first columns of Q depend on the first columns of the drawn matrix alone.
      try orthonormalise(u, rows: sigma.count, columns: shape.d, stride: leftColumns, planned)
      try orthonormalise(v, rows: sigma.count, columns: shape.k, stride: rightColumns, planned)
      for column in 0..<shape.d {
        for row in 0..<sigma.count {
          u[column * leftColumns + row] *= sigma[row]
        }
      }
      lorabook_multiply(
        1, Int32(shape.k), Int32(shape.d), Int32(sigma.count), v, Int32(rightColumns), u,
        Int32(leftColumns), noise, matrix)
    }
    // LAPACK may loop or stop on a number that is none.
    guard (0..<(shape.d * shape.k)).allSatisfy({ matrix[$0].isFinite }) else {
      throw LAPACKError.notFinite(update: planned.description)
    }
    return matrix
  }

  /// Householder: replaces the rows of a matrix by orthonormal ones that span the same spaces.
  private func orthonormalise(
    _ a: UnsafeMutablePointer<Double>, rows: Int, columns: Int, stride: Int,
    _ planned: Grid.PlannedUpdate
  ) throws {
    let tau = tau.pointer(rows)
    let info = withWork { work, size in
      lorabook_lq_rows(Int32(rows), Int32(columns), a, Int32(stride), tau, work, size)
    }
    guard info == 0 else {
      throw LAPACKError.failed(routine: "DGELQF", info: Int(info), update: planned.description)
    }
  }

  /// Asks a routine how much work space serves it best, and runs it with that.
  private func withWork(_ routine: (UnsafeMutablePointer<Double>, Int32) -> Int32) -> Int32 {
    let work = work
    let query = work.pointer(1)
    let info = routine(query, -1)
    guard info == 0 else { return info }
    let size = Int32(clamping: Int(query[0]))
    return routine(work.pointer(Int(size)), size)
  }
}

extension Grid.PlannedUpdate {
  /// What a message calls the update.
  var description: String {
    "seed \(identity.seed), shape \(identity.shape), profile \(profile.label), "
      + "noise \(identity.noise.shortestText)"
  }
}
