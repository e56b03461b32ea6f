import ArgumentParser
import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore
import WeightFiles

struct VerifyCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute what is recorded and report the largest deviation.",
    discussion: """
      Every update of a sweep is drawn again from what the book says of it, and its singular values and runs \
      are compared with the recorded ones, to the tolerance. What follows from recorded numbers by \
      arithmetic alone, a run from its recorded spectrum, a scale from its rule, a mean from its runs, has \
      to agree to the last bit. An interrupted sweep is verified as far as it goes; modules of real weights \
      are measured again where their files still have the same contents; runs that were measured \
      elsewhere cannot be recomputed, and only what the book makes of them is verified.

      A distance is measured in units of σ₁ for a singular value, and of the error itself where that is \
      above 1. The exit status is 1 where something deviates.

      Example:  lorabook verify latest --direct
      """)

  @Argument(
    help: "Sweeps: ids, names, starts of uuids, or 'latest'. (default: latest)",
    completion: .sweeps)
  var sweeps: [String] = []

  @Flag(help: "Verify every sweep of the book.")
  var all = false

  @Flag(
    help: """
      Measure runs the long way, without the closed form: factorise with singular vectors, truncate, scale, \
      subtract, take norms.
      """)
  var direct = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How far a recomputed number may lie from the recorded one. (default: 1e-10)",
      valueName: "distance"))
  var tolerance: String?

  @OptionGroup var jobs: JobsOption

  @Flag(help: "Show no progress.")
  var quiet = false

  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  func run() throws {
    try jobs.check()
    let tolerance = try distance()
    guard sweeps.isEmpty || !all else {
      throw CommandError(
        "--all verifies every sweep, and sweeps are named too. Leave one of the two out.", .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    let book = try book.reading()
    var ids: [Int64] = []
    for id in try all ? book.sweepIDs() : book.named(sweeps)
    where !ids.contains(id) {
      ids.append(id)
    }
    var verdict = VerificationVerdict()
    var rows: [[Value]] = []
    for id in ids {
      let session = try ReadOnlySession(
        book, isOfOneMoment: true, shouldStop: { Interruption.isAsked })
      let verification = try SweepVerification(
        session, sweepID: id, tolerance: tolerance, isDirect: direct)
      try verify(verification)
      rows += VerificationRows.of(verification, isForPeople: output.format.isForPeople)
      try verdict.add(verification)
    }
    // Where all is well, the verdict says all that a person needs.
    if !output.format.isForPeople || output.full || !verdict.isGood || !StandardOutput.isTerminal {
      try output.write(ResultTable(columns: VerificationRows.columns, rows: rows))
    }
    try verdict.tell(isQuiet: quiet)
  }

  private func distance() throws -> Double {
    guard let tolerance else { return 1e-10 }
    guard let distance = Double.finite(tolerance), distance >= 0 else {
      throw CommandError(
        "--tolerance: '\(printable(tolerance))' is no distance. Give a number of 0 or above, such as 1e-10.",
        .usage)
    }
    return distance
  }

  private func verify(_ verification: SweepVerification) throws {
    try verification.compareSums()
    guard verification.recorded.isComputed else {
      return try verification.compareMeasuredElsewhere()
    }
    if verification.recorded.source == "train" { return try trainAgain(verification) }
    if verification.recorded.source == "measure" { return try measureAgain(verification) }
    let grid: Grid
    do {
      grid = try verification.recorded.grid(memory: jobs.memory)
    } catch BookError.unlikeItsSpec(_, let reason) {
      return verification.refuse(spec: reason)
    }
    let items = try verification.begin(grid)
    if direct {
      try redraw(grid, items, verification) { DirectSolver() }
    } else {
      try redraw(grid, items, verification) { LAPACKSolver() }
    }
  }

  /// Measures modules again whose files are still there, and passes them to be compared.
  private func measureAgain(_ verification: SweepVerification) throws {
    let modules: ModuleVerification
    let spec: MeasureSpec
    do {
      modules = try ModuleVerification(verification)
      spec = try verification.recorded.measureSpec()
    } catch BookError.unlikeItsSpec(_, let reason) {
      return verification.refuse(spec: reason)
    }
    let names = Set(try modules.compareRecorded().map(ExactText.init))
    let plan: MeasurementPlan
    do {
      plan = try MeasurementPlan(
        spec, WeightSource.open(spec), others: WeightSource.others(spec), findsZeros: true)
    } catch let error where error is WeightFileError || error is MeasurementError {
      // Files may be gone or others by now, which is no fault of the book.
      return modules.finish(failure: CommandError(error)?.message)
    }
    try BLASMemory.check(for: plan, workers: jobs.count)
    var items = ItemSet()
    for item in 0..<plan.count where names.contains(ExactText(plan[item].name)) {
      items.append(item..<item + 1)
    }
    let line = ProgressLine(total: items.count, unit: "modules", done: 0, isQuiet: quiet)
    defer { line.clear() }
    let experiment = MeasurementExperiment(
      plan, makeSolver: { ModuleSolver() }, recorded: { _ in nil })
    let ending: RunEnding
    do {
      ending = try ExperimentRunner(experiment, jobs: jobs.count).run(
        items, recorder: modules, progress: line.show, shouldStop: { Interruption.isAsked })
    } catch let error where error is WeightFileError || error is MeasurementError {
      return modules.finish(failure: CommandError(error)?.message)
    }
    if ending == .finished { return modules.finish(failure: nil) }
    line.clear()
    throw VerifyCommand.interrupted(verification.recorded)
  }

  /// Trains a sweep again and passes its items to be compared.
  private func trainAgain(_ verification: SweepVerification) throws {
    let grid: TrainingGrid
    do {
      grid = try verification.recorded.trainingGrid(memory: jobs.memory)
    } catch BookError.unlikeItsSpec(_, let reason) {
      return verification.refuse(spec: reason)
    }
    try jobs.checkMemory(for: grid)
    var twins = TrainingWorker()
    let trainings = try TrainingVerification(verification, grid: grid) {
      try twins.sensitivities(of: $0, shouldStop: { Interruption.isAsked })
    }
    let items = try trainings.items()
    let line = ProgressLine(total: items.count, done: 0, isQuiet: quiet)
    defer { line.clear() }
    do {
      let ending = try ExperimentRunner(TrainingExperiment(grid), jobs: jobs.count).run(
        items, recorder: trainings, progress: line.show, shouldStop: { Interruption.isAsked })
      if ending == .finished { return trainings.finish() }
    } catch is Stopped {
      // The twins were asked to stop.
    }
    line.clear()
    throw VerifyCommand.interrupted(verification.recorded)
  }

  private static func interrupted(_ recorded: RecordedSweep) -> CommandError {
    CommandError(
      "interrupted: sweep \(recorded.sweepID) '\(printable(recorded.name))' is verified in part, which is no verdict.",
      .interrupted)
  }

  /// Recomputes updates of a grid and passes them to be compared.
  private func redraw(
    _ grid: Grid, _ items: ItemSet, _ verification: SweepVerification,
    _ makeSolver: @escaping @Sendable () -> some UpdateSolver
  ) throws {
    try jobs.checkMemory(for: grid)
    let runner = ExperimentRunner(
      ClosedFormExperiment(
        grid, makeSolver: makeSolver, recorded: { updates in updates.map { _ in nil } }),
      jobs: jobs.count)
    let line = ProgressLine(total: items.count, done: 0, isQuiet: quiet)
    defer { line.clear() }
    let ending = try runner.run(
      items, recorder: verification, progress: line.show,
      shouldStop: { Interruption.isAsked })
    switch ending {
    case .finished: return
    case .interrupted:
      line.clear()
      throw VerifyCommand.interrupted(verification.recorded)
    }
  }
}
