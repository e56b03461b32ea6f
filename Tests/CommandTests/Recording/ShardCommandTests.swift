import Foundation
import Glibc
import Testing

@Suite("lorabook sweep --shard")
struct ShardCommandTests {
  let scratch: Scratch
  private static let grid =
    "--seeds 0-6 --shapes 16x16,12x20 --ranks 1,3 --rules lora,unit --profiles style,exp:0.3 --noise 0,0.1"

  init() throws { scratch = try Scratch() }

  private func sweep(_ shard: String, _ book: String, _ more: String = "") throws -> Scratch.Result
  {
    try scratch.bash(
      "lorabook sweep \(Self.grid) --shard \(shard) --db \(book) --quiet --jobs 1 \(more)")
  }

  /// Every row of the public views that does not say who computed what and when.
  private func content(_ book: String) throws -> String {
    try scratch.sqlite(
      """
      SELECT seed, d, k, profile, noise, rank, alpha, rule, scale, error, truncation_error,
        variance_captured FROM runs ORDER BY 1, 2, 3, 5, 4, 6, 7, 8;
      SELECT DISTINCT seed, d, k, profile, noise, position, singular_value FROM spectra
      ORDER BY 1, 2, 3, 5, 4, 6;
      SELECT name, status, planned_runs, recorded_runs, spec FROM sweeps
      """, book: book)
  }

  @Test("of more parts than streams has empty ones, which are whole")
  func moreThanStreams() throws {
    let tiny = "lorabook sweep --seeds 1,2 --ranks 2 --quiet --db tiny.db --shard"
    for (shard, runs) in [("1/5", 0), ("3/5", 4), ("5/5", 8)] {
      let result = try scratch.bash("\(tiny) \(shard)")
      #expect(result.status == 0, "\(shard): \(result.errors)")
      #expect(try scratch.sqlite("SELECT count(*) FROM runs", book: "tiny.db") == "\(runs)")
    }
    #expect(
      try scratch.sqlite("SELECT status, count(*) FROM sweeps", book: "tiny.db") == "finished|1")
  }

  @Test("that is begun again does nothing where it is whole, and goes on where it was killed")
  func again() throws {
    #expect(try sweep("2/3", "s.db").status == 0)
    let before = try scratch.sqlite("SELECT count(*), max(run_id) FROM runs", book: "s.db")
    let again = try sweep("2/3", "s.db")
    #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
    #expect(try scratch.sqlite("SELECT count(*), max(run_id) FROM runs", book: "s.db") == before)
    // As a kill leaves it: some items are missing, and the sweep is said to run.
    _ = try scratch.sqlite(
      """
      DELETE FROM measured_run WHERE run_id > (SELECT min(recording_id) FROM recording) + 3;
      DELETE FROM recording WHERE recording_id > (SELECT min(recording_id) FROM recording);
      UPDATE sweep SET status = 'running', finished_at = NULL,
        recorded_runs = (SELECT count(*) FROM measured_run);
      UPDATE execution SET finished_at = NULL, process_id = 4000000, process_start = 1;
      DELETE FROM cell_summary
      """, book: "s.db")
    let resumed = try sweep("2/3", "s.db")
    #expect(resumed.status == 0 && !resumed.errors.contains("nothing to do"), "\(resumed.errors)")
    #expect(
      try scratch.sqlite("SELECT count(*) FROM runs", book: "s.db")
        == String(before.prefix { $0 != "|" }))
  }

  @Test("that is missing is named by merge with the line that computes it, and resume fills it")
  func missing() throws {
    #expect(try sweep("1/3", "a.db").status == 0)
    #expect(try sweep("3/3", "c.db").status == 0)
    let merged = try scratch.bash("lorabook merge a.db c.db --db all.db")
    #expect(merged.status == 1)
    #expect(merged.errors.contains("2/3 (seeds 2–4): "), "\(merged.errors)")
    #expect(merged.errors.contains("--shard 2/3"), "\(merged.errors)")
    #expect(try scratch.bash("lorabook ls --db all.db --format csv").output.contains(",2/3,"))
    #expect(try scratch.bash("lorabook doctor --db all.db").status == 0)
    let resumed = try scratch.bash("lorabook resume latest --db all.db --quiet")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try sweep("1/1", "whole.db").status == 0)
    #expect(try content("all.db") == content("whole.db"))
  }

  @Test("of more parts than anybody cuts keeps no merge waiting")
  func hostileCount() throws {
    #expect(try sweep("1/3", "a.db").status == 0)
    _ = try scratch.sqlite("UPDATE execution SET shards = 9223372036854775807", book: "a.db")
    let merged = try scratch.bash("timeout -s KILL 20 lorabook merge a.db --db all.db")
    #expect(merged.status == 0, "\(merged.errors)")
  }

  @Test("of another spec is another sweep, and of the same with other numbers a conflict")
  func others() throws {
    #expect(try sweep("1/2", "a.db").status == 0)
    #expect(try sweep("2/2", "b.db", "--alphas 8").status == 0)
    let merged = try scratch.bash("lorabook merge a.db b.db --db all.db")
    #expect(merged.status == 1)
    #expect(try scratch.sqlite("SELECT count(*) FROM sweeps", book: "all.db") == "2")
    _ = try scratch.bash("cp a.db changed.db")
    _ = try scratch.sqlite(
      "UPDATE measured_run SET error = error + 0.001 WHERE run_id = 3", book: "changed.db")
    let conflict = try scratch.bash("lorabook merge changed.db --db a.db")
    #expect(conflict.status == 1 && conflict.errors.contains("contradicts"), "\(conflict.errors)")
  }

  @Test(
    "is refused with what was meant",
    arguments: [
      ("0/16", "the first of 16 is 1/16"), ("17/16", "1 ≤ K ≤ N"), ("3", "Give K/N"),
      ("a/b", "Give K/N"), ("1/0", "1 ≤ K ≤ N"), ("1/2/3", "Give K/N"), ("-1/4", "1 ≤ K ≤ N"),
    ])
  func refusals(shard: String, meant: String) throws {
    let result = try scratch.bash("lorabook sweep '--shard=\(shard)' --db none.db")
    #expect(result.status == 64 && result.errors.contains(meant), "\(result.errors)")
    #expect(try !scratch.files().contains("none.db"))
  }
}
