import Foundation
import Testing

@Suite("lorabook sql")
struct SqlCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    #expect(try scratch.lorabook("sweep", "--seeds", "0-9", "--quiet").status == 0)
  }

  private func csv(_ sql: String, _ more: String...) throws -> [Substring] {
    let result = try scratch.bash(
      (["lorabook", "sql", "--format", "csv", sql] + more).map {
        "'\($0.replacing("'", with: "'\\''"))'"
      }
      .joined(separator: " "))
    #expect(result.status == 0, "\(sql): \(result.errors)")
    return Array(result.lines.dropFirst())
  }

  @Test("It answers a question, with parameters of the type that they read as")
  func answers() throws {
    #expect(
      try csv(
        "SELECT count(*) FROM runs WHERE rank = :r AND rule = :rule", "--param", "r=8", "--param",
        "rule=lora") == ["20"])
    #expect(
      try csv(
        "SELECT typeof(:a), typeof(:b), typeof(:c), :d", "--param", "a=1", "--param", "b=1.5",
        "--param", "c=01x", "--param", "d=x=y") == ["integer,real,text,x=y"])
    #expect(
      try scratch.bash("echo 'SELECT 6 * 7 AS x' | lorabook sql - --format jsonl").output
        == "{\"x\":42}\n")
  }

  @Test("A parameter may be written in every way that SQLite knows")
  func parameters() throws {
    #expect(
      try csv("SELECT @a, $b, :c", "--param", "a=1", "--param", "b=2", "--param", "c=3")
        == ["1,2,3"])
  }

  @Test(
    "What would not only read is refused with a clear word, and the book's bytes stay the same",
    arguments: [
      ("DELETE FROM recording", "deletes from 'recording'"),
      ("UPDATE recording SET runs = 0", "updates 'recording'"),
      ("INSERT INTO tag VALUES (1, 'x')", "inserts into 'tag'"),
      ("REPLACE INTO tag VALUES (1, 'x')", "inserts into 'tag'"),
      ("WITH a AS (SELECT 1) INSERT INTO tag SELECT 1, 'x'", "inserts into 'tag'"),
      ("CREATE TABLE t (a)", "inserts into 'sqlite_master'"),
      ("CREATE TEMP TABLE t (a)", "inserts into"),
      ("DROP VIEW runs", "deletes from"),
      ("ALTER TABLE recording ADD COLUMN x", "changes the schema"),
      ("ATTACH 'other.db' AS o", "attaches the file 'other.db'"), ("DETACH main", "detaches"),
      ("VACUUM", "attaches"), ("VACUUM INTO 'copy.db'", "attaches the file 'copy.db'"),
      ("BEGIN", "transaction"), ("COMMIT", "transaction"), ("SAVEPOINT s", "transaction"),
      ("PRAGMA journal_mode = DELETE", "pragma 'journal_mode'"),
      ("PRAGMA query_only = 0", "pragma 'query_only'"), ("PRAGMA writable_schema = 1", "pragma"),
      ("SELECT * FROM pragma_optimize", "table-valued function"),
      ("PRAGMA wal_checkpoint", "pragma"), ("PRAGMA optimize", "pragma"),
      ("PRAGMA user_version = 7", "pragma"), ("PRAGMA trusted_schema = 1", "pragma"),
      ("SELECT load_extension('x.so')", "loads code"),
      ("SELECT fts3_tokenizer('simple', x'0000000000000000')", "loads code"),
      ("SELECT hex(randomblob(200000000))", "too big"), ("ANALYZE", "statistics"),
      ("REINDEX", "statistics or indexes"),
      ("SELECT 1; DELETE FROM recording", "deletes from 'recording'"),
      ("SELECT 1; SELECT 2", "not one statement"),
      ("SELECT writefile('a', 'b')", "no such function"), ("", "not one statement"),
      ("/* nothing */", "not one statement"), ("SELEC 1", "syntax error"),
      ("SELECT * FROM nowhere", "nowhere"), ("SELECT :x", "':x'"),
    ])
  func refused(sql: String, word: String) throws {
    let path = scratch.folder.appending(path: "lorabook.db")
    let before = try Data(contentsOf: path)
    let result = try scratch.lorabook("sql", sql)
    #expect(result.status == 64)
    #expect(result.output == "")
    #expect(result.errors.hasPrefix("lorabook: "))
    #expect(result.errors.contains(word), "\(result.errors)")
    #expect(try Data(contentsOf: path) == before)
    #expect(try scratch.files() == ["lorabook.db"])
  }

  @Test("What only looks is allowed")
  func allowed() throws {
    for sql in [
      "PRAGMA user_version", "PRAGMA table_info(run)", "PRAGMA integrity_check",
      "SELECT count(*) FROM pragma_table_info('run')", "SELECT name FROM pragma_database_list",
      "SELECT * FROM pragma_user_version, pragma_page_size, pragma_compile_options LIMIT 1",
      "EXPLAIN QUERY PLAN SELECT * FROM runs",
      "SELECT value FROM json_each('[1, 2]')", "VALUES (1)", "SELECT 1;", "SELECT 1 -- one",
      "WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c LIMIT 3) SELECT * FROM c",
    ] {
      #expect(try !csv(sql).isEmpty, "\(sql)")
    }
  }

  @Test("The functions that stock SQLite lacks give what Python computes")
  func functions() throws {
    let values = try scratch.sqlite(
      "SELECT printf('%!.17g', error) FROM runs WHERE rank = 4 AND rule = 'lora' ORDER BY run_id")
    let python = try scratch.bash(
      """
      python3 - <<'EOF'
      import math, statistics
      x = [float(v) for v in '''\(values)'''.split()]
      def quantile(p):
          s = sorted(x); h = p * (len(s) - 1); i = int(h)
          return s[i] + (h - i) * (s[min(i + 1, len(s) - 1)] - s[i])
      print(statistics.stdev(x), statistics.median(x), quantile(.1), quantile(0), quantile(1),
            math.sqrt(2), math.log(2), math.exp(2), math.pow(2, .5))
      EOF
      """
    ).output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    let row = try csv(
      """
      SELECT stddev(error), median(error), quantile(error, 0.1), quantile(error, 0),
        quantile(error, 1), sqrt(2), ln(2), exp(2), pow(2, 0.5)
      FROM runs WHERE rank = 4 AND rule = 'lora'
      """)[0].split(separator: ",").compactMap { Double($0) }
    #expect(row.count == 9)
    #expect(python.count == 9)
    for (found, expected) in zip(row, python) { #expect(abs(found - expected) <= 1e-13 * expected) }
    #expect(
      try csv("SELECT stddev(1), sqrt(-1), ln(0), pow(-8, 1.0/3), median(NULL), sqrt('x')") == [
        ",,,,,"
      ])
    #expect(try csv("SELECT median(x), stddev(x) FROM (SELECT 1 AS x) WHERE 0") == [","])
  }

  @Test("A view of a stranger's book cannot call them")
  func strangersView() throws {
    _ = try scratch.sqlite("CREATE VIEW trap AS SELECT pow(2, 3) AS x")
    let result = try scratch.lorabook("sql", "SELECT x FROM trap")
    #expect(result.status == 64)
    #expect(result.errors.contains("unsafe use of pow"))
  }

  @Test(
    "Ctrl-C stops a question at once, also in the middle of one of its instructions",
    arguments: [
      "WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
      "SELECT sum(length(printf('%.*c', 2000000000 + run_id, 'x'))) FROM runs",
      "SELECT instr(hex(zeroblob(16000000)), hex(zeroblob(8000000)) || run_id) FROM runs",
    ])
  func interrupt(sql: String) throws {
    // Each would run for ever, or for hours.
    let process = try scratch.startShell("exec lorabook sql \"\(sql)\" 2> said")
    #expect(process.endAtWork(SIGTERM) == 130)
    #expect(try scratch.read("said") == "lorabook: interrupted.\n")
  }

  @Test("Rows have no cap and are not held")
  func rows() throws {
    let result = try scratch.bash(
      """
      sql='WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c LIMIT 1000000) SELECT x, x * 2 AS y FROM c'
      (ulimit -v 2000000; lorabook sql --format csv "$sql" | tail -n 1)
      lorabook sql "$sql" | wc -l
      """)
    #expect(result.output == "1000000,2000000\n1000001\n")
  }
}
