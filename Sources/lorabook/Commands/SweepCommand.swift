import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore
import SpecFiles

struct SweepCommand: ParsableCommand {
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
  @OptionGroup var output: FormatOption

  @OptionGroup var jobs: JobsOption

  @Flag(help: "Say how many updates and runs there would be, and stop.")
  var dryRun = false

  @Flag(help: "Print the sweep's id alone, and no progress.")
  var quiet = false

  func run() throws {
    try jobs.check()
    let located = try spec.located(SweepSpec.self)
    let grid = try located.grid(memory: jobs.memory)
    if dryRun { return try StandardOutput.write(plan(grid)) }

    Interruption.watch()
    try jobs.checkMemory(for: grid)
    let provenance = try Host.provenance(jobs: jobs.count)
    let recording = try book.recording()
    let run = try SweepRun(recording, grid: grid, jobs: jobs.count, isQuiet: quiet) {
      try SweepWriter(
        recording,
        NewSweep(
          uuid: Host.uuid, name: grid.spec.name, nameIsAsked: located.nameIsAsked,
          startedAt: Host.now,
          provenance: provenance),
        grid: grid)
    }
    try run.compute()
    try run.report(output.format)
  }

  private func plan(_ grid: Grid) -> String {
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
    return
      "\(count(grid.updateCount, "update")), \(count(grid.runCount, "run")): \(factors.joined(separator: " × "))\n"
  }
}
