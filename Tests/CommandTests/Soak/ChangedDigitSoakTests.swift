import Foundation
import TestSupport
import Testing

@Suite("A single changed digit of a book")
struct ChangedDigitSoakTests {
  let scratch: Scratch
  private var digits: ChangedDigits {
    ChangedDigits(scratch: scratch, book: "whole.db", exceptions: Self.exceptions)
  }

  /// Makes a book with everything in it: computed, logged and imported runs, and diverged values.
  init() throws {
    scratch = try Scratch()
    let script = Scratch.project.appending(path: "Tests/Fixtures/books/make.sh").path
    let made = try scratch.bash("bash '\(script)' \"$(command -v lorabook)\" whole.db")
    try #require(made.status == 0, "\(made.errors)")
  }

  private static let exceptions: [ChangedDigits.Exception] = [
    // The process that recorded a sweep, and its number of threads: the numbers do not depend on
    // them.
    ChangedDigits.Exception(
      columns: [
        "execution.lapack_threads", "execution.jobs", "execution.process_id",
        "execution.process_start",
      ]),
    // What people wrote: a tag is as good at one sweep as at another.
    ChangedDigits.Exception(columns: ["tag.sweep_id"]),
    // Runs measured elsewhere cannot be measured again, and only their measurements are consistent.
    ChangedDigits.Exception(
      columns: ["cell.rank", "cell.alpha", "cell.scale"],
      rows: "sweep_id IN (SELECT sweep_id FROM sweep WHERE source <> 'sweep')"),
    ChangedDigits.Exception(
      columns: ["delta.seed"],
      rows: "origin_id IN (SELECT origin_id FROM origin WHERE generator IS NULL)"),
    // Runs that were removed leave a gap.
    ChangedDigits.Exception(columns: ["recording.sequence"]),
    // Another BLAS may have rounded a singular value so.
    ChangedDigits.Exception(
      columns: Set((1...32).map { "spectrum_block.s\($0)" }), isOfLastDigit: true),
  ]

  /// Tables and columns in which no number of this book is; ``ChangedTrainingSoakTests`` has those of trainings.
  private static let empty: Set = [
    "training", "training_run", "training_step", "module", "sweep_module", "logged_run",
    "run_info", "run_metric", "curve_point", "parameter", "cell.training_id", "execution.shard",
    "execution.shards",
  ]

  @Test("in any column of any table is told by doctor or verify, wherever anything follows from it")
  func everyColumn() throws {
    var random = SplitMix64(seed: 20_260_102)
    var changes: [ChangedDigits.Change] = []
    for column in try digits.columns() {
      let all = try digits.changes(of: column)
      if Self.empty.contains(column.table)
        || Self.empty.contains("\(column.table).\(column.name)")
      {
        #expect(all.isEmpty, "\(column) has numbers by now")
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
    let endings = try digits.endings(of: changes.map(\.sql))
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
    for (sql, ending) in zip(changes, try digits.endings(of: changes)) {
      #expect(ending == (Self.untoldWords.contains(sql) ? .inconclusive : .told), "\(sql)")
    }
  }
}
