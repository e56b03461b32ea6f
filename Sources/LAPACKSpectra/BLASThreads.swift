import CLAPACK
import Glibc
import LoRASpectra

/// How many threads BLAS may use for an update: one for a small shape, so that workers do not fight for
/// cores, and its own for a large one, which then has the machine to itself.
///
/// The number follows from the shape and the machine alone, never from how many workers there are: a BLAS
/// kernel may round otherwise with other threads, and what is recorded must not depend on `--jobs`.
package final class BLASThreads: @unchecked Sendable {
  /// The process's one, as OpenBLAS counts threads for the whole process.
  ///
  /// - Throws: `LAPACKError.missing` where there is no OpenBLAS.
  package static func shared() throws(LAPACKError) -> BLASThreads { try loaded.get() }

  private static let loaded: Result<BLASThreads, LAPACKError> =
    lorabook_load_openblas().map { .failure(.missing(reason: String(cString: $0))) }
    ?? .success(BLASThreads())

  /// From this min(d, k) on a shape is large.
  package static let largeSpan = 2048

  /// How many threads a large shape gets: the machine's cores.
  package let largeCount: Int

  /// OpenBLAS has one thread count for the whole process: small shapes share it, a large one owns it.
  private let gate: UnsafeMutablePointer<pthread_rwlock_t>

  private init() {
    largeCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
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

/// The linear algebra that computes here, as a sweep records it.
package enum BLASBuild {
  /// OpenBLAS's own words, with the processor kernels it chose: `OpenBLAS 0.3.21 … SkylakeX`.
  ///
  /// - Throws: `LAPACKError.missing` where there is no OpenBLAS.
  package static func description() throws(LAPACKError) -> String {
    _ = try BLASThreads.shared()
    let build = String(cString: lorabook_blas_build())
    let kernels = String(cString: lorabook_blas_kernels())
    return build.split(separator: " ").contains(Substring(kernels)) ? build : "\(build) \(kernels)"
  }
}
