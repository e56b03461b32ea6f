/// Puts values into a book that no program of ours would write: of the wrong type, out of bounds,
/// or invalid as text. They bypass the checks of its schema.
package struct HostileContent {
  /// Tables with their columns.
  private let columns: [(table: String, column: String)]

  private static let values = [
    "9223372036854775807", "-9223372036854775808", "-1", "0", "9007199254740993", "4294967296",
    "32769", "1e308", "-1e308", "9e999", "-9e999", "1e-320", "0.5", "''", "'text'", "x'00ff'",
    "CAST(x'fffe80' AS TEXT)", "char(27) || '[31m'", "hex(zeroblob(60000))", "NULL", "'latest'",
    "'inf'", "'seeds: [1'", "char(0)", "'linear:1:nan'", "'values:'", "'running'", "'finished'",
    "'{\"a\":' || char(10)", "CAST('=1+1|' AS TEXT)", "'2026-13-45T99:99:99Z'", "char(55296)",
  ]

  /// - Parameter book: a book of the schema, for SQLite's shell.
  package init(of book: String, in scratch: Scratch) throws {
    let listed = try scratch.sqlite(
      """
      SELECT schema.name, info.name
      FROM sqlite_schema AS schema JOIN pragma_table_info(schema.name) AS info
      WHERE schema.type = 'table' AND schema.name NOT LIKE 'sqlite%'
      """, book: book)
    columns = listed.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "|")
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
  }

  /// A script for SQLite's shell that puts one to four such values at random places.
  package func script(_ random: inout BookMutator) -> String {
    var lines = [
      ".dbconfig defensive off", ".dbconfig trusted_schema on",
      "PRAGMA foreign_keys = OFF;", "PRAGMA ignore_check_constraints = ON;",
      "CREATE TEMP TABLE kept AS SELECT name, sql FROM sqlite_schema;",
      "PRAGMA writable_schema = ON;",
      """
      UPDATE sqlite_schema SET sql = replace(replace(replace(sql,
        ') STRICT, WITHOUT ROWID', ') WITHOUT ROWID'), ') STRICT', ')'), 'NOT NULL', '')
      WHERE type = 'table';
      """, "PRAGMA writable_schema = RESET;",
    ]
    for _ in 0...random.number(below: 4) {
      let (table, column) = random.one(of: columns)
      let value = random.one(of: HostileContent.values)
      let row = random.number(below: 1000)
      let place =
        random.number(below: 3) == 0 || table == "divergence"
        ? "TRUE"
        : "rowid = (SELECT rowid FROM \(table) LIMIT 1 OFFSET \(row) % (SELECT max(1, count(*)) FROM \(table)))"
      lines.append("UPDATE OR REPLACE \(table) SET \(column) = \(value) WHERE \(place);")
    }
    if random.number(below: 6) == 0 {
      let table = random.one(of: columns).table
      lines.append("DELETE FROM \(table)\(table == "divergence" ? "" : " WHERE rowid % 2");")
    }
    lines += [
      "PRAGMA writable_schema = ON;",
      "UPDATE sqlite_schema SET sql = (SELECT sql FROM kept WHERE kept.name = sqlite_schema.name);",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}
