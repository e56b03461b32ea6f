import ArgumentParser
import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

struct ResumeCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Finish a sweep that was interrupted or failed.",
    discussion: """
      It computes what is missing, with the settings and profiles that the book holds, and ends with the \
      same runs as a sweep that nothing disturbed. One that is finished is left as it is.

      Example:  lorabook resume latest
      """)

  @Argument(
    help: "A sweep: an id, a name, the start of a uuid, or 'latest'.", completion: .sweeps)
  var sweep: String

  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions
  @OptionGroup var jobs: JobsOption

  @Flag(help: "Take up a sweep that another machine is said to record, where nobody does any more.")
  var force = false

  @Flag(help: "Print the sweep's id alone, and no progress.")
  var quiet = false

  func run() throws {
    try jobs.check()
    Interruption.watch()
    let book = try book.changing()
    let recorded = try book.recordedSweep(book.sweepID(sweep))
    let name = printable(recorded.name)
    guard recorded.isComputed else {
      throw CommandError(
        "the sweep '\(name)' was measured elsewhere, so there is nothing to compute. Add runs with 'lorabook \(recorded.source)'.",
        .usage)
    }
    guard recorded.status != "finished" else {
      StandardError.write("lorabook: the sweep '\(name)' is finished; there is nothing to do.\n")
      return try SweepEnd(book, recorded.sweepID).report(isQuiet: quiet, output)
    }
    if recorded.source == "train" {
      let grid = try recorded.trainingGrid(memory: jobs.memory)
      try jobs.checkMemory(for: grid)
      let provenance = try Host.provenance(jobs: jobs.count)
      let writer = try TrainingSweepWriter(
        book, resuming: recorded.sweepID, grid: grid, uuid: Host.uuid, startedAt: Host.now,
        provenance: provenance, isForced: force)
      noteDifferences(of: recorded, from: provenance)
      let run = SweepRun(
        book, grid: grid, jobs: jobs.count, isQuiet: quiet, writer: writer)
      try run.compute()
      return try run.report(output)
    }
    if recorded.source == "measure" { return try measure(recorded, in: book) }
    let grid = try recorded.grid(memory: jobs.memory)
    try jobs.checkMemory(for: grid)
    let provenance = try Host.provenance(jobs: jobs.count)
    let run = try SweepRun(book, grid: grid, jobs: jobs.count, isQuiet: quiet) {
      try SweepWriter(
        book, resuming: recorded.sweepID, grid: grid, uuid: Host.uuid, startedAt: Host.now,
        provenance: provenance, isForced: force)
    }
    noteDifferences(of: recorded, from: provenance)
    try run.compute()
    try run.report(output)
  }

  /// Finishes a sweep of measured modules, from the files as they are now.
  private func measure(_ recorded: RecordedSweep, in book: Book) throws {
    let spec = try recorded.measureSpec()
    let plan = try MeasurementPlan(
      spec, WeightSource.open(spec), others: WeightSource.others(spec), findsZeros: true)
    try BLASMemory.check(for: plan, workers: jobs.count)
    let provenance = try Host.provenance(jobs: jobs.count)
    let run = try SweepRun(book, plan: plan, jobs: jobs.count, isQuiet: quiet) {
      try ModuleSweepWriter(
        book, resuming: recorded.sweepID, plan: plan, uuid: Host.uuid, startedAt: Host.now,
        provenance: provenance, isForced: force)
    }
    noteDifferences(of: recorded, from: provenance)
    try run.compute()
    try MeasurementNotes.warnOfLargeUpdates(book, sweepID: recorded.sweepID)
    try run.report(output)
  }

  /// Says if the rest may differ in its last digits from what is recorded.
  private func noteDifferences(of recorded: RecordedSweep, from provenance: Provenance) {
    let differences = recorded.provenance.differences(from: provenance)
    if !differences.isEmpty {
      let pairs = differences.map { "'\(printable($0.0))' before, '\(printable($0.1))' now" }
      StandardError.write(
        "lorabook: another machine or program goes on with this sweep: \(pairs.joined(separator: "; ")). Draws are the same to the bit, spectra to rounding.\n"
      )
    }
  }
}
