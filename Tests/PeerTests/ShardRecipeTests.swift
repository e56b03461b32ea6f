import Foundation
import TestSupport
import Testing

@Suite(
  "docs/scale.md",
  .enabled(
    if: ProcessInfo.processInfo.environment["LORABOOK_PEERS"] != nil,
    "`make peers` installs what this needs, and runs it"))
struct ShardRecipeTests {
  let scratch: Scratch
  let page: Page

  init() throws {
    scratch = try Scratch()
    page = try Page("docs/scale.md")
  }

  /// Sixteen seeds, whose trainings take long enough to be interrupted.
  private func writeGrid(steps: Int) throws {
    try scratch.write(
      """
      name: grid
      seeds: 0-15
      shapes: 48x64
      profiles: [style, facts]
      ranks: [2, 8, 16]
      optimizers: [sgd, adamw]
      learning_rates: 1e-3:1:2
      steps: \(steps)
      """, to: "grid.yaml")
  }

  /// The exported runs, trainings and curves without the ids, sorted.
  private func tables(_ book: String) throws -> String {
    let result = try scratch.bash(
      """
      set -e -o pipefail
      lorabook export --db \(book) | cut -d , -f 3- | sort
      lorabook export --table trainings --db \(book) | cut -d , -f 3- | sort
      lorabook export --table curves --db \(book) | cut -d , -f 3- | sort
      lorabook sql 'SELECT name, status, planned_runs, recorded_runs, spec FROM sweeps' --db \(book)
      """)
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  private func undividedTables() throws -> String {
    let result = try scratch.lorabook("train", "grid.yaml", "--db", "undivided.db", "--quiet")
    #expect(result.status == 0, "\(result.errors)")
    let tables = try tables("undivided.db")
    // 2,688 runs and trainings, with some ten steps of each curve.
    #expect(tables.split(separator: "\n").count > 20_000)
    return tables
  }

  @Test("A Slurm array with a cancelled and a requeued task merges into the undivided sweep")
  func slurm() throws {
    try writeGrid(steps: 1500)
    try scratch.write(page.block(1, under: "Slurm"), to: "shard.sh")
    try scratch.write(page.block(2, under: "Slurm"), to: "submit.sh")
    try scratch.write(page.block(3, under: "Slurm"), to: "again.sh")
    let program = Scratch.project.appending(path: "Tests/PeerTests/Programs/slurm_shards.sh").path
    let result = try scratch.bash("'\(program)'")
    #expect(result.status == 0, "\(result.errors)")
    let said = result.output
    #expect(said.contains("task 3: JobState=CANCELLED "), "\(said)")
    #expect(said.contains("merge: JobState=FAILED ExitCode=1 "), "\(said)")
    #expect(said.contains("task 5 was started 1 times more"), "\(said)")
    #expect(said.contains("  3/16 (seeds 2): lorabook train grid.yaml --shard 3/16 "), "\(said)")
    #expect(!said.contains("  5/16 "), "\(said)")
    let kept = try #require(said.firstMatch(of: #/shard 3: (\d+) runs/#)?.output.1)
    #expect((1..<168).contains(Int(kept) ?? 0), "\(said)")
    #expect(said.contains("shard 5: 168 runs"), "\(said)")
    #expect(try tables("whole.db") == undividedTables())
  }

  @Test("GNU parallel runs again what failed, and the shards merge into the undivided sweep")
  func parallel() throws {
    try writeGrid(steps: 20)
    try scratch.write("no book\n", to: "shard-3.db")
    let recipe = try page.block(1, under: "GNU parallel")
    let first = try scratch.bash(recipe)
    #expect(first.status == 1, "\(first.errors)")
    #expect(first.errors.contains("shard-3.db"), "\(first.errors)")
    let second = try scratch.bash("rm shard-3.db\n" + recipe)
    #expect(second.status == 0, "\(second.errors)")
    // Only the failed shard has a second line: number, …, exit status, signal, command.
    let statuses = try scratch.read("tasks.log").split(separator: "\n").dropFirst().map {
      let fields = $0.split(separator: "\t")
      return "\(fields[0]): \(fields[6])"
    }
    #expect(statuses.count == 17 && statuses.last == "3: 0", "\(statuses)")
    #expect(statuses.filter { !$0.hasSuffix(": 0") } == ["3: 65"], "\(statuses)")
    let merged = try scratch.bash(page.block(2, under: "GNU parallel"))
    #expect(merged.status == 0, "\(merged.errors)")
    #expect(try tables("all.db") == undividedTables())
  }
}
