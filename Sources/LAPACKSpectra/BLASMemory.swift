import Glibc
import LoRASpectra

/// Whether this process may map the memory that a computation takes. OpenBLAS, where it gets none, asks again for ever,
/// and so the question comes before the first computation.
package enum BLASMemory {
  /// What OpenBLAS maps for each thread that computes, in bytes: BUFFER_SIZE of its common_x86_64.h and
  /// common_arm64.h.
  private static let buffer = Double(32 << 22)
  /// A thread's stack, in bytes, which is pthread_create's unless `ulimit -s` says otherwise.
  private static let stack = Double(8 << 20)
  /// What the C library maps for a thread's small allocations, in bytes: twice HEAP_MAX_SIZE of its malloc/arena.c, half of
  /// which it gives back.
  private static let arena = Double(2 * 64 << 20)
  /// The library itself, the book's pages that SQLite keeps, and small things, in bytes.
  private static let others = Double(128 << 20)

  /// How many bytes computing a grid may map.
  ///
  /// - Parameter workers: how many compute at once.
  package static func bytes(for grid: Grid, workers: Int) -> Double {
    let workers = min(workers, grid.streamCount)
    let isLarge = grid.spec.shapes.contains { $0.span >= BLASThreads.largeSpan }
    let threads = isLarge ? max(workers, ProcessLimits.cores) : workers
    return others + Double(threads) * (buffer + stack + arena) + Double(workers)
      * grid.workspaceBytes
  }

  /// How many bytes training a grid may map.
  ///
  /// - Parameter workers: how many train at once.
  package static func bytes(for grid: TrainingGrid, workers: Int) -> Double {
    let workers = min(workers, grid.grid.streamCount)
    return bytes(for: grid.grid, workers: workers)
      + Double(workers) * max(0, grid.workspaceBytes - grid.grid.workspaceBytes)
  }

  /// Refuses to compute a grid where the system gives this process too little memory for it.
  ///
  /// - Parameter workers: how many compute at once.
  /// - Throws: `LAPACKError.outOfMemory`.
  package static func check(for grid: Grid, workers: Int) throws(LAPACKError) {
    try check(bytes(for: grid, workers: workers), workers: min(workers, grid.streamCount))
  }

  /// Refuses to train a grid where the system gives this process too little memory for it.
  ///
  /// - Parameter workers: how many train at once.
  /// - Throws: `LAPACKError.outOfMemory`.
  package static func check(for grid: TrainingGrid, workers: Int) throws(LAPACKError) {
    try check(bytes(for: grid, workers: workers), workers: min(workers, grid.grid.streamCount))
  }

  /// How many bytes measuring modules may map.
  ///
  /// - Parameter workers: how many measure at once.
  package static func bytes(for plan: MeasurementPlan, workers: Int) -> Double {
    let workers = min(workers, plan.count)
    var (workspace, isLarge) = (0.0, false)
    for item in 0..<plan.count {
      let update = plan[item].update
      workspace = max(workspace, WeightSolver.workspaceBytes(for: update))
      isLarge = isLarge || update.span >= BLASThreads.largeSpan
    }
    let threads = isLarge ? max(workers, sysconf(Int32(_SC_NPROCESSORS_ONLN))) : workers
    return others + Double(threads) * (buffer + stack + arena) + Double(workers) * workspace
  }

  /// Refuses to measure modules where the system gives this process too little memory for them.
  ///
  /// - Parameter workers: how many measure at once.
  /// - Throws: `LAPACKError.outOfMemory`.
  package static func check(for plan: MeasurementPlan, workers: Int) throws(LAPACKError) {
    try check(bytes(for: plan, workers: workers), workers: min(workers, plan.count))
  }

  private static func check(_ bytes: Double, workers: Int) throws(LAPACKError) {
    // Counted against `ulimit -v`, and against what the machine has left only where it never promises more.
    let trial = mmap(
      nil, Int(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard trial != MAP_FAILED else {
      // More workers than streams would have nothing to do.
      throw .outOfMemory(bytes: bytes, workers: workers)
    }
    munmap(trial, Int(bytes))
  }
}
