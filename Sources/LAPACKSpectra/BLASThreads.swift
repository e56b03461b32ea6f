import CLAPACK
import Glibc
import LoRASpectra

/// The number of threads BLAS may use for an update: one for a small shape, so that workers do not
/// compete for cores, and all for a large one, which then has the machine to itself.
///
/// The number depends on the shape and on the cores that this process may use, never on the number of workers: a BLAS
/// kernel may round differently with other threads, and the records must not depend on `--jobs`.
package final class BLASThreads: @unchecked Sendable {
  /// The instance of this process: OpenBLAS has one thread count for the whole process.
  ///
  /// - Throws: `LAPACKError.missing` if there is no OpenBLAS.
  package static func shared() throws(LAPACKError) -> BLASThreads { try loaded.get() }

  private static let loaded: Result<BLASThreads, LAPACKError> =
    lorabook_load_openblas().map { .failure(.missing(reason: String(cString: $0))) }
    ?? .success(BLASThreads())

  /// Shapes with at least this min(d, k) are large.
  package static let largeSpan = 2048

  /// Number of threads for a large shape: the cores that this process may use.
  package let largeCount: Int

  /// OpenBLAS has one thread count for the whole process: small shapes share the lock, a large one
  /// holds it alone.
  private let gate: UnsafeMutablePointer<pthread_rwlock_t>

  private init() {
    largeCount = ProcessLimits.cores
    gate = .allocate(capacity: 1)
    pthread_rwlock_init(gate, nil)
    lorabook_set_blas_threads(1)
  }

  /// Runs a computation with the threads its shape may use.
  func forShape<Value>(_ shape: Shape, _ body: () throws -> Value) rethrows -> Value {
    defer { pthread_rwlock_unlock(gate) }
    guard shape.span >= BLASThreads.largeSpan else {
      pthread_rwlock_rdlock(gate)
      return try body()
    }
    pthread_rwlock_wrlock(gate)
    lorabook_set_blas_threads(Int32(largeCount))
    defer { lorabook_set_blas_threads(1) }
    return try body()
  }
}

/// The BLAS build that computes here, as a sweep records it.
package enum BLASBuild {
  /// OpenBLAS's description of itself, with the processor kernels it chose: `OpenBLAS 0.3.21 …
  /// SkylakeX`.
  ///
  /// - Throws: `LAPACKError.missing` if there is no OpenBLAS.
  package static func description() throws(LAPACKError) -> String {
    _ = try BLASThreads.shared()
    let build = String(cString: lorabook_blas_build())
    let kernels = String(cString: lorabook_blas_kernels())
    return build.split(separator: " ").contains(Substring(kernels)) ? build : "\(build) \(kernels)"
  }
}
