import Foundation
import TestSupport
import Testing

/// `Tests/Fixtures/plain-queries` holds the SQL that needs no table function, and takes many times as
/// long on millions of runs.
@Suite("A named query that keeps its numbers in arrays")
struct TableFunctionTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func succeed(_ line: String) throws {
    let result = try scratch.bash("set -e\n" + line)
    try #require(result.status == 0, "\(result.output)\(result.errors)")
  }

  private static let parameters = [
    "effective-rank": [""], "metric-curve": ["metric=loss ignore=[]"],
    "outliers": [
      "deviations=3.5 least_n=5 tolerance=1e-9", "deviations=0 least_n=1 tolerance=0",
      "deviations=1 least_n=3 tolerance=0.01",
    ],
    "rank-for-variance": ["share=0.9", "share=1", "share=0"],
    "spectrum-by-position": ["most=40 profile=style", "most=3 profile=flat:2"],
    "spectrum-decay": ["from=1 to=1000 floor=1e-10", "from=2 to=6 floor=0.01"],
    "winning-rule": [
      "tie=1e-9 with_unit=0 profile=a", "tie=0.1 with_unit=1 profile=style",
      "tie=0 with_unit=1 profile=task",
    ],
  ]

  /// Expects the same bytes from each query and the SQL that it stands for, for each sweep.
  private func expectSameAnswers() throws {
    let plain = Scratch.project.appending(path: "Tests/Fixtures/plain-queries").path
    let files = try FileManager.default.contentsOfDirectory(atPath: plain).sorted()
    #expect(files == Self.parameters.keys.sorted().map { $0 + ".sql" })
    let sweeps = try scratch.sqlite("SELECT sweep_id FROM sweep").split(separator: "\n")
    try #require(!sweeps.isEmpty)
    for sweep in sweeps {
      for (name, choices) in Self.parameters {
        for choice in choices {
          let options = "sweep=\(sweep) \(choice)".split(separator: " ")
            .map { "--param '\($0)'" }.joined(separator: " ")
          let result = try scratch.bash(
            """
            lorabook query \(name) \(options) --format csv >ours.csv &&
            lorabook sql - \(options) --format csv <'\(plain)/\(name).sql' >plain.csv &&
            cmp ours.csv plain.csv
            """)
          #expect(result.status == 0, "\(name) \(options): \(result.output)\(result.errors)")
        }
      }
    }
  }

  @Test(
    "answers what SQL alone answers, to the bit",
    arguments: ["computed", "logged", "repeated", "labelled", "bare", "large", "small"])
  func runs(kind: String) throws {
    let program = Scratch.project.appending(path: "Tests/InteropTests/Programs/query_runs.py").path
    try succeed("python3 '\(program)' \(kind) >runs.log")
    try expectSameAnswers()
  }

  @Test("answers what SQL alone answers where runs were removed, also where none is left in a cell")
  func holes() throws {
    let program = Scratch.project.appending(path: "Tests/InteropTests/Programs/query_runs.py").path
    try succeed(
      """
      python3 '\(program)' repeated >runs.log
      lorabook rm imported --yes --run 3,7-9,20,45-60
      lorabook rm imported --yes --run "$(sqlite3 lorabook.db "SELECT group_concat(run_id) FROM
        runs WHERE cell_id = (SELECT min(cell_id) FROM runs WHERE sweep = 'imported')")"
      """)
    try expectSameAnswers()
  }

  @Test("answers what SQL alone answers where sweeps share updates in another order")
  func sharedUpdates() throws {
    try succeed(
      """
      sweep() { lorabook sweep --quiet --shapes 40x36,12x12 "$@"; }
      sweep --seeds 5-9 --ranks 2,4
      sweep --seeds 0-9 --ranks 1,4 --rules lora,rslora,unit
      sweep --seeds 3-12 --ranks 4 --alphas 1,2 --profiles flat:2,style
      """)
    try expectSameAnswers()
  }

  @Test("answers what SQL alone answers for trained and logged runs with curves")
  func curves() throws {
    try succeed(
      """
      lorabook train --quiet --seeds 0-2 --shapes 8x6 --ranks 2,4 --steps 20
      for seed in 1 2 3; do for step in 0 1 2; do
        echo "{\\"run\\": \\"$seed\\", \\"seed\\": $seed, \\"rank\\": 2, \\"step\\": $step, \\"metrics\\": {\\"loss\\": 0.$step$seed}}"
      done; done | lorabook log - --sweep curves
      """)
    try expectSameAnswers()
  }

  @Test("gives no rows without arguments")
  func noArguments() throws {
    try succeed("lorabook sweep --quiet --seeds 0-2")
    for function in [
      "outlying_runs", "rule_wins", "spectrum_ranks", "spectrum_moments", "spectrum_means",
    ] {
      for call in [function, "\(function)()", "\(function)(NULL)", "\(function)('x', 'y')"] {
        let result = try scratch.lorabook(
          "sql", "SELECT count(*) AS n FROM \(call)", "--format", "csv")
        #expect(result.output == "n\n0\n", "\(call): \(result.output)\(result.errors)")
      }
    }
  }

  @Test(
    "is not led astray by a table of the function's name, and no view of a book calls a function")
  func strangersBook() throws {
    try succeed("lorabook sweep --quiet --seeds 0-2 && lorabook query outliers >outliers.txt")
    _ = try scratch.sqlite(
      """
      CREATE TABLE rule_wins (cell_id, present, updates, counts, error, won, shared);
      CREATE VIEW v AS SELECT * FROM outlying_runs(1, 0, 1, 0);
      """)
    let shadowed = try scratch.lorabook("query", "winning-rule")
    #expect(shadowed.status != 0)
    #expect(shadowed.errors.contains("'rule_wins' is not a function"), "\(shadowed.errors)")
    let view = try scratch.lorabook("sql", "SELECT * FROM v")
    #expect(view.status != 0)
    #expect(view.errors.contains("unsafe use of virtual table"), "\(view.errors)")
    let other = try scratch.lorabook("query", "outliers")
    #expect(other.status == 0, "\(other.errors)")
    #expect(try other.output == scratch.read("outliers.txt"))
  }
}
