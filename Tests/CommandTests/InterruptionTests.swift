import Foundation
import Glibc
import Testing

@Suite("A sweep that is cut short")
struct InterruptionTests {
  let scratch: Scratch
  /// A grid that takes long enough to be cut short.
  private let grid = ["--seeds", "0-99999", "--ranks", "1,2", "--quiet"]

  init() throws { scratch = try Scratch() }

  /// Starts the long sweep and waits until some of it is recorded.
  private func startAndWait() throws -> Process {
    let process = try scratch.start("sweep", grid[0], grid[1], grid[2], grid[3], grid[4])
    for _ in 0..<600 {
      usleep(50_000)
      guard FileManager.default.fileExists(atPath: scratch.folder.path + "/lorabook.db") else {
        continue
      }
      let count = try scratch.bash("sqlite3 lorabook.db 'SELECT recorded_runs FROM sweeps'").output
      if (Int(count.trimmingCharacters(in: .newlines)) ?? 0) > 0 { return process }
    }
    Issue.record("nothing was recorded in 30 seconds")
    return process
  }

  @Test("Ctrl-C keeps whole updates, marks the sweep interrupted and exits with 130")
  func interrupt() throws {
    let process = try startAndWait()
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 130)
    #expect(try scratch.sqlite("SELECT status FROM sweeps") == "interrupted")
    try checkWhatIsThere()
  }

  @Test("After kill -9 the book opens clean and holds what was recorded before")
  func killed() throws {
    let process = try startAndWait()
    let before = try #require(Int(try scratch.sqlite("SELECT count(*) FROM runs")))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let after = try #require(Int(try scratch.sqlite("SELECT count(*) FROM runs")))
    #expect(after >= before)
    #expect(before > 0)
    #expect(try scratch.lorabook("ls").status == 0)
    try checkWhatIsThere()
  }

  /// Updates are recorded whole, in the grid's order, with sums that add up.
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
