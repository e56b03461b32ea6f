import Foundation
import Synchronization
import TestSupport
import Testing

/// A book, copies of which get one digit changed, for what `doctor` and `verify` say of each.
struct ChangedDigits {
  let scratch: Scratch
  /// The book's name in the folder of `scratch`.
  let book: String
  let exceptions: [Exception]

  /// Columns in which some rows may have any value: no other stored value depends on them.
  struct Exception {
    var columns: Set<String>
    /// The rows, as a condition in SQL.
    var rows = "TRUE"
    /// Whether only the last digit may differ.
    var isOfLastDigit = false
  }

  struct Column {
    var table: String
    var name: String
    var isReal: Bool
    /// SQL that gives a condition for finding a row again.
    var row: String
  }

  struct Change {
    var column: String
    var sql: String
    var isExcused: Bool
  }

  /// Every numeric column of every table, except SQLite's own sequence table.
  func columns() throws -> [Column] {
    try scratch.sqlite(
      """
      SELECT tables.name, columns.name, columns.type, (
          SELECT group_concat('''' || keys.name || ' = '' || quote(' || keys.name || ')', ' || '' AND '' || ')
          FROM pragma_table_info(tables.name) AS keys WHERE keys.pk
        )
      FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
      WHERE tables.type = 'table' AND tables.name <> 'sqlite_sequence'
        AND columns.type IN ('INTEGER', 'REAL')
      """, book: book
    ).split(separator: "\n").map { line in
      let parts = line.split(separator: "|", maxSplits: 3).map(String.init)
      return Column(table: parts[0], name: parts[1], isReal: parts[2] == "REAL", row: parts[3])
    }
  }

  /// Changes of a column in its first, middle and last row.
  func changes(of column: Column) throws -> [Change] {
    let name = "\(column.table).\(column.name)"
    func condition(isOfLastDigit: Bool) -> String {
      let rows = exceptions.filter {
        $0.columns.contains(name) && $0.isOfLastDigit == isOfLastDigit
      }
      .map { "(\($0.rows))" }
      return rows.isEmpty ? "FALSE" : rows.joined(separator: " OR ")
    }
    let value = column.isReal ? "printf('%!.17g', \(column.name))" : column.name
    let rows = try scratch.sqlite(
      """
      SELECT CASE WHEN \(condition(isOfLastDigit: false)) THEN 'any'
        WHEN \(condition(isOfLastDigit: true)) THEN 'last' ELSE 'none' END, \(value), \(column.row) FROM \(column.table)
      WHERE \(column.name) IS NOT NULL
      """, book: book
    ).split(separator: "\n").map { $0.split(separator: "|", maxSplits: 2).map(String.init) }
    let groups = Dictionary(grouping: rows) { $0[0] }
    return groups.sorted { $0.key < $1.key }.flatMap { _, rows in
      Set([0, rows.count / 2, rows.count - 1]).sorted().flatMap { index in
        Self.otherDigits(rows[index][1], isReal: column.isReal).map { number, isLast in
          Change(
            column: name,
            // Two texts may be the same double.
            sql:
              "UPDATE OR IGNORE \(column.table) SET \(column.name) = \(number) WHERE \(rows[index][2]) AND \(column.name) <> \(number)",
            isExcused: rows[index][0] == "any" || rows[index][0] == "last" && isLast)
        }
      }
    }
  }

  /// A number with one digit changed: its first that is not 0, the sixth from there, its last.
  private static func otherDigits(
    _ number: String, isReal: Bool
  ) -> [(number: String, isLast: Bool)] {
    // The shortest text of the same double.
    let text = isReal ? "\(Double(number) ?? 0)" : number
    var digits: [String.Index] = []
    for index in text.indices {
      guard text[index] != "e" else { break }
      if text[index].isNumber, text[index] != "0" || !digits.isEmpty { digits.append(index) }
    }
    guard let first = digits.first, let last = digits.last else {
      return [(text.replacing("0", with: "1", maxReplacements: 1), true)]
    }
    let sixth = digits[min(5, digits.count - 1)]
    return Set([first, sixth, last]).sorted().map { index in
      let digit = text[index].wholeNumberValue ?? 0
      let other = text[..<index] + "\((digit + 1) % 10)" + text[text.index(after: index)...]
      return (String(other), index == last)
    }
  }

  enum Ending: Equatable {
    /// The schema refuses the value, or it is the same.
    case refused
    /// Reported by `doctor` or by `verify`.
    case told
    case inconclusive
  }

  /// Makes a change in a copy of the book and runs the commands that may notice it.
  private static func ending(of sql: String, in whole: URL) throws -> Ending {
    let scratch = try Scratch()
    let book = scratch.folder.appending(path: "changed.db")
    try FileManager.default.copyItem(at: whole, to: book)
    let changed = try scratch.sqlite(
      """
      PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; \(sql); SELECT changes()
      """, book: book.path)
    guard changed == "1" else { return .refused }
    for command in [["doctor", "--quiet"], ["verify", "--all", "--quiet", "--jobs", "1"]] {
      let process = try TimedProcess(
        lorabook: command + ["--db", book.path], keepingMessagesIn: scratch.folder)
      switch process.ending {
      case .exit(1), .exit(65): return .told
      case .exit(0): continue
      default: Issue.record("\(sql): \(command) ended with \(process.ending)")
      }
    }
    return .inconclusive
  }

  /// The results of changes, in order.
  func endings(of changes: [String]) throws -> [Ending] {
    let found = Mutex<[Int: Ending]>([:])
    let whole = scratch.folder.appending(path: book)
    DispatchQueue.concurrentPerform(iterations: changes.count) { number in
      do {
        let ending = try Self.ending(of: changes[number], in: whole)
        found.withLock { $0[number] = ending }
      } catch {
        Issue.record("\(changes[number]): \(error)")
      }
    }
    let endings = found.withLock { $0 }
    return try changes.indices.map { try #require(endings[$0]) }
  }
}
