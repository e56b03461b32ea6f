import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("A single changed digit of a book")
struct ChangedDigitSoakTests {
  let scratch: Scratch

  /// Makes a book with everything in it: computed, logged and imported runs, and diverged values.
  init() throws {
    scratch = try Scratch()
    let script = Scratch.project.appending(path: "Tests/Fixtures/books/make.sh").path
    let made = try scratch.bash("bash '\(script)' \"$(command -v lorabook)\" whole.db")
    try #require(made.status == 0, "\(made.errors)")
  }

  /// Columns in which some rows may have any value: no other stored value depends on them.
  private struct Exception {
    var columns: Set<String>
    /// The rows, as a condition in SQL.
    var rows = "TRUE"
    /// Whether only the last digit may differ.
    var isOfLastDigit = false
  }

  private static let exceptions = [
    // The process that recorded a sweep, and its number of threads: the numbers do not depend on
    // them.
    Exception(
      columns: [
        "execution.lapack_threads", "execution.jobs", "execution.process_id",
        "execution.process_start",
      ]),
    // What people wrote: a tag is as good at one sweep as at another.
    Exception(columns: ["tag.sweep_id"]),
    // Runs measured elsewhere cannot be measured again, and only their measurements are consistent.
    Exception(
      columns: ["cell.rank", "cell.alpha", "cell.scale"],
      rows: "sweep_id IN (SELECT sweep_id FROM sweep WHERE source <> 'sweep')"),
    Exception(
      columns: ["delta.seed"],
      rows: "origin_id IN (SELECT origin_id FROM origin WHERE generator IS NULL)"),
    // Runs that were removed leave a gap.
    Exception(columns: ["recording.sequence"]),
    // Another BLAS may have rounded a singular value so.
    Exception(
      columns: Set((1...32).map { "spectrum_block.s\($0)" }), isOfLastDigit: true),
  ]

  /// Tables and columns in which no command writes numbers yet.
  private static let unwritten: Set = [
    "training", "training_run", "training_step", "module", "sweep_module", "logged_run",
    "run_info", "run_metric", "curve_point", "parameter", "cell.training_id", "execution.shard",
    "execution.shards",
  ]

  private struct Column {
    var table: String
    var name: String
    var isReal: Bool
    /// SQL that gives a condition for finding a row again.
    var row: String
  }

  private struct Change {
    var column: String
    var sql: String
    var isExcused: Bool
  }

  /// Every numeric column of every table, except SQLite's own sequence table.
  private func columns() throws -> [Column] {
    try scratch.sqlite(
      """
      SELECT tables.name, columns.name, columns.type, (
          SELECT group_concat('''' || keys.name || ' = '' || quote(' || keys.name || ')', ' || '' AND '' || ')
          FROM pragma_table_info(tables.name) AS keys WHERE keys.pk
        )
      FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
      WHERE tables.type = 'table' AND tables.name <> 'sqlite_sequence'
        AND columns.type IN ('INTEGER', 'REAL')
      """, book: "whole.db"
    ).split(separator: "\n").map { line in
      let parts = line.split(separator: "|", maxSplits: 3).map(String.init)
      return Column(table: parts[0], name: parts[1], isReal: parts[2] == "REAL", row: parts[3])
    }
  }

  /// Changes of a column in its first, middle and last row.
  private func changes(of column: Column) throws -> [Change] {
    let name = "\(column.table).\(column.name)"
    let exception = Self.exceptions.first { $0.columns.contains(name) }
    let value = column.isReal ? "printf('%!.17g', \(column.name))" : column.name
    let rows = try scratch.sqlite(
      """
      SELECT \(exception?.rows ?? "FALSE"), \(value), \(column.row) FROM \(column.table)
      WHERE \(column.name) IS NOT NULL
      """, book: "whole.db"
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
            isExcused: rows[index][0] == "1" && (isLast || exception?.isOfLastDigit != true))
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

  private enum Ending: Equatable {
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
  private func endings(of changes: [String]) throws -> [Ending] {
    let found = Mutex<[Int: Ending]>([:])
    let whole = scratch.folder.appending(path: "whole.db")
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

  @Test("in any column of any table is told by doctor or verify, wherever anything follows from it")
  func everyColumn() throws {
    var random = SplitMix64(seed: 20_260_102)
    var changes: [Change] = []
    for column in try columns() {
      let all = try self.changes(of: column)
      if Self.unwritten.contains(column.table)
        || Self.unwritten.contains("\(column.table).\(column.name)")
      {
        #expect(all.isEmpty, "\(column) is written by now")
        continue
      }
      try #require(!all.isEmpty, "\(column)")
      // The columns of singular values are alike, so a short run takes only some.
      if Soak.isOn {
        changes += all
      } else if !column.name.contains(/^s[0-9]*[1-79]$/) {
        changes += [all.randomElement(using: &random)].compactMap(\.self)
      }
    }
    let endings = try endings(of: changes.map(\.sql))
    var excused: Set<String> = []
    for (change, ending) in zip(changes, endings) {
      #expect(ending != .inconclusive || change.isExcused, "\(change.sql)")
      if ending == .inconclusive { excused.insert(change.column) }
    }
    #expect(endings.count { $0 == .told } > changes.count / 2)
    // An exception that is no longer needed must be removed.
    for exception in Self.exceptions where Soak.isOn {
      #expect(!exception.columns.isDisjoint(with: excused), "\(exception.columns)")
    }
    Soak.report(
      "\(changes.count) changed digits: \(endings.count { $0 == .told }) told, \(endings.count { $0 == .refused }) refused by the schema or the same"
    )
  }

  /// Texts that give numbers a meaning, in computed sweeps.
  private static let words = [
    "UPDATE sweep_profile SET label = 'stylf' WHERE sweep_id = 1 AND label = 'style'",
    "UPDATE sweep_profile SET label = 'flat:3' WHERE sweep_id = 3 AND label = 'flat:2'",
    "UPDATE origin SET generator = NULL, position = NULL WHERE origin_id = 1",
    "UPDATE origin SET generator = generator || '2' WHERE origin_id = 3",
    "UPDATE delta SET origin_id = 3 WHERE update_id = 1",
    "UPDATE prescription SET definition = 'flat:3' WHERE definition = 'flat:2'",
    "UPDATE cell SET rule = 'power:0.85' WHERE cell_id = 30",
    "UPDATE cell_summary SET metric = 'truncation_error' WHERE metric = 'variance_captured' AND cell_id = (SELECT max(cell_id) FROM cell WHERE sweep_id = 4)",
    "UPDATE divergence SET value = 'oan' WHERE run_id = 283 AND metric = 'error'",
    "UPDATE sweep SET source = 'log' WHERE sweep_id = 1",
    "UPDATE sweep SET source = 'sweep' WHERE sweep_id = 5",
    "UPDATE execution SET generator = generator || '2' WHERE sweep_id = 2",
    "UPDATE source SET source = 'rog' WHERE source = 'log'",
    "UPDATE metric SET metric = 'sharf' WHERE metric = 'share'",
  ]
  /// Texts of runs measured elsewhere, which no other stored value confirms.
  private static let untoldWords = [
    "UPDATE divergence SET value = '-inf' WHERE value = 'inf'",
    "UPDATE divergence SET metric = 'truncation_error' WHERE run_id = 284 AND metric = 'error'",
    "UPDATE cell SET rule = 'own rulf' WHERE rule = 'own rule'",
    "UPDATE sweep SET source = 'import' WHERE source = 'log'",
  ]

  @Test("or a changed word is told as well, wherever anything follows from it")
  func words() throws {
    let changes = Self.words + Self.untoldWords
    for (sql, ending) in zip(changes, try endings(of: changes)) {
      #expect(ending == (Self.untoldWords.contains(sql) ? .inconclusive : .told), "\(sql)")
    }
  }
}
