import Foundation
import Glibc
import Testing

@Suite("lorabook query")
struct QueryCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let sweep = try scratch.lorabook("sweep", "--seeds", "0-4", "--quiet", "--tag", "a")
    #expect(sweep.status == 0, "\(sweep.errors)")
  }

  /// Writes queries to a folder.
  private func write(_ queries: [String: String]) throws {
    for (name, sql) in queries { try scratch.write(sql, to: "mine/\(name)") }
  }

  @Test("lists the queries as rows, in every format, and needs no book for it")
  func list() throws {
    let list = try scratch.lorabook("query", "--format", "csv", "--db", "none.db")
    #expect(list.status == 0, "\(list.errors)")
    #expect(list.lines.first == "name,parameters,answers,file")
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Scratch.project.appending(path: "queries").path)
    #expect(list.lines.count == 1 + files.count)
    let isThere = list.lines.contains {
      $0.hasPrefix("rank-for-variance,\"sweep=latest, share=0.9\",\"The smallest rank")
    }
    #expect(isThere, "\(list.output)")
    let json = try scratch.lorabook("query", "--format", "json").output
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    #expect(rows.map { ($0["name"] as? String ?? "") + ".sql" } == files.sorted())
    for format in ["table", "tsv", "jsonl", "markdown"] {
      #expect(try scratch.lorabook("query", "--format", format).output.contains("best-alpha"))
    }
  }

  @Test("runs every query on a small book, in every format")
  func everyQuery() throws {
    let ran = try scratch.bash(
      """
      set -e -o pipefail
      for name in $(lorabook query --format csv | tail -n +2 | cut -d, -f1); do
        for format in table csv tsv json jsonl markdown; do
          lorabook query $name --format $format > out.$format
        done
        case $name in
          disagreeing-repeats | outliers) ;;
          # Nothing of the book is trained, logged or measured.
          *learning-* | rules-at-best-rate | *-curve | *-by-depth | energy-by-rank | module-spectra | subspace-*) [ $(wc -l < out.csv) -eq 1 ] ;;
          *) [ $(wc -l < out.csv) -gt 1 ] ;;
        esac
        python3 -c 'import json; json.load(open("out.json"))'
      done
      """)
    #expect(ran.status == 0, "\(ran.output)\(ran.errors)")
  }

  @Test("prints a query's SQL, which SQLite's own shell takes for SQL")
  func show() throws {
    let shown = try scratch.lorabook("query", "sweep-cost", "--show")
    #expect(shown.status == 0)
    let file = Scratch.project.appending(path: "queries/sweep-cost.sql")
    #expect(shown.output == (try String(contentsOf: file, encoding: .utf8)))
    let rows = try scratch.bash(
      "lorabook query sweep-cost --show | sqlite3 -csv lorabook.db | cut -d, -f1-5")
    #expect(rows.output == "1,article,finished,sweep,120\n")
  }

  @Test("takes its values typed, and its sweep by any reference")
  func values() throws {
    let second = try scratch.lorabook("sweep", "--name", "second", "--seeds", "9", "--quiet")
    #expect(second.status == 0)
    let uuid = try scratch.sqlite("SELECT uuid FROM sweeps WHERE name = 'article'")
    for reference in ["1", "article", String(uuid.prefix(8))] {
      let result = try scratch.lorabook(
        "query", "effective-rank", "--param", "sweep=\(reference)", "--format", "csv")
      #expect(result.lines.last?.hasPrefix("facts,64,64,0.01,5,5,") == true, "\(result.output)")
    }
    let latest = try scratch.lorabook("query", "effective-rank", "--format", "csv")
    #expect(latest.lines.last?.hasPrefix("facts,64,64,0.01,1,1,") == true, "\(latest.output)")
    let filtered = try scratch.lorabook(
      "query", "error-by-rank", "--param", "rule=lora", "--param", ":profile=style", "--format",
      "csv")
    #expect(filtered.lines.count == 1 + 6)
  }

  @Test(
    "says what is wrong with what it is asked, with the value and the status of the interface",
    arguments: [
      (["outlier"], 66, "no query is named 'outlier'. Did you mean 'outliers'?"),
      (["../x"], 66, "no query is named '../x'. 'lorabook query' lists them."),
      (["outliers", "--param", "deviations=x"], 64, "'x' is no real, and 'deviations' is one"),
      (["outliers", "--param", "least_n=1.5"], 64, "'1.5' is no integer, and 'least_n' is one"),
      (
        ["outliers", "--param", "rank=8"], 64,
        "has no parameter 'rank'. Its parameters are sweep=latest, deviations=3.5"
      ),
      (["outliers", "--param", "sweep=artikle"], 66, "no sweep is 'artikle'. Did you mean"),
      (["outliers", "--param", "sweep="], 64, "'' is no sweep, and 'sweep' is one"),
      (["outliers", "--db", "none.db"], 66, "there is no book at 'none.db'"),
      (["outliers", "--param", "deviations"], 64, "'deviations' is no key=value"),
      (["--show"], 64, "no query is named for --show"),
      (["--param", "a=1"], 64, "no query is named for --param"),
      (["--queries", "none"], 66, "cannot read the folder of queries 'none'"),
      (["--queries", "lorabook.db"], 66, "cannot read the folder of queries 'lorabook.db'"),
      (["--queries", ""], 64, "--queries names no folder"),
    ])
  func wrong(arguments: [String], status: Int, message: String) throws {
    let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
    let result = try scratch.bash("lorabook query \(quoted)")
    #expect(Int(result.status) == status)
    #expect(result.output == "")
    #expect(result.errors.hasPrefix("lorabook: "), "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test("reads a user's folder, whose queries go before those of the same name")
  func usersFolder() throws {
    try write([
      "sweep-cost.sql": "-- My own.\nSELECT 'mine' AS whose",
      "runs-at.sql":
        "-- Runs at a rank.\n-- :rank integer the rank\nSELECT count(*) AS n FROM runs WHERE rank = :rank",
      "notes.txt": "no query", "Bad Name.sql": "-- A.\nSELECT 1",
    ])
    let own = try scratch.lorabook("query", "sweep-cost", "--queries", "mine", "--format", "csv")
    #expect(own.output == "whose\nmine\n")
    let counted = try scratch.bash(
      "LORABOOK_QUERIES=mine lorabook query runs-at --param rank=8 --format csv")
    #expect(counted.output == "n\n20\n", "\(counted.errors)")
    let missing = try scratch.lorabook("query", "runs-at", "--queries", "mine/")
    #expect(missing.status == 64)
    #expect(missing.errors.contains("needs 'rank', the rank. Give it with --param rank=VALUE"))
    let option = try scratch.bash(
      "LORABOOK_QUERIES=none lorabook query runs-at --queries mine --param rank=2 --format csv")
    #expect(option.output == "n\n20\n", "\(option.errors)")
    let list = try scratch.lorabook("query", "--queries", "mine", "--format", "csv")
    #expect(
      list.output.contains(
        "\nruns-at,\"rank (integer, needed)\",Runs at a rank.,mine/runs-at.sql\n"))
    #expect(list.output.contains("\nsweep-cost,,My own.,mine/sweep-cost.sql\n"))
    #expect(!list.output.contains("notes"))
    #expect(list.errors.contains("'mine/Bad Name.sql' is no query's name and is passed over"))
    #expect(
      try scratch.lorabook("query", "runs-at", "--queries", "mine", "--show").output.hasSuffix(
        "rank = :rank\n"))
  }

  @Test("marks a malformed file in the list, and fails only where that query is asked for")
  func malformed() throws {
    try write([
      "broken.sql": "-- A.\n-- :rank number what\nSELECT 1",
      "undeclared.sql": "-- A.\nSELECT :rank", "sql.sql": "-- A.\nSELEKT 1",
      "two.sql": "-- A.\nSELECT 1; SELECT 2",
    ])
    try Data([0x2d, 0x2d, 0xff]).write(to: scratch.folder.appending(path: "mine/bytes.sql"))
    let list = try scratch.lorabook("query", "--queries", "mine", "--format", "csv")
    #expect(list.status == 0)
    #expect(
      list.output.contains("cannot be asked: 'mine/broken.sql', line 2: ':rank' has the type"))
    #expect(list.output.contains("cannot be asked: 'mine/bytes.sql' is no UTF-8 text"))
    #expect(try scratch.lorabook("query", "sweep-cost", "--queries", "mine").status == 0)
    for (name, status, message) in [
      ("broken", 65, "'mine/broken.sql', line 2"), ("bytes", 65, "is no UTF-8"),
      ("undeclared", 65, "uses ':rank' and does not declare it"),
      ("sql", 65, "'mine/sql.sql' cannot be asked: near \"SELEKT\""),
      ("two", 65, "it holds not one statement"),
    ] {
      let result = try scratch.lorabook("query", name, "--queries", "mine")
      #expect(Int(result.status) == status, "\(name): \(result.errors)")
      #expect(result.errors.contains(message), "\(name): \(result.errors)")
    }
    let shown = try scratch.lorabook("query", "broken", "--queries", "mine", "--show")
    #expect(shown.output == "-- A.\n-- :rank number what\nSELECT 1\n")
  }

  @Test("lets no query write, and leaves the book's bytes as they are")
  func readOnly() throws {
    try write([
      "delete.sql": "-- A.\nDELETE FROM recording", "attach.sql": "-- A.\nATTACH 'x.db' AS x",
      "pragma.sql": "-- A.\nPRAGMA user_version = 9", "drop.sql": "-- A.\nDROP VIEW runs",
    ])
    let before = try Data(contentsOf: scratch.folder.appending(path: "lorabook.db"))
    for name in ["delete", "attach", "pragma", "drop"] {
      let result = try scratch.lorabook("query", name, "--queries", "mine")
      #expect(result.status == 64)
      #expect(result.errors.contains("a question may only read"), "\(result.errors)")
    }
    #expect(try Data(contentsOf: scratch.folder.appending(path: "lorabook.db")) == before)
    #expect(try scratch.files() == ["lorabook.db", "mine"])
  }

  @Test("ends at once on Ctrl-C, with 130")
  func interrupted() throws {
    try write([
      "long.sql": """
      -- Counts for hours.
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e12)
      SELECT max(i) FROM n
      """
    ])
    let process = try scratch.start("query", "long", "--queries", "mine")
    #expect(process.endAtWork(SIGINT) == 130)
  }
}
