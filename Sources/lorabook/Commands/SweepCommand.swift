import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct SweepCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Run a grid and record it.",
    discussion: """
      The grid is seeds × shapes × noise levels × profiles × ranks × alphas × rules. Lists are \
      comma-separated and take ranges. Fields that a YAML file leaves out are those of 'article'.

      Example:  lorabook sweep article --seeds 0-99 --rules lora,rslora,unit
      """)

  @OptionGroup var spec: SpecOptions
  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  @OptionGroup var jobs: JobsOption
  @OptionGroup var shard: ShardOption

  @Flag(help: "Say how many updates and runs there would be, and stop.")
  var dryRun = false

  @Flag(help: "Print the sweep's id alone, and no progress.")
  var quiet = false

  func run() throws {
    try jobs.check()
    let located = try spec.located(SweepSpec.self)
    let grid = try located.grid(memory: jobs.memory)
    let part = try shard.part()
    if dryRun { return try StandardOutput.write(plan(grid, part)) }

    Interruption.watch()
    try jobs.checkMemory(for: grid)
    let provenance = try Host.provenance(jobs: jobs.count)
    let recording = try book.recording()
    let start = try SweepStart(
      recording, shard: part, source: "sweep", of: grid.spec, grid.spec.profiles)
    let items = part?.items(of: grid.updateCount, itemsPerStream: grid.spec.profiles.count)
    if let begun = start.begun, let items, try start.isWhole(items) {
      return try SweepEnd(recording, begun).report(isQuiet: quiet, output)
    }
    let run = try SweepRun(recording, grid: grid, shard: part, jobs: jobs.count, isQuiet: quiet) {
      if let begun = start.begun {
        return try SweepWriter(
          recording, resuming: begun, grid: grid, uuid: Host.uuid, startedAt: Host.now,
          shard: part, provenance: provenance)
      }
      return try SweepWriter(
        recording,
        start.new(grid.spec.name, nameIsAsked: located.nameIsAsked, provenance), grid: grid)
    }
    try run.compute()
    try run.report(output)
  }

  private func plan(_ grid: Grid, _ part: Shard?) -> String {
    func count(_ number: Int, _ one: String) -> String {
      "\(number) \(one)\(number == 1 ? "" : "s")"
    }
    let spec = grid.spec
    let factors = [
      count(spec.seeds.count, "seed"), count(spec.shapes.count, "shape"),
      count(spec.noise.count, "noise level"), count(spec.profiles.count, "profile"),
      count(spec.ranks.count, "rank"), count(spec.alphas.count, "alpha"),
      count(spec.rules.count, "rule"),
    ]
    let shard = part.map { part in
      let items = part.items(of: grid.updateCount, itemsPerStream: spec.profiles.count).count
      return
        "shard \(part.description): \(count(items, "update")), \(count(items * grid.points.count, "run")), of "
    }
    return (shard ?? "")
      + "\(count(grid.updateCount, "update")), \(count(grid.runCount, "run")): \(factors.joined(separator: " × "))\n"
  }
}
