import Foundation
import Testing

@Suite("lorabook merge --as")
struct MergeLoggedTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func log(_ options: String, to book: String, sweep: String = "ft") throws {
    let result = try scratch.bash("lorabook log --sweep '\(sweep)' --db \(book) \(options)")
    #expect(result.status == 0, "\(result.errors)")
  }

  private func rows(_ book: String, sweep: String = "ft") throws -> String {
    try scratch.sqlite(
      """
      SELECT seed, rank, run, error FROM runs WHERE sweep = '\(sweep)' ORDER BY 1, 2, 3;
      SELECT step, metric, value FROM metrics WHERE sweep = '\(sweep)' ORDER BY 1, 2, 3;
      SELECT name, value FROM params WHERE sweep = '\(sweep)' ORDER BY 1, 2
      """, book: book)
  }

  @Test("makes one sweep of books of one logged run each, once, and in any order")
  func unites() throws {
    let lines = (1...24).map { number in
      let options =
        "--rank \(4 << (number % 3)) --alpha 16 --rule lora --seed \(number) --metric loss=0.\(number) --param lr=1e-\(number % 2 + 3)"
      return """
        lorabook log --sweep ft \(options) --db job-\(number).db > id
        lorabook log --sweep ft \(options) --db together.db > id
        """
    }
    let logged = try scratch.bash(lines.joined(separator: "\n"))
    #expect(logged.errors == "")
    let first = try scratch.bash("lorabook merge --as ft job-1*.db --db all.db --format csv")
    #expect(first.status == 0, "\(first.errors)")
    let all = try scratch.bash("lorabook merge --as ft job-*.db --db all.db --format csv")
    #expect(all.status == 0, "\(all.errors)")
    #expect(
      try scratch.sqlite(
        "SELECT name, source, status, recorded_runs, planned_runs FROM sweeps", book: "all.db")
        == "ft|log|finished|24|24")
    #expect(try rows("all.db") == rows("together.db"))
    let again = try scratch.bash(
      "lorabook merge --as ft $(ls -r job-*.db) --db all.db --format csv")
    #expect(again.lines.dropFirst().allSatisfy { $0.contains(",ft,present,0,") }, "\(again.output)")
    #expect(try rows("all.db") == rows("together.db"))
    for command in ["doctor", "verify ft"] {
      #expect(try scratch.bash("lorabook \(command) --db all.db").status == 0, "\(command)")
    }
    let shown = try scratch.bash("lorabook merge --as ft job-1.db job-2.db --db none.db --dry-run")
    #expect(shown.status == 0 && shown.output.contains("extended"), "\(shown.output)")
    #expect(try !scratch.files().contains("none.db"))
  }

  @Test("makes one run of runs of one name, as where a job went on in another book")
  func namesakes() throws {
    for (book, steps) in [("first.db", 1...3), ("second.db", 3...6)] {
      for step in steps {
        try log("--run a --rank 8 --step \(step) --metric loss=0.\(step)", to: book)
      }
      try log("--run only-in-\(book) --rank 8 --metric end=1", to: book)
    }
    for _ in 0..<2 {
      let merged = try scratch.bash("lorabook merge --as ft first.db second.db --db all.db")
      #expect(merged.status == 0, "\(merged.output)\(merged.errors)")
      #expect(
        try scratch.sqlite(
          """
          SELECT run, count(step) FROM metrics JOIN runs USING (run_id) GROUP BY run ORDER BY run;
          SELECT recorded_runs FROM sweeps
          """, book: "all.db") == "a|6\nonly-in-first.db|0\nonly-in-second.db|0\n3")
    }
    #expect(try scratch.bash("lorabook doctor --db all.db").status == 0)
    for (options, words) in [
      ("--run a --rank 8 --step 2 --metric loss=7", "a run is called 'a' here too"),
      ("--run a --rank 16 --step 9 --metric loss=7", "of other settings"),
    ] {
      _ = try scratch.bash("rm -f third.db")
      try log(options, to: "third.db")
      let before = try rows("all.db")
      let refused = try scratch.bash("lorabook merge --as ft third.db --db all.db")
      #expect(refused.status == 1 && refused.errors.contains(words), "\(refused.errors)")
      #expect(try rows("all.db") == before)
    }
  }

  @Test("leaves other sweeps as merge always does, and keeps the tags of all")
  func others() throws {
    for book in ["a.db", "b.db"] {
      try log("--rank 8 --metric loss=1", to: book)
      try log("--rank 8 --metric loss=1", to: book, sweep: "other")
      #expect(try scratch.bash("lorabook edit ft --tag \(book) --db \(book)").status == 0)
    }
    let merged = try scratch.bash("lorabook merge --as ft a.db b.db --db all.db")
    #expect(merged.status == 0, "\(merged.errors)")
    #expect(
      try scratch.sqlite(
        "SELECT name, recorded_runs, tags FROM sweeps ORDER BY sweep_id", book: "all.db")
        == "ft|2|a.db,b.db\nother|1|\nother-2|1|")
    // Without --as its runs would be there twice.
    let twice = try scratch.bash("lorabook merge b.db --db all.db")
    #expect(twice.status == 1 && twice.errors.contains("in the sweep 'ft' here"), "\(twice.errors)")
  }

  @Test("refuses names that are not there, and sweeps that were computed")
  func refusals() throws {
    try log("--rank 8 --metric loss=1", to: "a.db")
    #expect(try scratch.bash("lorabook sweep --name ft --quiet --db b.db").status == 0)
    for (line, status, words) in [
      ("--as fd a.db --db all.db", Int32(66), "Did you mean 'ft'?"),
      ("--as ft b.db --db all.db", 1, "it was computed"),
      ("--as ft a.db --db b.db", 1, "the sweep of its name was computed here"),
    ] {
      let refused = try scratch.bash("lorabook merge \(line)")
      #expect(refused.status == status && refused.errors.contains(words), "\(refused.errors)")
      #expect(try scratch.files() == ["a.db", "b.db"])
    }
  }
}
