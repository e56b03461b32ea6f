import ArgumentParser
import LAPACKSpectra
import LoRASpectra

/// The number of workers of every command that computes.
struct JobsOption: ParsableArguments {
  @Option(help: "How many workers compute. (default: the cores that the process may use)")
  var jobs: Int?

  /// Number of workers.
  var count: Int { jobs ?? ProcessLimits.cores }

  /// Bytes of memory that each worker may use, of the machine's or of a container's.
  var memory: Double { ProcessLimits.memory / Double(count) }

  /// Refuses to compute a grid for which there is too little memory.
  ///
  /// - Throws: `LAPACKError.outOfMemory`.
  func checkMemory(for grid: Grid) throws {
    try BLASMemory.check(for: grid, workers: count)
  }

  /// Refuses to train a grid for which there is too little memory.
  ///
  /// - Throws: `LAPACKError.outOfMemory`.
  func checkMemory(for grid: TrainingGrid) throws {
    try BLASMemory.check(for: grid, workers: count)
  }

  /// - Throws: `CommandError` for a number that was not meant.
  func check() throws {
    guard (1...1024).contains(count) else {
      throw CommandError("--jobs: '\(count)' is out of range. Give 1 to 1024.", .usage)
    }
  }
}
