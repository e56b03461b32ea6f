import Foundation
import TestSupport
import Testing

@Suite("Others read the book, and see what lorabook exports to the same double", Tool.ofInterop)
struct ReaderTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch.withAwkwardBook() }

  /// Expects that a line of bash that prints the rows of `$VIEW` as JSON gives the rows of the
  /// export.
  private func expectSameRows(_ tool: Tool, _ line: String) throws {
    for view in ["runs", "sweeps", "spectra"] {
      try scratch.succeed(
        with: tool,
        """
        VIEW=\(view)
        lorabook export --table $VIEW -o export.csv
        \(line) > rows.json
        python3 "$PROGRAMS/same_rows.py" export.csv rows.json
        """)
    }
  }

  @Test("SQLite's own shell")
  func shell() throws {
    try expectSameRows(.sqlite3, "\"$TOOL\" -readonly -json lorabook.db \"SELECT * FROM $VIEW\"")
  }

  @Test("Python's sqlite3 module")
  func python() throws {
    try expectSameRows(.python3, "\"$TOOL\" \"$PROGRAMS/python_rows.py\" lorabook.db $VIEW")
  }

  @Test("pandas.read_sql_query")
  func pandas() throws {
    try expectSameRows(.pandas, "\"$TOOL\" \"$PROGRAMS/pandas_rows.py\" lorabook.db $VIEW")
  }

  @Test("sqlite-utils rows")
  func sqliteUtilsRows() throws {
    try expectSameRows(.sqliteUtils, "\"$TOOL\" rows lorabook.db $VIEW")
  }

  @Test("sqlite-utils query")
  func sqliteUtilsQuery() throws {
    try expectSameRows(.sqliteUtils, "\"$TOOL\" query lorabook.db \"SELECT * FROM $VIEW\"")
  }

  @Test(
    "DuckDB lists every view and reads the rows that SQLite reads",
    arguments: [
      "runs", "sweeps", "spectra", "trainings", "curves", "metrics", "params", "modules",
      "executions", "logged_runs",
    ])
  func duckDB(view: String) throws {
    let script = Scratch.project.appending(path: "Tests/InteropTests/Programs/fill_book.sql")
    // The shell takes what begins with a comment for an option.
    _ = try scratch.sqlite("\n" + String(contentsOf: script, encoding: .utf8))
    try scratch.succeed(
      with: .duckdb, "\"$TOOL\" \"$PROGRAMS/duckdb_rows.py\" lorabook.db \(view)")
  }

  @Test("DuckDB makes a Parquet file of the piped export, by the documented line")
  func parquet() throws {
    try scratch.succeed(
      with: .duckdb,
      """
      lorabook sweep --quiet --seeds 0-49 --db plain.db
      "$TOOL" "$PROGRAMS/parquet_rows.py" plain.db
      """)
  }

  @Test("Datasette's JSON")
  func datasette() throws {
    try expectSameRows(
      .datasette,
      """
      "$TOOL" lorabook.db --setting max_returned_rows 100000 \
        --get "/lorabook/$VIEW.json?_shape=array&_size=max"
      """)
  }
}
