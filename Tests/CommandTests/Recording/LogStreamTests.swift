import Foundation
import TestSupport
import Testing

@Suite("lorabook log -")
struct LogStreamTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let first =
    #"{"sweep":"ft","run":"r16","rank":16,"alpha":32,"rule":"rslora","seed":1,"params":{"lr":2e-4},"info":{"host":"a"},"step":1,"metrics":{"loss":1.5,"g":"nan"}}"#

  private func log(_ lines: [String], _ options: String = "") throws -> Scratch.Result {
    try scratch.write(lines.joined(separator: "\n") + "\n", to: "lines")
    return try scratch.bash("lorabook log - \(options) < lines")
  }

  private func metrics() throws -> String {
    try scratch.sqlite(
      "SELECT run, step, metric, coalesce(value, diverged) FROM metrics JOIN runs USING (run_id) ORDER BY 1, 2, 3"
    )
  }

  @Test("records what its lines say, and acknowledges them")
  func records() throws {
    let result = try log(
      [
        Self.first, "", #"{"sweep":"ft","run":"r16","step":2,"metrics":{"loss":1.25}}"#,
        #"{"sweep":"ft","run":"r16","error":0.5,"metrics":{"eval":-Infinity},"status":"finished"}"#
          .replacing("-Infinity", with: #""-inf""#),
      ], "--ack")
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    #expect(result.output == "4\n")
    #expect(
      try scratch.sqlite("SELECT run, rank, alpha, rule, scale, seed, d, profile, error FROM runs")
        == "r16|16|32.0|rslora|8.0|1|||0.5")
    #expect(try metrics() == "r16||eval|-inf\nr16|1|g|nan\nr16|1|loss|1.5\nr16|2|loss|1.25")
    #expect(
      try scratch.sqlite("SELECT name, value, kind FROM params ORDER BY kind")
        == "host|a|info\nlr|0.0002|param")
    #expect(try scratch.lorabook("doctor", "--quiet").status == 0)
  }

  @Test("takes null for what was not recorded, and numbers and truths as texts")
  func nulls() throws {
    let line =
      #"{"sweep":"ft","rank":null,"shape":"64x32","params":{"a":null,"b":true,"c":"x"},"metrics":{"loss":1,"acc":null},"note":null}"#
    #expect(try log([line]).status == 0)
    #expect(try scratch.sqlite("SELECT rank, d, k FROM runs") == "|64|32")
    #expect(try scratch.sqlite("SELECT name, value FROM params ORDER BY 1") == "b|true\nc|x")
    #expect(try scratch.sqlite("SELECT metric, value FROM metrics") == "loss|1.0")
  }

  @Test("holds what options say for every line, and refuses a line that says something else")
  func options() throws {
    let result = try log(
      [#"{"step":1,"metrics":{"loss":1}}"#, #"{"step":2,"rank":8,"metrics":{"loss":2}}"#],
      "--sweep ft --run a --rank 8 --param lr=0.1")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.sqlite("SELECT run, rank FROM runs") == "a|8")
    #expect(try scratch.sqlite("SELECT name, value FROM params") == "lr|0.1")
    let other = try log([#"{"rank":4,"metrics":{"loss":1}}"#], "--sweep ft --rank 8")
    #expect(other.status == 65 && other.errors.contains("rank: '4'"), "\(other.errors)")
  }

  static let refusals = [
    (#"{"sweep":"ft","lr":1}"#, "the key: 'lr' is none of a line"),
    (#"{"sweep":"ft","metric":{}}"#, "Did you mean 'metrics'?"),
    (#"{"sweep":"ft","rank":0,"metrics":{"loss":1}}"#, "rank: '0'"),
    (#"{"sweep":"ft","rank":1.5,"metrics":{"loss":1}}"#, "rank: '1.5'"),
    (#"{"sweep":"ft","metrics":{"error":1}}"#, "metrics: 'error' is a metric of lorabook's own"),
    (#"{"sweep":"ft","params":{"rank":1},"metrics":{"x":1}}"#, "params: 'rank' is a setting"),
    (#"{"sweep":"ft","metrics":{"loss":"big"}}"#, "loss: 'big' is no number"),
    (#"{"sweep":"ft","metrics":{"loss":1,"loss":2}}"#, "'loss' is there twice"),
    (#"{"sweep":"ft","sweep":"x","metrics":{"loss":1}}"#, "'sweep' is there twice"),
    (#"{"sweep":"ft","params":{"a":[1]},"metrics":{"loss":1}}"#, "a: '[' begins a list"),
    (#"{"sweep":"ft","step":1,"error":0.5}"#, "step: '1' is no place for error"),
    (#"{"sweep":"ft","step":-1,"metrics":{"loss":1}}"#, "step: '-1' is no step"),
    (#"{"sweep":"ft","run":"","metrics":{"loss":1}}"#, "run: '' is no name"),
    (#"{"sweep":"ft","status":"done","run":"a"}"#, "status: 'done' is no status"),
    (#"{"sweep":"ft","error":-1}"#, "error: '-1' is below 0"),
    (#"{"sweep":"ft","variance_captured":1.5}"#, "variance_captured: '1.5'"),
    (#"{"sweep":"latest","error":1}"#, "sweep: the name 'latest'"),
    (#"{"sweep":"article","error":1}"#, "the sweep 'article' was computed here"),
    (#"{"error":1}"#, "the line names no sweep"),
    (#"{"sweep":"ft","run":"r16","step":1,"metrics":{"loss":2}}"#, "loss 1.5 at step 1 already"),
    (#"{"sweep":"ft","run":"r16","rank":8,"step":9,"metrics":{"loss":2}}"#, "has rank 16"),
    (#"{"sweep":"ft""#, "the line is no JSON"), ("[1]", "the line is no object"),
    ("7", "the line is no object"), (#"{"sweep":"ft"} x"#, "the line is no JSON"),
  ]

  @Test("refuses a bad line by its number, and keeps those before it", arguments: refusals)
  func refused(line: String, words: String) throws {
    if words.contains("article") {
      #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
    }
    let more = #"{"sweep":"ft","run":"r16","step":3,"metrics":{"loss":9}}"#
    let result = try log([Self.first, line, more], "--ack")
    #expect(result.status == 65)
    #expect(result.output == "1\n")
    #expect(result.errors.hasPrefix("lorabook: standard input:2: "), "\(result.errors)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(try metrics() == "r16|1|g|nan\nr16|1|loss|1.5")
    #expect(try scratch.sqlite("SELECT status FROM logged_run") == "crashed")
  }

  @Test("has a line on the disk soon, while more may come, and says how the run goes")
  func soon() throws {
    let result = try scratch.bash(
      """
      mkfifo lines acks; lorabook log - --ack < lines > acks & process=$!
      exec 3> lines 4< acks; echo '\(Self.first)' >&3
      read -t 20 ack <&4; echo $ack; sqlite3 lorabook.db 'SELECT status, (SELECT count(*) FROM metrics) FROM logged_run'
      lorabook log --sweep other --metric x=1
      echo '{"sweep":"ft","run":"r16","step":2,"metrics":{"loss":1}}' >&3; read -t 20 ack <&4; echo $ack
      exec 3>&-; wait $process; echo $?; sqlite3 lorabook.db "SELECT status FROM logged_run"
      """)
    #expect(result.output == "1\nrunning|2\n2\n0\nfinished\n", "\(result.output)\(result.errors)")
  }

  @Test("goes on where nobody reads what it acknowledges")
  func closedPipe() throws {
    let result = try scratch.bash(
      """
      set -o pipefail
      (for step in 1 2 3 4; do
        echo "{\\"sweep\\":\\"ft\\",\\"run\\":\\"a\\",\\"step\\":$step,\\"metrics\\":{\\"loss\\":1}}"; sleep 0.4
      done) | lorabook log - --ack | head -n 1
      echo $?
      """)
    #expect(result.lines.count == 2 && result.lines.last == "0", "\(result.output)\(result.errors)")
    #expect(try scratch.sqlite("SELECT count(*) FROM metrics") == "4")
  }

  @Test("records what has come where it is asked to end", arguments: ["INT", "TERM"])
  func interrupted(signal: String) throws {
    let result = try scratch.bash(
      """
      set -m
      mkfifo lines acks; lorabook log - --ack < lines > acks & process=$!
      exec 3> lines 4< acks; echo '\(Self.first)' >&3; read -t 60 ack <&4
      echo '{"sweep":"ft","run":"r16","step":2,"metrics":{"loss":1}}' >&3; kill -\(signal) $process
      wait $process; echo $?; sqlite3 lorabook.db 'SELECT count(*) FROM metrics'
      """)
    #expect(result.output == "130\n3\n", "\(result.output)\(result.errors)")
  }

  @Test("takes twenty thousand lines of four runs that repeat their settings")
  func repeatedSettings() throws {
    let result = try scratch.bash(
      """
      awk 'BEGIN { for (i = 0; i < 20000; i++)
        printf "{\\"sweep\\":\\"ft\\",\\"run\\":\\"r%d\\",\\"rank\\":16,\\"alpha\\":32,\\"step\\":%d,\\"metrics\\":{\\"loss\\":%.6f,\\"grad_norm\\":0.5}}\\n", i % 4, i / 4, 1 / (i + 1)
      }' > lines
      lorabook log - < lines
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.sqlite("SELECT count(*), min(rank), max(alpha) FROM runs") == "4|16|32.0")
    #expect(try scratch.sqlite("SELECT count(*) FROM metrics") == "40000")
  }
}
