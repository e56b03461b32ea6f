import Foundation
import Testing

@Suite("Measurements that cannot be")
struct ImpossibleValueTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let impossible = [
    ("error", "-0.1"), ("error", "-1e-300"), ("truncation-error", "-2"),
    ("variance-captured", "-0.01"),
    ("variance-captured", "1.5"), ("variance-captured", "93"), ("variance-captured", "1.0000001"),
  ]
  private static let run =
    "--sweep a --seed 1 --shape 8x8 --profile p --rank 2 --alpha 1 --rule lora"

  @Test("are refused by log, and named", arguments: impossible)
  func log(option: String, value: String) throws {
    let error = option == "error" ? "" : "--error 1"
    let result = try scratch.bash("lorabook log \(Self.run) \(error) --\(option) \(value)")
    #expect(result.status == 64)
    #expect(result.errors.contains("--\(option): '\(value)'"), "\(result.errors)")
    #expect(try scratch.files() == [])
  }

  @Test("are refused by import with all rows of the file, and named", arguments: impossible)
  func imports(column: String, value: String) throws {
    let column = column.replacing("-", with: "_")
    let others = column == "error" ? ("", "") : (",error", ",1")
    try scratch.write(
      """
      seed,d,k,profile,rank,alpha,rule\(others.0),\(column)
      1,8,8,p,2,1,lora\(others.1),1
      2,8,8,p,2,1,lora\(others.1),\(value)

      """, to: "runs.csv")
    let result = try scratch.lorabook("import", "runs.csv", "--name", "a")
    #expect(result.status == 65)
    #expect(
      result.errors.contains("'\(value)'") && result.errors.contains(":3"), "\(result.errors)")
    #expect(try scratch.files() == ["runs.csv"])
  }

  @Test(
    "are none of 0, 1, -0, nan, inf and -inf", arguments: ["0", "1", "-0.0", "nan", "inf", "-inf"])
  func possible(value: String) throws {
    let result = try scratch.bash(
      """
      lorabook log \(Self.run) --error \(value) --truncation-error \(value) --variance-captured \(value) &&
      lorabook export -o runs.csv && lorabook import runs.csv --db other.db
      """)
    #expect(result.status == 0, "\(result.errors)")
  }

  /// Two sweeps logged in turns, with adjacent runs of one update, and a computed one.
  private func record() throws {
    var rows = "sweep,seed,d,k,profile,rank,alpha,rule,error,truncation_error,variance_captured\n"
    for seed in 1...6 {
      for sweep in ["a", "b"] {
        for rank in [2, 4] {
          let error = seed == 3 && rank == 4 ? "nan" : "0.\(seed)\(rank)"
          rows +=
            "\(sweep),\(seed),8,8,p\(seed % 2),\(rank),1,lora,\(error),0.\(seed),0.\(10 - seed)\n"
        }
      }
    }
    rows += "a,1,9,9,alone,3,1,unit,0.5,,\n"
    try scratch.write(rows, to: "runs.csv")
    let made = try scratch.bash("lorabook import runs.csv && lorabook sweep --quiet")
    #expect(made.status == 0, "\(made.errors)")
  }

  /// The answers to all queries of a book, without ids of runs.
  private func answers(_ book: String) throws -> String {
    let result = try scratch.bash(
      """
      for name in a b; do
        lorabook show $name --full --db \(book) --format csv; lorabook compare $name --by rank --db \(book) --format csv
        lorabook export $name --db \(book) --format csv | cut -d , -f 2-
      done
      """)
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  @Test(
    "are told by doctor where an older lorabook took them, with the line that removes the run alone"
  )
  func removal() throws {
    try record()
    _ = try scratch.sqlite(
      """
      UPDATE measured_run SET error = -1
      WHERE run_id = (SELECT run_id FROM runs WHERE sweep = 'a' AND seed = 2 AND rank = 4);
      UPDATE measured_run SET variance_captured = 1.5
      WHERE run_id = (SELECT run_id FROM runs WHERE sweep = 'b' AND seed = 5 AND rank = 2);
      """)
    let told = try scratch.lorabook("doctor", "--format", "json")
    #expect(told.status == 1)
    let lines = told.output.matches(of: /'lorabook (rm --run \d+)'/).map { String($0.output.1) }
    #expect(Set(lines).count == 2, "\(told.output)")
    for line in Set(lines) {
      let removed = try scratch.bash("lorabook \(line) --yes")
      #expect(removed.status == 0, "\(removed.errors)")
    }
    #expect(try scratch.lorabook("doctor", "--quiet").status == 0)
    // The summaries of the remaining runs equal those of a book that only ever had these.
    let without = try scratch.bash(
      """
      grep -v -e '^a,2,8,8,p0,4,' -e '^b,5,8,8,p1,2,' runs.csv > fewer.csv && lorabook import fewer.csv --db fewer.db
      """)
    #expect(without.status == 0, "\(without.errors)")
    #expect(try answers("lorabook.db") == answers("fewer.db"))
  }

  @Test("are removed alone wherever the run lies, and nothing but what it used goes with it")
  func everyRun() throws {
    try record()
    let runs = try scratch.sqlite("SELECT group_concat(run_id, ' ') FROM runs WHERE sweep_id < 3")
      .split(
        separator: " ")
    #expect(runs.count == 25)
    // The order cuts recordings at their starts, ends and middles.
    for (removed, run) in zip(
      1..., runs.enumerated().sorted { $0.offset * 7 % 25 < $1.offset * 7 % 25 }.map(\.element))
    {
      let result = try scratch.bash("lorabook rm --run \(run) --yes && lorabook doctor --quiet")
      #expect(result.status == 0, "\(run): \(result.output)\(result.errors)")
      #expect(
        try scratch.sqlite(
          """
          SELECT (SELECT count(*) FROM runs WHERE sweep_id < 3), (SELECT count(*) FROM runs WHERE run_id = \(run)),
            (SELECT sum(recorded_runs) FROM sweeps WHERE sweep_id < 3), (SELECT count(*) FROM runs WHERE sweep_id = 3)
          """) == "\(25 - removed)|0|\(25 - removed)|24")
    }
    #expect(try scratch.sqlite("PRAGMA foreign_key_check; PRAGMA integrity_check") == "ok")
    let left =
      "SELECT count(*) FROM sweep; SELECT count(*) FROM cell; SELECT count(*) FROM sweep_profile;"
    #expect(try scratch.sqlite(left + "SELECT count(*) FROM delta") == "3\n24\n2\n2")
    // A sweep without runs stays, is shown, and takes new runs.
    let again = try scratch.bash(
      "lorabook show a && lorabook log \(Self.run) --error 1 && lorabook doctor --quiet")
    #expect(again.status == 0, "\(again.output)\(again.errors)")
  }

  @Test("are removed as a list, all of it or nothing")
  func list() throws {
    try record()
    let before = try scratch.sqlite("SELECT group_concat(run_id || sweep) FROM runs")
    let computed = try scratch.sqlite("SELECT min(run_id) FROM runs WHERE sweep = 'article'")
    for (options, status) in [
      ("--run 1,\(computed)", 64), ("--run 1,999", 66), ("--run 1,x", 64), ("--run 3-1", 64),
      ("--run ''", 64),
      ("--run 1-9223372036854775807", 64), ("--run=-9223372036854775808-9223372036854775807", 64),
      ("b --run 1", 64),
      ("none --run 1", 66), ("", 64),
    ] {
      let result = try scratch.bash("lorabook rm \(options) --yes")
      #expect(result.status == Int32(status), "\(options): \(result.errors)")
      #expect(try scratch.sqlite("SELECT group_concat(run_id || sweep) FROM runs") == before)
    }
    #expect(try scratch.lorabook("rm", "--run", "1").status == 64)
    let removed = try scratch.lorabook("rm", "a", "--run", "2,1-2,5", "--yes")
    #expect(removed.status == 0, "\(removed.errors)")
    #expect(try scratch.sqlite("SELECT count(*) FROM runs WHERE run_id IN (1, 2, 5)") == "0")
    #expect(try scratch.lorabook("doctor", "--quiet").status == 0)
  }
}
