import Foundation
import Testing

@Suite("lorabook ls, show, export")
struct ReadingCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let sweeps = try scratch.bash(
      """
      lorabook sweep --quiet --tag a --tag b,c && lorabook sweep --seeds 1-3 --name second --quiet
      """)
    #expect(sweeps.status == 0, "\(sweeps.errors)")
  }

  @Test("ls lists sweeps, newest first")
  func ls() throws {
    let result = try scratch.lorabook("ls", "--format", "csv")
    #expect(result.status == 0)
    #expect(result.lines.count == 3)
    #expect(
      result.lines[0]
        == "sweep_id,name,status,recorded_runs,planned_runs,started_at,seconds,tags,note")
    #expect(result.lines[1].hasPrefix("2,second,finished,72,72,20"))
    #expect(result.lines[2].hasSuffix(",\"a,b,c\","))
  }

  @Test("show finds a sweep by id, name, latest and the start of its uuid")
  func references() throws {
    let uuid = try scratch.sqlite("SELECT uuid FROM sweeps WHERE name = 'second'")
    let shown = try scratch.lorabook("show", "2").output
    #expect(shown.hasPrefix("Sweep 2 'second': "))
    for reference in ["second", "latest", uuid, String(uuid.prefix(8))] {
      #expect(try scratch.lorabook("show", reference).output == shown)
    }
  }

  @Test("show leaves out a table that has no rows: what was logged has no spectra")
  func noSpectra() throws {
    _ = try scratch.bash(
      """
      lorabook log --sweep tune --seed 1 --shape 8x8 --profile q --rank 2 --alpha 4 --rule lora --error 0.5
      """)
    let shown = try scratch.lorabook("show", "tune").output
    #expect(shown.contains("Error by rank"))
    #expect(!shown.contains("Largest singular values"))
  }

  @Test("show prints means over seeds that SQLite computes alike")
  func means() throws {
    let cells = try scratch.lorabook("show", "second", "--format", "csv").lines.dropFirst()
    let expected = try scratch.sqlite(
      """
      SELECT profile, rank, rule, count(*), avg(error), avg(truncation_error), avg(variance_captured)
      FROM runs WHERE sweep = 'second' GROUP BY cell_id ORDER BY cell_id
      """
    ).split(separator: "\n")
    #expect(cells.count == 24)
    #expect(expected.count == 24)
    for (cell, row) in zip(cells, expected) {
      let cell = cell.split(separator: ",", omittingEmptySubsequences: false)
      let row = row.split(separator: "|")
      #expect([cell[0], cell[5], cell[6], cell[8]] == row[..<4].map { $0 })
      for (mean, average) in zip(cell[9...], row[4...]) {
        let mean = try #require(Double(mean))
        let average = try #require(Double(average))
        #expect(abs(mean - average) <= 1e-13 * abs(average))
      }
    }
  }

  @Test(
    "export writes the columns of the interface, and every number reads back to the same double")
  func export() throws {
    let result = try scratch.lorabook("export")
    #expect(
      result.lines[0]
        == "run_id,sweep_id,sweep,seed,d,k,profile,noise,rank,alpha,rule,scale,error,truncation_error,variance_captured"
    )
    #expect(result.lines.count == 1 + 24 + 72)
    let check = try scratch.bash(
      """
      lorabook export > runs.csv && python3 - <<'EOF'
      import csv, sqlite3
      rows = list(csv.DictReader(open('runs.csv', newline='')))
      recorded = sqlite3.connect('lorabook.db').execute(
          'SELECT %s FROM runs ORDER BY run_id' % ','.join(rows[0])).fetchall()
      assert len(rows) == len(recorded) == 96
      for row, record in zip(rows, recorded):
          for text, value in zip(row.values(), record):
              assert (type(value)(text) == value), (text, value)
              assert len(text) <= len(repr(value)) or isinstance(value, str), (text, value)
      EOF
      """)
    #expect(check.status == 0, "\(check.errors)")
  }

  @Test("export -o writes through a link and into a pipe, and replaces neither")
  func exportTargets() throws {
    try scratch.write("old", to: "target.csv")
    let result = try scratch.bash(
      """
      ln -s target.csv link.csv && lorabook export 1 -o link.csv && test -L link.csv || exit 2
      mkfifo pipe && { timeout 20 cat pipe > read.csv & } && timeout 20 lorabook export 1 -o pipe
      wait; test -p pipe || exit 3
      mkdir folder && lorabook export 1 -o folder
      """)
    #expect(result.status == 73)
    #expect(result.errors.contains("'folder'"))
    let rows = try scratch.lorabook("export", "1").output
    #expect(try scratch.read("target.csv") == rows)
    #expect(try scratch.read("read.csv") == rows)
  }

  @Test("export of some sweeps, of sweeps and of spectra agrees with the views")
  func views() throws {
    #expect(try scratch.lorabook("export", "second").lines.count == 73)
    #expect(try scratch.lorabook("export", "second", "1").lines.count == 97)
    let spectra = try scratch.lorabook("export", "1", "--table", "spectra")
    #expect(
      spectra.lines[0] == "sweep_id,sweep,seed,d,k,profile,noise,position,singular_value")
    #expect(spectra.lines.count == 129)
    let sweeps = try scratch.lorabook("export", "--table", "sweeps", "--format", "jsonl")
    #expect(sweeps.lines.count == 2)
    let first = try #require(
      try JSONSerialization.jsonObject(with: Data(sweeps.lines[0].utf8)) as? [String: Any])
    #expect(first["name"] as? String == "article")
    #expect(first["tags"] as? String == "a,b,c")
  }

  @Test("The formats hold the same rows", arguments: ["csv", "tsv", "json", "jsonl"])
  func formats(format: String) throws {
    let check = try scratch.bash(
      """
      lorabook export --format \(format) -o runs.\(format) && python3 - <<'EOF'
      import csv, json, sqlite3
      text = open('runs.\(format)', newline='').read()
      rows = {'csv': lambda: list(csv.DictReader(text.splitlines())),
              'tsv': lambda: list(csv.DictReader(text.splitlines(), delimiter='\\t')),
              'json': lambda: json.loads(text),
              'jsonl': lambda: [json.loads(line) for line in text.splitlines()]}['\(format)']()
      recorded = sqlite3.connect('lorabook.db').execute(
          'SELECT sweep, rule, scale, error FROM runs ORDER BY run_id').fetchall()
      assert [(r['sweep'], r['rule'], float(r['scale']), float(r['error'])) for r in rows] == recorded
      EOF
      """)
    #expect(check.status == 0, "\(check.errors)")
  }

  @Test("A file that cannot be written is not there afterwards, and one that was there stays")
  func wholeFiles() throws {
    try scratch.write("old", to: "runs.csv")
    let missing = try scratch.lorabook("export", "none", "-o", "runs.csv")
    #expect(missing.status == 66)
    #expect(try scratch.read("runs.csv") == "old")
    #expect(try scratch.lorabook("export", "-o", "no/such/runs.csv").status == 73)
    // A limit on the file size simulates a full disk.
    let full = try scratch.bash(
      """
      lorabook sweep --seeds 10-99 --quiet > /dev/null
      trap '' XFSZ; ulimit -f 64; lorabook export -o runs.csv
      """)
    #expect(full.status == 74, "\(full.errors)")
    #expect(try scratch.read("runs.csv") == "old")
    #expect(try scratch.files() == ["lorabook.db", "runs.csv"])
    #expect(try scratch.lorabook("export", "-o", "runs.csv").status == 0)
    #expect(try scratch.read("runs.csv").split(separator: "\n").count == 2257)
  }

  @Test("A reader that leaves early is no failure")
  func closedPipe() throws {
    let result = try scratch.bash(
      """
      lorabook sweep --seeds 10-400 --quiet > /dev/null
      set -o pipefail; lorabook export | head -n 1
      """)
    #expect(result.status == 0)
    #expect(result.errors == "")
  }

  @Test("$LORABOOK_DB names the book, and --db goes before it")
  func environment() throws {
    let result = try scratch.bash(
      """
      export LORABOOK_DB=elsewhere.db
      lorabook sweep --quiet && lorabook ls --format csv | wc -l && lorabook ls --db lorabook.db --format csv | wc -l
      """)
    #expect(result.output == "1\n2\n3\n")
  }

  @Test("A name that would command a terminal is spelled out")
  func hostileNote() throws {
    _ = try scratch.bash("lorabook sweep --quiet --note $'\\e[31mred\\a'")
    for arguments in ["ls", "show latest"] {
      let output = try scratch.bash("lorabook \(arguments)").output
      #expect(!output.contains("\u{1b}"))
      #expect(output.contains("\\u{1b}[31mred\\u{7}"))
    }
  }
}
