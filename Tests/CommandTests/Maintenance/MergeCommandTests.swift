import Foundation
import Testing

@Suite("lorabook merge")
struct MergeCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    for (book, seeds) in [("a.db", "1-2"), ("b.db", "2-3")] {
      _ = try scratch.lorabook("sweep", "--quiet", "--db", book, "--seeds", seeds)
      _ = try log("0.5", to: book, sweep: "only in \(book)")
    }
  }

  private func log(_ error: String, to book: String, sweep: String) throws -> Scratch.Result {
    try scratch.lorabook(
      "log", "--db", book, "--sweep", sweep, "--seed", "1", "--shape", "8x8", "--profile", "p",
      "--rank", "2", "--alpha", "16", "--rule", "lora", "--error", error)
  }

  private func runs(_ book: String) throws -> String {
    try scratch.sqlite("SELECT count(*) FROM runs", book: book)
  }

  /// The columns `sweep,outcome,new_runs` of the output.
  private func outcomes(_ result: Scratch.Result) -> [String] {
    result.lines.dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)[2...4].joined(separator: ",")
    }
  }

  @Test("brings in what is not there, once, and makes a book where there is none")
  func brings() throws {
    let first = try scratch.lorabook("merge", "--db", "all.db", "a.db", "b.db", "--format", "csv")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.lines.first == "file,uuid,sweep,outcome,new_runs,remark")
    #expect(
      outcomes(first) == [
        "article,added,48", "only in a.db,added,1", "article-2,added,48", "only in b.db,added,1",
      ])
    #expect(first.output.contains("renamed: another sweep is called 'article' here"))
    let again = try scratch.lorabook("merge", "--db", "all.db", "b.db", "a.db", "--format", "csv")
    #expect(outcomes(again).allSatisfy { $0.hasSuffix(",present,0") }, "\(again.output)")
    #expect(try runs("all.db") == "98")
    // The update that both books have is there once.
    #expect(try scratch.sqlite("SELECT count(*) FROM weight_update", book: "all.db") == "7")
    #expect(
      try scratch.sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check", book: "all.db") == "ok"
    )
    #expect(try scratch.lorabook("show", "article-2", "--db", "all.db").status == 0)
    _ = try log("nan", to: "a.db", sweep: "only in a.db")
    let more = try scratch.lorabook("merge", "--db", "all.db", "a.db", "--format", "jsonl")
    #expect(more.output.contains("\"outcome\":\"extended\",\"new_runs\":1"), "\(more.output)")
    #expect(try scratch.files() == ["a.db", "all.db", "b.db"])
  }

  @Test("of a book into itself is refused, and changes nothing")
  func itself() throws {
    let before = try Data(contentsOf: scratch.folder.appending(path: "a.db"))
    let result = try scratch.lorabook("merge", "--db", "a.db", "a.db", "./a.db", "--format", "csv")
    #expect(result.status == 64 && result.errors.contains("is the book to merge into"))
    #expect(try Data(contentsOf: scratch.folder.appending(path: "a.db")) == before)
  }

  @Test("only shows with --dry-run, and makes no book for it")
  func dryRun() throws {
    for target in ["b.db", "none.db"] {
      let before = try? Data(contentsOf: scratch.folder.appending(path: target))
      let shown = try scratch.lorabook(
        "merge", "--db", target, "a.db", "--dry-run", "--format", "csv")
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(outcomes(shown).last == "only in a.db,added,1")
      #expect((try? Data(contentsOf: scratch.folder.appending(path: target))) == before)
      #expect(try scratch.files() == ["a.db", "b.db"])
      let done = try scratch.lorabook("merge", "--db", target, "a.db", "--format", "csv")
      #expect(done.output == shown.output)
      if target == "b.db" { continue }
      #expect(try runs(target) == "49")
    }
  }

  @Test("with --dry-run leaves a sweep whose process is gone as the book has it")
  func dryRunOnStaleSweep() throws {
    _ = try scratch.sqlite("UPDATE sweep SET status = 'running', finished_at = NULL", book: "b.db")
    let result = try scratch.bash(
      "sha256sum b.db; lorabook merge --db b.db a.db --dry-run > shown; sha256sum b.db; lorabook ls --db b.db"
    )
    #expect(result.lines.count > 2 && result.lines[0] == result.lines[1], "\(result.errors)")
    #expect(result.output.contains("interrupted"))
  }

  @Test("says what contradicts what, keeps nothing, and exits with 1")
  func conflict() throws {
    _ = try scratch.lorabook("backup", "--db", "a.db", "copy.db")
    _ = try scratch.sqlite(
      """
      UPDATE measured_run SET error = 0.125
      WHERE run_id = (SELECT max(run_id) FROM runs WHERE sweep = 'only in a.db')
      """, book: "copy.db")
    _ = try scratch.lorabook("sweep", "--quiet", "--db", "copy.db", "--name", "fine")
    let result = try scratch.lorabook("merge", "--db", "a.db", "b.db", "copy.db")
    #expect(result.status == 1)
    #expect(
      result.errors.contains("the error of its run 1 is"),
      "\(result.errors)")
    #expect(result.output.contains("conflict") && result.output.contains("fine"))
    #expect(try runs("a.db") == "49")
    // No book was created.
    let files = try scratch.files()
    let none = try scratch.lorabook("merge", "--db", "none.db", "a.db", "copy.db")
    #expect(none.status == 1, "\(none.errors)")
    #expect(try scratch.files() == files)
  }

  @Test("makes no book of what is damaged")
  func damaged() throws {
    _ = try scratch.sqlite(
      "PRAGMA ignore_check_constraints = ON; UPDATE measured_run SET cell_id = -cell_id",
      book: "b.db")
    let result = try scratch.lorabook("merge", "--db", "none.db", "a.db", "b.db")
    #expect(result.status == 65, "\(result.errors)")
    #expect(try scratch.files() == ["a.db", "b.db"])
  }

  @Test("refuses what is no book, and then makes none")
  func badFiles() throws {
    try scratch.write("no book at all, but long enough to be taken for one", to: "text")
    _ = try scratch.sqlite("CREATE TABLE other (a)", book: "other.db")
    _ = try scratch.lorabook("backup", "--db", "a.db", "newer.db")
    _ = try scratch.sqlite("PRAGMA user_version = 99", book: "newer.db")
    let files = try scratch.files()
    for (file, status, words) in [
      ("none.db", Int32(66), "no book at 'none.db'"), ("text", 65, "is no book"),
      ("other.db", 65, "another program's"), ("newer.db", 65, "newer lorabook"),
    ] {
      let result = try scratch.lorabook("merge", "--db", "all.db", "a.db", file)
      #expect(result.status == status && result.errors.contains(words), "\(result.errors)")
      #expect(try scratch.files() == files)
    }
    #expect(try scratch.lorabook("merge").status == 64)
  }

  @Test("takes a sweep that is being recorded as far as it is, and the rest of it later")
  func running() throws {
    let sweep = try scratch.start(
      "sweep", "--quiet", "--db", "live.db", "--name", "live", "--seeds", "0-299", "--jobs", "1")
    var outcomes: [String] = []
    repeat {
      let result = try scratch.lorabook("merge", "--db", "all.db", "live.db", "--format", "csv")
      // The book may not exist yet.
      guard result.status == 0 else { continue }
      outcomes += self.outcomes(result)
      #expect(
        try scratch.sqlite(
          "SELECT count(*) FROM sweep WHERE status = 'running'", book: "all.db") == "0")
    } while sweep.isRunning
    sweep.waitUntilExit()
    #expect(sweep.terminationStatus == 0)
    outcomes += self.outcomes(
      try scratch.lorabook("merge", "--db", "all.db", "live.db", "--format", "csv"))
    #expect(
      outcomes.allSatisfy { $0.hasPrefix("live,") && !$0.contains("conflict") }, "\(outcomes)")
    let sql = """
      SELECT status, recorded_runs FROM sweep;
      SELECT seed, rank, rule, error FROM runs ORDER BY run_id;
      SELECT metric, n, mean, squared_deviations FROM cell_summary ORDER BY 1, cell_id
      """
    #expect(try scratch.sqlite(sql, book: "all.db") == scratch.sqlite(sql, book: "live.db"))
  }
}
