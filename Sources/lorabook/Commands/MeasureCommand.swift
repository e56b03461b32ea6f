import ArgumentParser
import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

struct MeasureCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure real weights: an adapter, two checkpoints or matrices.",
    discussion: """
      It records each module's spectrum, and what truncation to each rank loses of its update. Files are \
      read and never changed; one that is malformed is refused before anything is recorded.

      Example:  lorabook measure --adapter my-adapter --exclude 'lm_head|embed'
      """)

  @OptionGroup var options: MeasureOptions
  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions
  @OptionGroup var jobs: JobsOption

  @Flag(help: "Say which modules would be measured and which are left out, and stop.")
  var dryRun = false

  @Flag(help: "Print the sweep's id alone, and no progress.")
  var quiet = false

  func run() throws {
    try jobs.check()
    var located = try options.located()
    Interruption.watch(mayEndAnywhere: true)
    let updates = try WeightSource.open(located.spec)
    if located.spec.adapter != nil, updates.count > 0,
      updates.update(at: 0).adapter?.isFanInFanOut == true
    {
      try located.override(.fanInFanOut, with: ["true"])
    }
    let plan = try MeasurementPlan(
      located.spec, updates, others: WeightSource.others(located.spec), findsZeros: !dryRun)
    if dryRun { return try StandardOutput.write(text(of: plan)) }

    Interruption.watch()
    MeasurementNotes.tell(leftOut: plan.leftOut)
    MeasurementNotes.tell(alone: plan.alone)
    try BLASMemory.check(for: plan, workers: jobs.count)
    let provenance = try Host.provenance(jobs: jobs.count)
    let recording = try book.recording()
    let run = try SweepRun(recording, plan: plan, jobs: jobs.count, isQuiet: quiet) {
      try ModuleSweepWriter(
        recording,
        NewSweep(
          uuid: Host.uuid, name: plan.spec.name, nameIsAsked: located.nameIsAsked,
          startedAt: Host.now, provenance: provenance), plan: plan)
    }
    try run.compute()
    try MeasurementNotes.warnOfLargeUpdates(recording, sweepID: run.session.sweepID)
    try run.report(output)
  }

  /// The modules and sizes of a plan, and what is left out. Modules of zeros are found when numbers
  /// are read, which this does not.
  private func text(of plan: MeasurementPlan) -> String {
    func count(_ number: Int, _ one: String) -> String {
      "\(number) \(one)\(number == 1 ? "" : "s")"
    }
    var text = "\(count(plan.count, "module")), \(count(plan.runCount, "run"))\n"
    for (size, modules) in plan.sizes {
      let rank = size.kind == .adapter ? " of rank \(size.span)" : ""
      let runs = count(plan.points(of: size).count, "run")
      text += "  \(modules) × \(size.shape)\(rank), \(runs) each\n"
    }
    for line in LeftOutText.lines(plan.leftOut, isWhole: true) { text += line + "\n" }
    return text
  }
}
