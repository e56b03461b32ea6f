import ArgumentParser
import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

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

  @Option(help: "How many workers compute. (default: all cores)")
  var jobs: Int?

  @Flag(help: "Say how many updates and runs there would be, and stop.")
  var dryRun = false

  @Flag(help: "Print the sweep's id alone, and no progress.")
  var quiet = false

  func run() throws {
    let jobs = jobs ?? Machine.cores
    guard (1...1024).contains(jobs) else {
      throw Failure("--jobs: '\(jobs)' is out of range. Give 1 to 1024.", .usage)
    }
    let located = try spec.located()
    let grid = try located.grid(memory: Machine.memory / Double(jobs))
    if dryRun { return try StandardOutput.write(plan(grid)) }

    let path = try book.path()
    Interruption.watch()
    let recording = try Book(recording: path, time: Machine.now, version: lorabookVersion)
    recording.announceUpgrade()
    let reader = try SpectrumReader(path: path)
    let writer = try SweepWriter(
      recording,
      NewSweep(
        uuid: Machine.uuid, name: grid.spec.name, nameIsAsked: located.nameIsAsked,
        specText: SpecFile.canonicalText(grid.spec), startedAt: Machine.now,
        provenance: Machine.provenance(jobs: jobs)),
      grid: grid)
    try compute(grid, jobs: jobs, reader: reader, writer: writer)
    if quiet {
      try StandardOutput.write("\(writer.sweepID)\n")
    } else {
      try SweepReport(book: recording, sweepID: writer.sweepID).print(output.format)
    }
  }

  private func compute(
    _ grid: Grid, jobs: Int, reader: SpectrumReader, writer: SweepWriter
  ) throws {
    let runner = SweepRunner(
      grid: grid, jobs: jobs, makeSolver: { LAPACKSolver() },
      recorded: { try reader.spectra(of: $0) })
    let line = ProgressLine(total: grid.updateCount, isQuiet: quiet)
    defer { line.clear() }
    do {
      let ending = try runner.run(
        recorder: writer, progress: line.show, shouldStop: { Interruption.isAsked })
      switch ending {
      case .finished: try writer.finish(.finished, at: Machine.now)
      case .interrupted:
        try writer.finish(.interrupted, at: Machine.now)
        line.clear()
        throw Failure(
          "interrupted: sweep \(writer.sweepID) '\(printable(writer.name))' keeps the \(writer.recordedRuns) of its \(grid.runCount) runs that were recorded.",
          .interrupted)
      }
    } catch let error as Failure {
      throw error
    } catch {
      // The first error is the one to tell; a book that refuses this too keeps the sweep as running.
      try? writer.finish(
        .failed, at: Machine.now, failure: Failure(error)?.message ?? "\(error)")
      throw error
    }
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
