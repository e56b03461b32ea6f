import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

/// Computes and records the items of a sweep that the book does not have.
struct SweepRun<Work: Experiment> {
  let book: Book
  let experiment: Work
  let session: SweepSession
  let recorder: any OutcomeRecorder<Work.Worker.Outcome>
  /// The part of the items that this process computes; nil for all of them.
  let shard: Shard?
  /// Number of runs that the whole sweep plans.
  let plannedRuns: Int
  let jobs: Int
  let isQuiet: Bool
  /// What its items are called on the progress line.
  var unit = "updates"

  /// Runs everything not recorded yet, and records how that ended.
  ///
  /// - Throws: `CommandError` with the command that resumes the sweep, if it was interrupted; or
  ///   the error that
  ///   ended it.
  func compute() throws {
    let items = experiment.items(of: shard)
    let missing = session.itemsBefore.missing(from: items)
    let done = items.count - missing.count
    let line = ProgressLine(
      total: items.count, unit: unit, done: done, isQuiet: isQuiet)
    defer { line.clear() }
    let ending: RunEnding
    do {
      ending = try ExperimentRunner(experiment, jobs: jobs).run(
        missing, recorder: recorder, progress: { line.show(done + $0) },
        shouldStop: { Interruption.isAsked })
      // A sweep of which this was a shard may lack the others.
      let isWhole = session.recordedItems == experiment.itemCount
      try session.finish(
        isWhole ? .finished : .interrupted, at: Host.now, isShareWhole: ending == .finished)
    } catch {
      line.clear()
      throw ended(by: error)
    }
    guard ending == .interrupted else { return }
    line.clear()
    throw CommandError(
      "interrupted: sweep \(session.sweepID) '\(printable(session.name))' keeps the \(session.recordedRuns) of its \(plannedRuns) runs that were recorded. To finish it:",
      .interrupted, command: resumption)
  }

  /// Prints the id, or the sweep as `show` does.
  func report(_ output: RowOptions) throws {
    try SweepEnd(book, session.sweepID).report(isQuiet: isQuiet, output)
  }

  private var resumption: String { SweepEnd(book, session.sweepID).resumption }

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
      try? session.finish(
        .failed, at: Host.now, failure: CommandError(error)?.message ?? "\(error)")
    }
    guard cannotWrite, let failure = CommandError(error) else { return error }
    return CommandError(
      "\(failure.message) Sweep \(session.sweepID) '\(printable(session.name))' keeps the \(session.recordedRuns) of its \(plannedRuns) runs that were recorded. To finish it:",
      failure.status, command: resumption)
  }
}

/// What is said of a sweep when its run has ended.
struct SweepEnd {
  private let book: Book
  private let sweepID: Int64

  init(_ book: Book, _ sweepID: Int64) {
    self.book = book
    self.sweepID = sweepID
  }

  /// Prints the id, or the sweep as `show` does.
  func report(isQuiet: Bool, _ output: RowOptions) throws {
    if isQuiet {
      try StandardOutput.write("\(sweepID)\n")
    } else {
      try SweepReport(book: book, sweepID: sweepID).print(output)
    }
  }

  /// The command that resumes the sweep.
  var resumption: String {
    // A path that begins with a hyphen would be taken for an option.
    let path = book.path.hasPrefix("-") ? "./" + book.path : book.path
    return "lorabook resume \(sweepID) --db \(Host.shellQuoted(path))"
  }
}

extension SweepRun where Work == TrainingExperiment {
  /// A run of a grid of trainings.
  init(
    _ book: Book, grid: TrainingGrid, shard: Shard? = nil, jobs: Int, isQuiet: Bool,
    writer: TrainingSweepWriter
  ) {
    self.init(
      book: book, experiment: TrainingExperiment(grid), session: writer.session, recorder: writer,
      shard: shard, plannedRuns: grid.runCount, jobs: jobs, isQuiet: isQuiet)
  }
}

extension SweepRun where Work == ClosedFormExperiment<LAPACKSolver> {
  /// A run of a grid in closed form.
  ///
  /// - Parameter begin: records that the sweep begins or resumes.
  /// - Throws: errors of `begin`, `SQLiteError`.
  init(
    _ book: Book, grid: Grid, shard: Shard? = nil, jobs: Int, isQuiet: Bool,
    begin: () throws -> SweepWriter
  ) throws {
    // Opened before the sweep is recorded as running, because this may fail.
    let reader = try SpectrumReader(path: book.path, wait: book.wait)
    let writer = try begin()
    self.init(
      book: book,
      experiment: ClosedFormExperiment(
        grid, makeSolver: { LAPACKSolver() }, recorded: { try reader.spectra(of: $0) }),
      session: writer.session, recorder: writer, shard: shard, plannedRuns: grid.runCount,
      jobs: jobs,
      isQuiet: isQuiet)
  }
}
