import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

/// Computes and records a sweep, or the rest of one.
struct SweepRun {
  private let book: Book
  private let grid: Grid
  private let jobs: Int
  private let isQuiet: Bool
  private let reader: SpectrumReader
  private let writer: SweepWriter

  /// - Parameter begin: records that the sweep begins or resumes.
  /// - Throws: errors of `begin`, `SQLiteError`.
  init(
    _ book: Book, grid: Grid, jobs: Int, isQuiet: Bool, begin: () throws -> SweepWriter
  ) throws {
    self.book = book
    self.grid = grid
    self.jobs = jobs
    self.isQuiet = isQuiet
    // Opened before the sweep is recorded as running, because this may fail.
    reader = try SpectrumReader(path: book.path, wait: book.wait)
    writer = try begin()
  }

  /// Runs everything not recorded yet, and records how that ended.
  ///
  /// - Throws: `CommandError` with the command that resumes the sweep, if it was interrupted; or
  ///   the error that
  ///   ended it.
  func compute() throws {
    let runner = SweepRunner(
      grid: grid, jobs: jobs, makeSolver: { LAPACKSolver() },
      recorded: { [reader] in try reader.spectra(of: $0) })
    let done = writer.recordedUpdates
    let line = ProgressLine(total: grid.updateCount, done: done, isQuiet: isQuiet)
    defer { line.clear() }
    let ending: SweepRunner<LAPACKSolver>.Ending
    do {
      ending = try runner.run(
        after: done, recorder: writer, progress: line.show,
        shouldStop: { Interruption.isAsked })
      try writer.finish(ending == .finished ? .finished : .interrupted, at: Host.now)
    } catch {
      line.clear()
      throw ended(by: error)
    }
    guard ending == .interrupted else { return }
    line.clear()
    throw CommandError(
      "interrupted: sweep \(writer.sweepID) '\(printable(writer.name))' keeps the \(writer.recordedRuns) of its \(grid.runCount) runs that were recorded. To finish it:",
      .interrupted, command: resumption)
  }

  /// Prints the id, or the sweep as `show` does.
  func report(_ format: OutputFormat) throws {
    try SweepRun.report(writer.sweepID, in: book, isQuiet: isQuiet, format)
  }

  static func report(
    _ sweepID: Int64, in book: Book, isQuiet: Bool, _ format: OutputFormat
  ) throws {
    if isQuiet {
      try StandardOutput.write("\(sweepID)\n")
    } else {
      try SweepReport(book: book, sweepID: sweepID).print(format)
    }
  }

  /// The command that resumes a sweep.
  static func resumption(of sweepID: Int64, in book: Book) -> String {
    // A path that begins with a hyphen would be taken for an option.
    let path = book.path.hasPrefix("-") ? "./" + book.path : book.path
    return "lorabook resume \(sweepID) --db \(Host.shellQuoted(path))"
  }

  private var resumption: String { SweepRun.resumption(of: writer.sweepID, in: book) }

  /// Records an error as the sweep's end, if the book can be written, and returns the error to
  /// report.
  private func ended(by error: any Error) -> any Error {
    // A book that could not be written is not tried again, which would wait once more; the next
    // reader sees that the process is gone.
    let cannotWrite =
      (error as? SQLiteError).map {
        [.busy, .inputOutput, .cannotCreate].contains($0.kind)
      } ?? false
    if !cannotWrite {
      try? writer.finish(
        .failed, at: Host.now, failure: CommandError(error)?.message ?? "\(error)")
    }
    guard cannotWrite, let failure = CommandError(error) else { return error }
    return CommandError(
      "\(failure.message) Sweep \(writer.sweepID) '\(printable(writer.name))' keeps the \(writer.recordedRuns) of its \(grid.runCount) runs that were recorded. To finish it:",
      failure.status, command: resumption)
  }
}
