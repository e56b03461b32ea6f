import Foundation
import Glibc
import Testing

@Suite("A sweep that is cut short")
struct InterruptionTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Ctrl-C keeps whole updates, marks the sweep interrupted and exits with 130")
  func interrupt() throws {
    #expect(try scratch.cutShort(SIGINT, endlessGrid) == 130)
    #expect(try scratch.sqlite("SELECT status FROM sweeps") == "interrupted")
    try checkWhatIsThere()
  }

  @Test("Ctrl-C finishes the update in hand, and says how to go on")
  func updateInHand() throws {
    // Each update takes a while, and none is recorded when the signal comes.
    let process = try scratch.startShell(
      """
      exec lorabook sweep --seeds 1-40 --shapes 1500x1500 --profiles facts --ranks 2 --jobs 1 --quiet 2> said
      """)
    for _ in 0..<1200 {
      if try scratch.bash("lorabook ls").output.contains("running") { break }
      usleep(25_000)
    }
    usleep(150_000)
    #expect(try scratch.sqlite("SELECT recorded_runs FROM sweep") == "0")
    #expect(process.end(SIGINT) == 130)
    #expect(
      try scratch.sqlite("SELECT status, recorded_runs, count(DISTINCT seed) FROM sweep JOIN runs")
        == "interrupted|2|1")
    #expect(try scratch.read("said").hasSuffix("  lorabook resume 1 --db lorabook.db\n"))
  }

  @Test("After kill -9 the book opens clean and holds what was recorded before")
  func killed() throws {
    let process = try scratch.startAndWait(["sweep"] + endlessGrid)
    let before = try #require(Int(try scratch.sqlite("SELECT count(*) FROM runs")))
    process.end(SIGKILL)
    let after = try #require(Int(try scratch.sqlite("SELECT count(*) FROM runs")))
    #expect(after >= before)
    #expect(before > 0)
    #expect(try scratch.lorabook("ls").status == 0)
    try checkWhatIsThere()
  }

  @Test("A second Ctrl-C ends it at once, and the sweep is interrupted all the same")
  func twice() throws {
    // One update that takes long, so that nothing is recorded meanwhile.
    let process = try scratch.start(
      "sweep", "--shapes", "2500x2500", "--profiles", "facts", "--ranks", "2", "--quiet")
    for _ in 0..<1200 {
      if try scratch.bash("lorabook ls").output.contains("running") { break }
      usleep(25_000)
    }
    kill(process.processIdentifier, SIGINT)
    usleep(200_000)
    #expect(process.isRunning, "it finishes the update in hand")
    #expect(process.end(SIGINT) == 130)
    #expect(
      try scratch.lorabook("sql", "SELECT status, recorded_runs FROM sweeps", "--format", "csv")
        .output == "status,recorded_runs\ninterrupted,0\n")
  }

  /// Checks that updates are recorded whole, in the grid's order, with correct sums.
  private func checkWhatIsThere() throws {
    #expect(try scratch.sqlite("PRAGMA integrity_check") == "ok")
    #expect(try scratch.sqlite("PRAGMA foreign_key_check") == "")
    #expect(
      try scratch.sqlite(
        "SELECT count(*) FROM (SELECT 1 FROM runs GROUP BY update_id HAVING count(*) <> 4)") == "0")
    #expect(
      try scratch.sqlite(
        "SELECT recorded_runs = (SELECT count(*) FROM runs), recorded_runs < planned_runs FROM sweeps"
      )
        == "1|1")
    #expect(
      try scratch.sqlite("SELECT max(seed) + 1 = count(DISTINCT seed) FROM runs") == "1")
    #expect(
      try scratch.sqlite(
        "SELECT sum(n) = (SELECT count(*) FROM runs) FROM cell_summary WHERE metric = 'error'")
        == "1")
  }
}
