import ArgumentParser
import LAPACKSpectra
import LoRASpectra

/// The number of workers of every command that computes.
struct JobsOption: ParsableArguments {
  @Option(help: "How many workers compute. (default: all cores)")
  var jobs: Int?

  /// Number of workers.
  var count: Int { jobs ?? Host.cores }

  /// Bytes of memory that each worker may use.
  var memory: Double { Host.memory / Double(count) }

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
