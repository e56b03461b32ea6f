import Foundation
import Testing

@Suite("A book from a stranger")
struct HostileBookTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    #expect(try scratch.lorabook("sweep", "--quiet", "--seeds", "1-3").status == 0)
  }

  private static let endless =
    "WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS user_version FROM c"

  /// The changes to the book, and a word of each refusal.
  private static let traps: [(sql: String, word: String)] = [
    (
      "CREATE TRIGGER evil AFTER INSERT ON sweep BEGIN DELETE FROM cell; END", "the trigger 'evil'"
    ),
    (
      "CREATE TRIGGER evil INSTEAD OF DELETE ON runs BEGIN DELETE FROM sweep; END",
      "the trigger 'evil'"
    ),
    ("CREATE INDEX evil ON sweep (length(hex(zeroblob(1000000))))", "the index 'evil'"),
    ("CREATE UNIQUE INDEX evil ON sweep (source)", "the index 'evil'"),
    ("CREATE VIEW pragma_user_version AS \(endless)", "'pragma_user_version'"),
    ("CREATE TABLE PRAGMA_application_id (application_id)", "'PRAGMA_application_id'"),
    ("CREATE VIEW json_each AS \(endless)", "the view 'json_each'"),
    ("DROP VIEW runs; CREATE VIEW runs AS \(endless)", "its view 'runs'"),
    ("DROP VIEW sweeps; CREATE TABLE sweeps (sweep_id)", "its view 'sweeps'"),
    ("DROP VIEW spectra", "its view 'spectra'"),
    ("DROP TABLE migration; CREATE VIEW migration AS \(endless)", "its table 'migration'"),
    ("DROP INDEX cell_settings", "its index 'cell_settings'"),
    ("ALTER TABLE sweep ADD COLUMN g TEXT AS (hex(zeroblob(900000000)))", "its table 'sweep'"),
    (
      "ALTER TABLE tag ADD COLUMN g TEXT CHECK (length(hex(zeroblob(9000000))) > 0)",
      "its table 'tag'"
    ),
    (
      """
      .dbconfig defensive off
      PRAGMA writable_schema = ON;
      UPDATE sqlite_master SET sql = replace(sql, 'planned_runs >= 0', 'abs(random()) >= 0')
      WHERE name = 'sweep';
      """, "its table 'sweep'"
    ),
  ]

  @Test("is refused where it would act, by every command, and left as it is", arguments: traps)
  func refused(trap: (sql: String, word: String)) throws {
    try scratch.write(trap.sql, to: "trap.sql")
    let made = try scratch.bash("sqlite3 lorabook.db < trap.sql")
    #expect(made.status == 0 && made.errors == "", "\(made.errors)")
    let more = try scratch.bash(
      "lorabook sweep --quiet --db other.db && lorabook export 1 --db other.db -o runs.csv")
    #expect(more.status == 0, "\(more.errors)")
    let path = scratch.folder.appending(path: "lorabook.db")
    let before = try Data(contentsOf: path)
    for command in [
      "ls", "show 1", "export", "compare 1", "query winning-rule", "sql 'SELECT 1'",
      "edit 1 --note x",
      "rm 1 --yes", "sweep --quiet", "migrate", "migrate --dry-run", "resume 1", "verify 1",
      "backup copy.db", "merge other.db", "import runs.csv", "plot 1", "report 1 -o page.html",
      "log --sweep s --seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 0.5",
    ] {
      let result = try scratch.bash("timeout 20 lorabook \(command)")
      #expect(result.status == 65, "\(command): \(result.errors)")
      #expect(result.errors.contains(trap.word), "\(command): \(result.errors)")
    }
    // doctor reports a fault, whichever it is, and never a sound book.
    let examined = try scratch.bash("timeout 20 lorabook doctor")
    #expect([1, 65].contains(examined.status), "\(examined.output)\(examined.errors)")
    #expect(!examined.errors.contains("is well"), "\(examined.errors)")
    #expect(try Data(contentsOf: path) == before)
  }

  @Test("is refused as a source of a merge, into a book and where none is", arguments: traps)
  func source(trap: (sql: String, word: String)) throws {
    try scratch.write(trap.sql, to: "trap.sql")
    let made = try scratch.bash(
      "sqlite3 lorabook.db < trap.sql && lorabook sweep --quiet --db other.db")
    #expect(made.status == 0, "\(made.errors)")
    let (path, other) = (
      scratch.folder.appending(path: "lorabook.db"), scratch.folder.appending(path: "other.db")
    )
    let before = try (Data(contentsOf: path), Data(contentsOf: other))
    for target in ["other.db", "none.db"] {
      for option in ["", "--dry-run"] {
        let result = try scratch.bash(
          "timeout 20 lorabook merge lorabook.db --db \(target) \(option)")
        #expect(result.status == 65, "\(target): \(result.errors)")
        #expect(result.errors.contains(trap.word), "\(target): \(result.errors)")
        #expect(result.output == "")
      }
    }
    let after = try (Data(contentsOf: path), Data(contentsOf: other))
    #expect(after == before)
    #expect(try !scratch.files().contains { $0.hasPrefix("none.db") || $0.contains("merge") })
  }

  @Test(
    "may hold more than lorabook made, which is passed over",
    arguments: [
      "CREATE TABLE mine (a, b); CREATE INDEX mine_a ON mine (a); INSERT INTO mine VALUES (1, 2)",
      "CREATE VIEW best AS SELECT profile, min(error) FROM runs GROUP BY profile",
      "CREATE VIRTUAL TABLE words USING fts5 (word); INSERT INTO words VALUES ('x')",
      "CREATE VIRTUAL TABLE boxes USING rtree (id, a, b)", "ANALYZE", "VACUUM",
      "PRAGMA journal_mode = DELETE", "PRAGMA writable_schema = ON; PRAGMA user_version = 4",
    ])
  func own(sql: String) throws {
    _ = try scratch.sqlite(sql)
    for command in ["ls", "export", "sweep --quiet", "rm 1 --yes"] {
      let result = try scratch.bash("lorabook \(command)")
      #expect(result.status == 0, "\(result.errors)")
    }
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "24")
  }

  @Test(
    "cannot have a question of its making answered by lorabook's functions, or by loaded code",
    arguments: [
      ("CREATE VIEW trap AS SELECT median(rank) AS x FROM runs", "unsafe use of median"),
      ("CREATE VIEW trap AS SELECT load_extension('x') AS x", "load_extension"),
      ("CREATE VIEW trap AS SELECT fts3_tokenizer('simple') AS x", "fts3_tokenizer"),
    ])
  func functions(sql: String, word: String) throws {
    _ = try scratch.sqlite(sql)
    let result = try scratch.lorabook("sql", "SELECT x FROM trap")
    #expect(result.status == 64, "\(result.errors)")
    #expect(result.errors.contains(word), "\(result.errors)")
  }

  @Test("with ten thousand tables is read")
  func hugeSchema() throws {
    let tables = (0..<10_000).map { "CREATE TABLE t\($0) (a);" }.joined(separator: "\n")
    try scratch.write("BEGIN;\n\(tables)\nCOMMIT;\n", to: "tables.sql")
    #expect(try scratch.bash("sqlite3 lorabook.db < tables.sql").status == 0)
    #expect(try scratch.bash("timeout 60 lorabook ls").status == 0)
  }

  @Test(
    "takes no more of the machine than a question may",
    arguments: [
      (
        "SELECT " + String(repeating: "(", count: 600) + "1" + String(repeating: ")", count: 600),
        "SQL"
      ),
      ("SELECT 1" + String(repeating: " UNION ALL SELECT 1", count: 200), "too many terms"),
      ("SELECT 1" + String(repeating: " + 1", count: 600), "too large"),
      ("SELECT 'a' LIKE '" + String(repeating: "%a", count: 200) + "'", "too complex"),
      ("SELECT " + Array(repeating: "1", count: 1200).joined(separator: ","), "too many columns"),
      ("SELECT hex(zeroblob(60000000))", "too big"), ("SELECT ?2000", "variable number"),
      (
        "WITH RECURSIVE c(x) AS (VALUES ('a') UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c",
        "too big"
      ),
      (
        "WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c LIMIT 1000) SELECT group_concat(hex(zeroblob(50000))) FROM c",
        "too big"
      ),
    ])
  func limits(sql: String, word: String) throws {
    try scratch.write(sql, to: "question.sql")
    let result = try scratch.bash("ulimit -v 3000000; timeout 60 lorabook sql - < question.sql")
    #expect(result.status == 64, "\(result.status) \(result.errors.prefix(300))")
    #expect(word == "SQL" || result.errors.contains(word), "\(result.errors.prefix(300))")
  }

  @Test("sorts a long answer within the memory that there is")
  func sorting() throws {
    let result = try scratch.bash(
      """
      ulimit -v 1500000
      lorabook sql --format csv 'WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c LIMIT 200000)
        SELECT x, hex(zeroblob(2000)) AS y FROM c ORDER BY -x' | head -n 2 | tail -n 1 | cut -d , -f 1
      """)
    #expect(result.output == "200000\n", "\(result.errors)")
  }

  @Test("of a hundred thousand sweeps whose processes are gone is read and recorded into in time")
  func staleSweeps() throws {
    _ = try scratch.sqlite(
      """
      WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
      INSERT INTO sweep (uuid, name, status, source, started_at, planned_runs, spec)
      SELECT printf('%08x-0000-0000-0000-000000000000', i), 'stale-' || i, 'running', 'sweep', '', 0, ''
      FROM n;
      INSERT INTO execution (uuid, sweep_id, started_at, lorabook_version, host, command, boot_id,
        process_id, process_start)
      SELECT sweep.uuid, sweep.sweep_id, '', '', here.host, '', here.boot_id,
        4000000 + sweep.sweep_id, sweep.sweep_id
      FROM sweep, (SELECT host, boot_id FROM execution WHERE sweep_id = 1) AS here
      WHERE sweep.name LIKE 'stale-%'
      """)
    for command in [
      "ls --where \"status = 'interrupted'\" --limit 1", "show 1", "export 1",
      "log --sweep s --seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 0.5",
    ] {
      let result = try scratch.bash("timeout -s KILL 25 lorabook \(command)")
      #expect(result.status == 0, "\(command): \(result.errors)")
    }
    #expect(
      try scratch.sqlite("SELECT count(*) FROM sweep WHERE status = 'interrupted'") == "100000")
  }
}

@Suite("Who may read a book")
struct PermissionTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(
    "is its owner and group, whatever the umask, and nobody else where that says so",
    arguments: [("000", "640"), ("022", "640"), ("027", "640"), ("077", "600"), ("002", "640")])
  func modes(umask: String, mode: String) throws {
    let result = try scratch.bash(
      """
      mkdir there && chmod 755 there && umask \(umask)
      ln -s there/real.db link.db
      lorabook sweep --db link.db --seeds 0-99999 --ranks 1,2 --quiet & sweep=$!
      until [ -s there/real.db-shm ] && [ -s there/real.db-wal ]; do kill -0 $sweep || exit 1; sleep 0.02; done
      stat -c '%a %n' there there/*
      kill -TERM $sweep; wait $sweep
      ls -A . there
      """)
    #expect(
      result.output == """
        755 there
        \(mode) there/real.db
        \(mode) there/real.db-shm
        \(mode) there/real.db-wal
        .:
        link.db
        there

        there:
        real.db

        """, "\(result.errors)")
  }
}

extension HostileBookTests {
  @Test("of very many settings costs little to show, and pictures of it are refused")
  func manySettings() throws {
    _ = try scratch.sqlite(
      """
      WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
      INSERT INTO cell (sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale)
      SELECT sweep_id, prescription_id, d, k, noise, rank, 1000 + i, rule, scale
      FROM n, (SELECT * FROM cell WHERE cell_id = 1)
      """)
    for command in ["show 1", "show 1 --format csv", "report 1 -o page.html", "plot 1 -o p.svg"] {
      let result = try scratch.bash(
        "ulimit -v 700000; timeout -s KILL 60 lorabook \(command) | tail -n 40")
      #expect(!result.errors.contains("memory"), "\(command): \(result.errors)")
      let text = result.output + result.errors
      #expect(
        text.contains(command.contains("csv") ? "201000" : "settings"), "\(command): \(text)")
    }
    #expect(try scratch.files().allSatisfy { !$0.hasSuffix(".svg") && !$0.hasSuffix(".html") })
  }
}
