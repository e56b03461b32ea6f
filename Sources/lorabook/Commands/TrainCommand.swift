import ArgumentParser
import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

struct TrainCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train factors toward drawn updates, and record the curves.",
    discussion: """
      Every point of the grid is a training of B and A toward an update of a sweep, at one learning rate. \
      Fields that a YAML file leaves out are those of 'signal', which asks whether the learning signal \
      depends on the rank.

      Example:  lorabook train signal --seeds 0-9 --dry-run
      """)

  @OptionGroup var spec: SpecOptions
  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions
  @OptionGroup var jobs: JobsOption
  @OptionGroup var shard: ShardOption

  @Flag(help: "Say how many trainings there would be and what they cost, and stop.")
  var dryRun = false

  @Flag(help: "Print the sweep's id alone, and no progress.")
  var quiet = false

  func run() throws {
    try jobs.check()
    var located = try spec.located(TrainingSpec.self)
    try training.override(&located)
    let grid = try located.grid(memory: jobs.memory)
    let part = try shard.part()
    if dryRun { return try StandardOutput.write(plan(grid)) }
    Interruption.watch()
    try jobs.checkMemory(for: grid)
    let provenance = try Host.provenance(jobs: jobs.count)
    let recording = try book.recording()
    let start = try SweepStart(
      recording, shard: part, source: "train", of: grid.spec, grid.spec.sweep.profiles)
    if let begun = start.begun, try start.isWhole(TrainingExperiment(grid).items(of: part)) {
      return try SweepEnd(recording, begun).report(isQuiet: quiet, output)
    }
    let writer =
      if let begun = start.begun {
        try TrainingSweepWriter(
          recording, resuming: begun, grid: grid, uuid: Host.uuid, startedAt: Host.now,
          shard: part, provenance: provenance)
      } else {
        try TrainingSweepWriter(
          recording, start.new(grid.spec.name, nameIsAsked: located.nameIsAsked, provenance),
          grid: grid)
      }
    let run = SweepRun(
      recording, grid: grid, shard: part, jobs: jobs.count, isQuiet: quiet, writer: writer)
    try run.compute()
    try run.report(output)
  }

  /// The sizes of a grid and its costs.
  private func plan(_ grid: TrainingGrid) -> String {
    func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
      "\(number) \(number == 1 ? one : many ?? one + "s")"
    }
    let (spec, sweep) = (grid.spec, grid.spec.sweep)
    let factors = [
      count(sweep.seeds.count, "seed"), count(sweep.shapes.count, "shape"),
      count(sweep.noise.count, "noise level"), count(sweep.profiles.count, "profile"),
      count(sweep.ranks.count, "rank"), count(spec.optimizers.count, "optimizer"),
      count(spec.inits.count, "init"), count(spec.schedules.count, "schedule"),
      count(spec.batches.count, "batch", "batches"), count(sweep.alphas.count, "alpha"),
      count(sweep.rules.count, "rule"), count(spec.learningRates.count, "learning rate"),
    ]
    let cost = TrainingCost(of: grid)
    let points = spec.shared.record.steps(of: spec.shared.steps).count
    let shared = grid.runCount - cost.trainings
    return """
      \(count(grid.grid.updateCount, "update")), \(count(grid.runCount, "training")) of \
      \(count(spec.shared.steps, "step")): \(factors.joined(separator: " × "))
      \(shared > 0 ? "\(shared) of them have the scale and rate of another one and are computed with it\n" : "")\
      to compute: \(Int(cost.steps)) steps, about \(DecimalAmount.text(cost.flops)) floating-point operations
      to keep: \(count(points, "point")) of each curve, about \(byteText(grid.bookBytes)) in the book
      to hold in memory: about \(byteText(grid.workspaceBytes)) for each worker

      """
  }
}

/// A large number as words.
private enum DecimalAmount {
  /// `7.2 billion`.
  static func text(_ amount: Double) -> String {
    let units = ["", " thousand", " million", " billion", " trillion", " quadrillion"]
    var (amount, unit) = (amount, 0)
    while amount >= 1000, unit + 1 < units.count {
      amount /= 1000
      unit += 1
    }
    let rounded = amount < 10 ? (amount * 10).rounded() / 10 : amount.rounded()
    return rounded.shortestText + units[unit]
  }
}
