import Foundation
import Glibc
import Testing

@Suite("lorabook resume")
struct ResumeCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Records the undisturbed long sweep in a separate book.
  private func makeReference(_ more: String...) throws {
    let result = try scratch.bash(
      "lorabook sweep --db reference.db \((longGrid + more).joined(separator: " "))")
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(
    "Ctrl-C and its relatives end a sweep with the line that finishes it, whatever the book is called",
    arguments: [
      (SIGINT, "lorabook.db", 1), (SIGTERM, "it's here.db", 2), (SIGHUP, "a\u{1b}[31m\n\\b.db", 1),
      (SIGINT, "-x.db", 2),
    ])
  func resumeLine(signal: Int32, name: String, jobs: Int) throws {
    try makeReference("--name", "x")
    try scratch.write(name, to: "name")
    // A child of the shell does not get a signal that the shell ignores for its background jobs.
    let program = """
      import subprocess, sys, time, sqlite3, os
      book = open("name").read()
      sweep = subprocess.Popen(["lorabook", "sweep", "--name", "x", "--jobs", "1", "--db=" + book] + sys.argv[1:],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
      for _ in range(1200):
        time.sleep(0.025)
        try:
          if sqlite3.connect("./" + book, timeout=10).execute("SELECT recorded_runs FROM sweep").fetchone()[0] > 0: break
        except (sqlite3.OperationalError, TypeError): pass
      sweep.send_signal(\(signal))
      output, errors = sweep.communicate()
      message, line = errors.splitlines()
      print(sweep.returncode, repr(output), message.split(" keeps ")[0], sep="|")
      open("line", "w").write(line)
      """
    try scratch.write(program, to: "interrupt.py")
    let ended = try scratch.bash(
      "python3 interrupt.py \(longGrid.joined(separator: " "))")
    #expect(ended.output == "130|''|lorabook: interrupted: sweep 1 'x'\n", "\(ended.errors)")
    let line = try scratch.read("line")
    #expect(line.hasPrefix("  lorabook resume 1 --db "), "\(line)")
    #expect(!line.utf8.contains { $0 < 32 })
    let shown = try scratch.bash(line.replacing("resume", with: "show"))
    #expect(
      shown.output.hasPrefix("Sweep 1 'x': ") && shown.output.contains(", interrupted\n"),
      "\(shown.errors)")
    #expect(shown.output.contains("\nresume  \(line)\n"), "\(shown.output)")
    let result = try scratch.bash(line + " --quiet --jobs \(jobs)")
    #expect(result.status == 0 && result.output == "1\n" && result.errors == "", "\(result.errors)")
    try scratch.expectSameTables("./" + name, as: "reference.db")
  }

  @Test("goes by the book: the files that a sweep was made of may be gone, and its name another")
  func byTheBook() throws {
    try scratch.write("5\n3.5\n1.25\n", to: "my values.txt")
    try scratch.write(
      """
      seeds: 0-399
      profiles: [style, "file:my values.txt", "power:1.5:2"]
      ranks: [1, 3]
      rules: [lora, "power:0.25"]
      noise: [0, 0.001]
      stream: independent
      tag: [a, b]
      note: why
      """, to: "spec.yaml")
    #expect(try scratch.bash("lorabook sweep spec.yaml --quiet --db reference.db").status == 0)
    try scratch.cutShort(SIGKILL, ["spec.yaml", "--quiet"])
    #expect(try scratch.bash("rm 'my values.txt' spec.yaml").status == 0)
    #expect(try scratch.lorabook("edit", "spec", "--name", "renamed").status == 0)
    let result = try scratch.lorabook("resume", "renamed", "--quiet")
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    #expect(try scratch.lorabook("edit", "1", "--name", "spec").status == 0)
    try scratch.expectSameTables("lorabook.db", as: "reference.db")
  }

  @Test("ends with the report of the sweep, and leaves a finished one as it is")
  func finished() throws {
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
    let before = try scratch.sqlite("SELECT * FROM sweep")
    let shown = try scratch.lorabook("show", "article")
    let again = try scratch.lorabook("resume", "article")
    #expect(again.status == 0)
    #expect(again.output == shown.output)
    #expect(again.errors == "lorabook: the sweep 'article' is finished; there is nothing to do.\n")
    #expect(try scratch.lorabook("resume", "article", "--quiet").output == "1\n")
    #expect(try scratch.sqlite("SELECT * FROM sweep") == before)
  }

  @Test("finishes one that failed, and forgets why", arguments: ["failed", "interrupted"])
  func failed(status: String) throws {
    try makeReference()
    try scratch.cutShort(SIGKILL, longGrid)
    _ = try scratch.sqlite(
      "UPDATE sweep SET status = '\(status)', failure = 'the disk was full', finished_at = 'then'")
    let result = try scratch.lorabook("resume", "latest")
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    #expect(result.output == (try scratch.lorabook("show", "latest").output))
    #expect(
      try scratch.sqlite("SELECT failure IS NULL, finished_at > started_at FROM sweep") == "1|1")
    try scratch.expectSameTables("lorabook.db", as: "reference.db")
  }

  @Test("has nothing to compute where runs were measured elsewhere", arguments: ["log", "import"])
  func measuredElsewhere(source: String) throws {
    let settings = "--seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 0.5"
    #expect(try scratch.bash("lorabook log --sweep mine \(settings)").status == 0)
    _ = try scratch.sqlite("UPDATE sweep SET source = '\(source)', status = 'interrupted'")
    let result = try scratch.lorabook("resume", "mine")
    #expect(result.status == 64)
    #expect(result.errors.hasPrefix("lorabook: the sweep 'mine' was measured elsewhere"))
    #expect(result.errors.contains("'lorabook \(source)'"))
  }

  @Test("names what it cannot find, and makes no book", arguments: [true, false])
  func missing(hasBook: Bool) throws {
    if hasBook { #expect(try scratch.lorabook("sweep", "--quiet").status == 0) }
    let result = try scratch.lorabook("resume", "artcle")
    #expect(result.status == 66)
    #expect(result.errors.contains(hasBook ? "Did you mean 'article'?" : "there is no book"))
    #expect(try scratch.files() == (hasBook ? ["lorabook.db"] : []))
    #expect(try scratch.lorabook("resume", "article", "--jobs", "0").status == 64)
  }

  @Test("leaves a sweep to the process that records it, and so does rm")
  func live() throws {
    let process = try scratch.startAndWait(["sweep"] + endlessGrid)
    defer { process.end(SIGKILL) }
    for command in [["resume", "latest"], ["resume", "latest", "--force"], ["rm", "1", "--yes"]] {
      let result = try scratch.bash((["lorabook"] + command).joined(separator: " "))
      #expect(result.status == 75)
      #expect(
        result.errors.hasPrefix(
          "lorabook: the sweep 'article' is being recorded, by process \(process.processIdentifier) on"
        ),
        "\(result.errors)")
    }
    #expect(try scratch.lorabook("edit", "1", "--note", "kept").status == 0)
    #expect(try scratch.lorabook("sql", "SELECT status FROM sweeps").output == "status\nrunning\n")
    #expect(process.end(SIGINT) == 130)
    #expect(try scratch.sqlite("SELECT status, note FROM sweeps") == "interrupted|kept")
  }

  @Test("is done by one where several begin at once, and the others are told")
  func atOnce() throws {
    try makeReference()
    try scratch.cutShort(SIGKILL, longGrid)
    let result = try scratch.bash(
      """
      for process in $(seq 6); do
        (lorabook resume latest --quiet 2> errors.$process; echo "status $?") &
      done
      wait
      """)
    let statuses = result.lines.filter { $0.hasPrefix("status") }
    #expect(statuses.filter { $0 == "status 0" }.count >= 1)
    #expect(statuses.allSatisfy { $0 == "status 0" || $0 == "status 75" }, "\(result.output)")
    for process in 1...6 {
      let errors = try scratch.read("errors.\(process)")
      let isTold =
        errors == "" || errors.contains("is being recorded, by process")
        || errors.contains("is finished; there is nothing to do")
      #expect(isTold, "\(errors)")
    }
    try scratch.expectSameTables("lorabook.db", as: "reference.db")
  }

  @Test("says where another program, BLAS or processor goes on, and records both")
  func otherMachine() throws {
    try scratch.cutShort(SIGKILL, longGrid)
    _ = try scratch.sqlite(
      "UPDATE execution SET lapack = 'MKL', processor = 'Z80', lorabook_version = '0.0.1'")
    let result = try scratch.lorabook("resume", "latest", "--quiet", "--jobs", "3")
    #expect(result.status == 0)
    for part in [
      "'0.0.1' before", "'MKL' before, 'OpenBLAS", "'Z80' before", "spectra to rounding",
    ] {
      #expect(result.errors.contains(part), "\(result.errors)")
    }
    #expect(
      try scratch.sqlite(
        """
        SELECT lapack, processor, lorabook_version, status FROM sweeps;
        SELECT group_concat(lapack LIKE 'OpenBLAS%'), group_concat(processor = 'Z80'),
          group_concat(lorabook_version = '0.0.1'), max(jobs), count(DISTINCT uuid),
          count(finished_at)
        FROM executions
        """) == "MKL|Z80|0.0.1|finished\n0,1|1,0|1,0|3|2|1")
    // The same program goes on a second time: it is the last one already.
    _ = try scratch.sqlite("UPDATE sweep SET status = 'interrupted'")
    let again = try scratch.lorabook("resume", "latest", "--quiet")
    #expect(again.status == 0 && again.errors == "", "\(again.errors)")
  }

  @Test(
    "refuses what does not go with its spec, and leaves the book as it is",
    arguments: [
      ("UPDATE cell SET rank = 1 WHERE cell_id = 3", "its cells are others"),
      ("DELETE FROM cell WHERE cell_id = 8", "its cells are others"),
      ("UPDATE sweep SET recorded_runs = 5", "it counts 5 runs of 2 items with 12 each"),
      ("UPDATE sweep SET planned_runs = 7", "it plans 7 runs, and the spec 24"),
      ("UPDATE sweep SET spec = replace(spec, '[42]', '[x]')", "seeds: 'x' is no whole number"),
      ("UPDATE sweep SET spec = 'seeds: [1]'", "its spec has no shapes"),
      ("UPDATE sweep SET spec = ''", "its spec, line 1, column 1, is no spec. Restore a backup"),
      ("UPDATE sweep SET spec = replace(spec, 'style', 'file:x')", "'file:x' is not in the book"),
      ("UPDATE prescription SET definition = 'values:x'", "'values:x' is no recorded profile"),
      ("UPDATE execution SET generator = 'PCG64'", "its generator 'PCG64' is not known here"),
    ])
  func unlikeItsSpec(change: String, reason: String) throws {
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
    _ = try scratch.sqlite(
      "UPDATE sweep SET status = 'interrupted'; PRAGMA foreign_keys = OFF; \(change.replacing("UPDATE prescription", with: "DELETE FROM prescription WHERE prescription_id > 1; UPDATE prescription"))"
    )
    let before = try scratch.bash("sqlite3 lorabook.db .dump").output
    let result = try scratch.lorabook("resume", "latest")
    #expect(result.status == 65, "\(result.errors)")
    #expect(result.errors.contains(reason), "\(result.errors)")
    #expect(try scratch.bash("sqlite3 lorabook.db .dump").output == before)
  }
}
