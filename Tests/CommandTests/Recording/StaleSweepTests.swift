import Foundation
import Glibc
import Testing

@Suite("A sweep whose process is gone")
struct StaleSweepTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The status of the newest sweep in each command that shows it.
  private func statuses(_ before: String = "") throws -> [String] {
    let result = try scratch.bash(
      """
      \(before) lorabook ls --format csv | sed -n '2s/^[^,]*,[^,]*,\\([a-z]*\\),.*/\\1/p'
      \(before) lorabook show latest | sed -n '1s/.*, \\([a-z]*\\)$/\\1/p'
      \(before) lorabook sql 'SELECT status FROM sweeps' --format csv | tail -n 1
      \(before) lorabook ls --where "status = 'running'" --format csv 2>/dev/null | wc -l
      \(before) lorabook export --table sweeps --format jsonl | grep -o '"status":"[a-z]*"'
      """)
    #expect(result.errors == "")
    return result.lines.map(String.init)
  }

  private func expectShown(
    as status: String, _ before: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(
      try statuses(before) == [
        status, status, status, status == "running" ? "2" : "1", "\"status\":\"\(status)\"",
      ], sourceLocation: sourceLocation)
  }

  @Test("is shown as interrupted by who reads, and recorded so by who writes")
  func killed() throws {
    let process = try scratch.startAndWait(["sweep"] + endlessGrid)
    try expectShown(as: "running")
    process.end(SIGKILL)
    try expectShown(as: "interrupted")
    #expect(try scratch.sqlite("SELECT status FROM sweeps") == "running")
    #expect(
      try scratch.bash(
        "lorabook log --sweep s --seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 1"
      ).status == 0)
    #expect(
      try scratch.sqlite("SELECT status, finished_at FROM sweeps ORDER BY sweep_id LIMIT 1")
        == "interrupted|")
    // A temporary view replaces the book's, column for column.
    _ = try scratch.sqlite(
      "UPDATE sweep SET status = 'running' WHERE sweep_id = 1; DELETE FROM sweep WHERE sweep_id = 2"
    )
    let shown = try scratch.lorabook("sql", "SELECT * FROM sweeps", "--format", "csv").output
    _ = try scratch.sqlite("UPDATE sweep SET status = 'interrupted'")
    #expect(try scratch.lorabook("sql", "SELECT * FROM sweeps", "--format", "csv").output == shown)
  }

  @Test("is shown as interrupted where nothing can be written, and nothing is")
  func readOnly() throws {
    try scratch.cutShort(SIGKILL, longGrid)
    #expect(try scratch.lorabook("ls").status == 0)
    // root may write everywhere, so if the tests run as root, another user reads here.
    let prefix =
      getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups env PATH=\"$PATH\"" : ""
    _ = try scratch.bash("chmod 644 lorabook.db; chmod 555 .")
    defer { _ = try? scratch.bash("chmod 755 .") }
    let before = try scratch.bash("sha256sum *").output
    try expectShown(as: "interrupted", prefix)
    #expect(try scratch.bash("sha256sum *").output == before)
  }

  @Test("is known by more than a number that another process may have")
  func processIDs() throws {
    try scratch.cutShort(SIGKILL, longGrid)
    let other = Process()
    other.executableURL = URL(filePath: "/bin/sleep")
    other.arguments = ["100"]
    try other.run()
    defer { other.end(SIGKILL) }
    let stat = try String(contentsOfFile: "/proc/\(other.processIdentifier)/stat", encoding: .utf8)
    let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
    let start = try #require(Int(fields[20]))
    func claim(_ change: String) throws {
      _ = try scratch.sqlite(
        "UPDATE execution SET process_id = \(other.processIdentifier), \(change)")
    }
    // The id was reused: the process started later than the one that recorded.
    try claim("process_start = \(start - 1)")
    try expectShown(as: "interrupted")
    try claim("process_start = \(start)")
    try expectShown(as: "running")
    let boot = try scratch.sqlite("SELECT boot_id FROM execution")
    try claim("boot_id = 'before the restart'")
    try expectShown(as: "interrupted")
    try claim("boot_id = '\(boot)', host = 'another name of this machine'")
    try expectShown(as: "running")
    other.end(SIGKILL)
    try expectShown(as: "interrupted")
  }

  @Test("is not judged where it ran on another machine, and can be taken up there by force")
  func otherMachine() throws {
    try scratch.cutShort(SIGKILL, longGrid)
    _ = try scratch.sqlite("UPDATE execution SET host = 'far', boot_id = 'away'")
    try expectShown(as: "running")
    #expect(try scratch.lorabook("edit", "latest", "--note", "n").status == 0)
    #expect(try scratch.sqlite("SELECT status FROM sweeps") == "running")
    let refused = try scratch.lorabook("resume", "latest")
    #expect(refused.status == 75)
    #expect(
      refused.errors.contains("on 'far', which cannot be asked")
        && refused.errors.contains("--force"),
      "\(refused.errors)")
    let kept = try scratch.lorabook("rm", "latest", "--yes")
    #expect(kept.status == 75)
    #expect(kept.errors == refused.errors)
    let forced = try scratch.lorabook("resume", "latest", "--force", "--quiet")
    #expect(forced.status == 0, "\(forced.errors)")
    #expect(
      try scratch.sqlite(
        """
        SELECT status, recorded_runs = planned_runs, host,
          (SELECT group_concat(host = 'far') FROM executions)
        FROM sweeps
        """) == "finished|1|far|1,0")
  }

  @Test("is removed by force where the other machine is known to be gone")
  func removedByForce() throws {
    try scratch.cutShort(SIGKILL, longGrid)
    _ = try scratch.sqlite("UPDATE execution SET host = 'far', boot_id = 'away'")
    #expect(try scratch.lorabook("rm", "latest", "--yes").status == 75)
    #expect(try scratch.sqlite("SELECT count(*) > 0 FROM runs") == "1")
    #expect(try scratch.lorabook("rm", "latest", "--yes", "--force").status == 0)
    #expect(try scratch.sqlite("SELECT (SELECT count(*) FROM sweep) + count(*) FROM runs") == "0")
  }

  @Test("is told from one that another process took up by force, whose own ends with a word")
  func takenByForce() throws {
    let process = try scratch.startAndWait(["sweep"] + endlessGrid)
    // As on a file system whose locks do not reach the other machine.
    _ = try scratch.sqlite(
      """
      INSERT INTO execution (uuid, sweep_id, started_at, lorabook_version, host, command, boot_id, process_id)
      SELECT upper(uuid), sweep_id, started_at, lorabook_version, 'far', command, 'away', 1
      FROM execution
      """)
    for _ in 0..<1200 {
      guard process.isRunning else { break }
      usleep(25_000)
    }
    #expect(!process.isRunning)
    process.end(SIGKILL)
    #expect(process.terminationStatus == 1)
    #expect(
      try scratch.sqlite(
        "SELECT recorded_runs = (SELECT count(*) FROM runs), status, failure FROM sweep")
        == "1|running|")
  }

  @Test(
    "is seen from container to container, which have process numbers of their own",
    .enabled(if: getuid() == 0 && access("/usr/bin/unshare", X_OK) == 0))
  func containers() throws {
    let namespaces = ["--pid", "--fork", "--mount-proc", "--uts", "--kill-child"]
    let arguments =
      ["sh", "-c", "hostname box; exec \"$@\"", "sh", "lorabook", "sweep"] + endlessGrid
    let process = try scratch.startAndWait(program: "/usr/bin/unshare", namespaces + arguments)
    defer { process.end(SIGKILL) }
    #expect(try scratch.sqlite("SELECT host FROM execution") == "box")
    try expectShown(as: "running")
    try expectShown(as: "running", "unshare --pid --fork --mount-proc")
    #expect(try scratch.lorabook("resume", "latest").status == 75)
    // The kernel ends the processes inside, which takes a moment.
    process.end(SIGKILL)
    for _ in 0..<100 {
      if try statuses().first == "interrupted" { break }
      usleep(25_000)
    }
    try expectShown(as: "interrupted", "unshare --pid --fork --mount-proc")
    try expectShown(as: "interrupted")
  }
}
