import Foundation
import Testing

@Suite("lorabook ls, edit, rm, export --where")
struct EditingCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let sweeps = try scratch.bash(
      """
      lorabook sweep --quiet --tag a --tag old &&
      lorabook sweep --seeds 42,43 --name second --quiet --tag a &&
      lorabook sweep --seeds 44 --ranks 1-4 --profiles power:1 --name third --quiet
      """)
    #expect(sweeps.status == 0, "\(sweeps.errors)")
  }

  private func names(_ arguments: String) throws -> [String] {
    let result = try scratch.bash("lorabook ls --format csv \(arguments)")
    #expect(result.status == 0, "\(result.errors)")
    return result.lines.dropFirst().map { String($0.split(separator: ",")[1]) }
  }

  @Test("ls takes a tag, a limit and any expression over the sweeps")
  func ls() throws {
    #expect(try names("") == ["third", "second", "article"])
    #expect(try names("--tag a") == ["second", "article"])
    #expect(try names("--tag none") == [])
    #expect(try names("--limit 1") == ["third"])
    #expect(try names("--limit 0") == [])
    #expect(try names("--where 'recorded_runs > 24'") == ["second"])
    #expect(try names("--where \"name LIKE '%d' AND pow(2, 3) = 8\" --tag a") == ["second"])
    #expect(try names("--where \"name = 'third' -- no more\"") == ["third"])
  }

  @Test(
    "A condition that is none, or that would write, is refused",
    arguments: [
      "nope = 1", "1; DELETE FROM sweep", "", "1) UNION SELECT", "name =", "0) OR (1", "1) /*",
      "sweep_id = :sweep_id", "1 = ?1",
      "1 THEN 1 END, CASE WHEN 1",
    ])
  func badCondition(condition: String) throws {
    for command in ["ls", "export"] {
      let result = try scratch.lorabook(command, "--where", condition)
      #expect(result.status == 64, "\(result.output)")
      #expect(result.output == "")
      #expect(
        result.errors.hasPrefix("lorabook: --where cannot be understood: "), "\(result.errors)")
      #expect(!result.errors.contains("ORDER BY"))
    }
    #expect(try names("").count == 3)
  }

  @Test("export --where writes the rows for which it holds, and SQLite's numbers")
  func exportWhere() throws {
    let result = try scratch.lorabook(
      "export", "--where", "rule = 'lora' AND rank <= 4 AND error > sqrt(4)")
    let expected = try scratch.sqlite(
      "SELECT run_id FROM runs WHERE rule = 'lora' AND rank <= 4 AND error > 2 ORDER BY run_id")
    #expect(expected.split(separator: "\n").count > 5)
    #expect(
      result.lines.dropFirst().map { $0.prefix { $0 != "," } } == expected.split(separator: "\n"))
    let spectra = try scratch.lorabook("export", "--table", "spectra", "--where", "position = 1")
    #expect(spectra.lines.count == 1 + 2 + 4 + 1)
  }

  @Test("edit changes name, note and tags, all or nothing")
  func edit() throws {
    #expect(
      try scratch.lorabook(
        "edit", "1", "--name", "first", "--note", "n, m", "--tag", "new,b", "--tag", "a", "--untag",
        "old"
      ).status == 0)
    #expect(
      try scratch.sqlite("SELECT name, note, tags FROM sweeps WHERE sweep_id = 1")
        == "first|n, m|a,b,new")
    #expect(try scratch.sqlite("SELECT DISTINCT sweep FROM runs WHERE sweep_id = 1") == "first")
    let taken = try scratch.lorabook("edit", "1", "--note", "x", "--name", "second")
    #expect(taken.status == 64)
    let missing = try scratch.lorabook("edit", "1", "--note", "x", "--untag", "none")
    #expect(missing.status == 66)
    #expect(missing.errors.contains("'none'"))
    #expect(try scratch.sqlite("SELECT note FROM sweeps WHERE sweep_id = 1") == "n, m")
    #expect(try scratch.lorabook("edit", "1").status == 64)
    #expect(try scratch.lorabook("edit", "1", "--name", "7").status == 64)
    #expect(try scratch.lorabook("edit", "9", "--note", "x").status == 66)
    // A sweep may be given its own name.
    #expect(try scratch.lorabook("edit", "1", "--name", "first").status == 0)
    #expect(try scratch.lorabook("edit", "1", "--note", "").status == 0)
    #expect(try scratch.sqlite("SELECT note = '' FROM sweeps WHERE sweep_id = 1") == "1")
  }

  @Test("rm removes a sweep and what only it used, and keeps what others share")
  func rm() throws {
    let before = try scratch.lorabook("export", "second", "--format", "csv").output
    let spectra = try scratch.lorabook("export", "second", "--table", "spectra").output
    #expect(try scratch.lorabook("rm", "article", "third", "article", "--yes").status == 0)
    #expect(try names("") == ["second"])
    #expect(try scratch.lorabook("export", "--format", "csv").output == before)
    #expect(try scratch.lorabook("export", "--table", "spectra").output == spectra)
    #expect(try scratch.sqlite("SELECT count(*) FROM weight_update") == "4")
    #expect(try scratch.sqlite("SELECT count(*) FROM prescription") == "2")
    #expect(try scratch.sqlite("PRAGMA foreign_key_check; PRAGMA integrity_check") == "ok")
    #expect(try scratch.lorabook("rm", "second", "--yes").status == 0)
    for table in [
      "sweep", "tag", "prescription", "weight_update", "spectrum", "sweep_profile", "cell",
      "cell_summary", "recording", "run",
    ] {
      #expect(try scratch.sqlite("SELECT count(*) FROM \(table)") == "0", "\(table)")
    }
    // An id is never reused.
    #expect(try scratch.lorabook("sweep", "--quiet").output == "4\n")
  }

  @Test("rm asks at a terminal, and without one wants --yes")
  func rmAsks() throws {
    let piped = try scratch.lorabook("rm", "article")
    #expect(piped.status == 64)
    #expect(piped.errors.contains("--yes"))
    #expect(try scratch.lorabook("rm", "article", "none", "--yes").status == 66)
    #expect(try names("").count == 3)
    let no = try scratch.bash("echo n | script -qec 'lorabook rm article' /dev/null")
    #expect(no.status == 1)
    #expect(no.output.contains("sweep 1 'article', 24 runs"))
    #expect(try names("").count == 3)
    _ = try scratch.bash("echo y | script -qec 'lorabook rm article' /dev/null")
    #expect(try names("") == ["third", "second"])
  }
}
