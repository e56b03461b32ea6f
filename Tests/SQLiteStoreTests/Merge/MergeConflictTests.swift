import Foundation
import LoRASpectra
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("A merge with what is there already")
struct MergeConflictTests {
  let folder: TemporaryFolder
  let ours: Book
  let theirs: Book

  /// Two books of the same sweeps, a computed one and a logged one.
  init() throws {
    folder = try TemporaryFolder()
    var generator = SplitMix64(seed: 3)
    let world = try MergeWorld(using: &generator)
    let books = try ["ours.db", "theirs.db"].map { [folder] in
      try Book(recording: folder.file($0), time: openingTime, version: "9.8.7")
    }
    (ours, theirs) = (books[0], books[1])
    for book in books {
      try world.record(
        [.init(sweep: 0, pieces: 2), .init(sweep: 1, pieces: 3)], in: book, using: &generator)
    }
  }

  private func change(_ sql: String) throws { try theirs.connection.execute(sql) }

  private func merge() throws -> [MergedSweep] {
    try ours.merge([theirs.path], time: openingTime, version: "9.8.7")
  }

  /// Sweep 0 is the computed one, sweep 1 the logged one.
  private static func run(_ sweep: Int, _ number: Int) -> String {
    """
    (SELECT run_id FROM runs WHERE sweep = 'sweep \(sweep)' AND error > 0.1
      ORDER BY run_id LIMIT 1 OFFSET \(number))
    """
  }

  static let contradictions = [
    ("error", "UPDATE measured_run SET error = error + 1e-6 WHERE run_id = \(run(0, 7))"),
    ("error", "UPDATE measured_run SET error = error * (1 + 4e-16) WHERE run_id = \(run(1, 7))"),
    (
      "error",
      "UPDATE measured_run SET error = NULL WHERE run_id = \(run(1, 3))"
    ),
    (
      "not recorded here and nan there",
      """
      INSERT INTO divergence SELECT run_id, 'truncation_error', 'nan' FROM run
      WHERE truncation_error IS NULL AND truncation_error_diverged IS NULL LIMIT 1
      """
    ),
    (
      "here and -inf there",
      "UPDATE divergence SET value = '-inf' WHERE value <> '-inf'"
    ),
    ("singular value 1", "UPDATE spectrum_block SET s1 = s1 * (1 + 1e-8) WHERE rowid % 3 = 0"),
    ("singular values", "UPDATE spectrum_block SET s4 = NULL"),
    ("spec", "UPDATE sweep SET spec = 'seeds: [7]' WHERE source = 'sweep'"),
    ("start", "UPDATE sweep SET started_at = '2020-01-01T00:00:00.000Z' WHERE source = 'log'"),
    ("source", "UPDATE sweep SET source = 'import' WHERE source = 'log'"),
    ("other settings", "UPDATE origin SET generator = 'another' WHERE generator IS NOT NULL"),
    ("other settings", "UPDATE cell SET alpha = alpha * 2 WHERE sweep_id = 1"),
    ("other settings", "UPDATE cell SET scale = scale * 2, label_scale = scale * 2"),
    ("other settings", "UPDATE parameter_set SET definition = 'another'"),
    ("other settings", "UPDATE delta SET seed = seed + 50"),
    ("other settings", "UPDATE prescription SET definition = definition || '2'"),
  ]

  @Test("that it contradicts is refused as a whole, and says where", arguments: contradictions)
  func contradiction(word: String, sql: String) throws {
    try change(sql)
    // Sweeps without a conflict are not merged either.
    let grid = try Grid.small(seeds: [1])
    try SweepWriter(theirs, .handMade(name: "new"), grid: grid).record(grid.updatesByIdentity())
    let before = try (BookContent.of(ours.path), bytes(of: ours.path))
    let merged = try merge()
    let conflicts = merged.filter { $0.outcome == .conflict }
    #expect(!conflicts.isEmpty, "\(merged)")
    #expect(conflicts.contains { $0.remark.contains(word) }, "\(conflicts)")
    #expect(merged.last?.outcome == .added)
    let after = try (BookContent.of(ours.path), bytes(of: ours.path))
    #expect(after == before)
  }

  static let agreements = [
    "UPDATE measured_run SET error = error * (1 + 1e-14) WHERE run_id = \(run(0, 7))",
    "UPDATE spectrum_block SET s1 = s1 * (1 + 1e-12)",
    "UPDATE sweep SET status = 'running', finished_at = NULL WHERE source = 'sweep'",
    "UPDATE execution SET lapack = 'another', host = 'elsewhere'",
  ]

  @Test("that differs by rounding or by who computed it is none", arguments: agreements)
  func agreement(sql: String) throws {
    try change(sql)
    let before = try BookContent.of(ours.path)
    #expect(try merge().map(\.outcome) == [.present, .present])
    #expect(try BookContent.of(ours.path) == before)
  }

  @Test("keeps the name, note and tags that are here, and says so")
  func edits() throws {
    let id = try theirs.sweepID("sweep 0")
    try theirs.edit(id, SweepEdit(name: "renamed", note: "noted", tags: ["tagged"]))
    let before = try BookContent.of(ours.path)
    let merged = try merge().first { $0.name == "sweep 0" }
    #expect(merged?.outcome == .present)
    #expect(merged?.remark == "keeps its name, note, and tags here")
    #expect(try BookContent.of(ours.path) == before)
    #expect(try ours.sweepID("sweep 0") > 0)
  }

  @Test(
    "of two copies that were both logged to has the runs of both, whichever is merged into which")
  func divergedLogs() throws {
    for (book, error) in [(ours, 0.25), (theirs, 0.5)] {
      let origin = ExternalOrigin(
        source: .log, lorabookVersion: "9.8.7", host: "there", command: "lorabook log",
        makeUUID: { NewSweep.handMade(name: "").uuid }, now: { openingTime })
      _ = try ExternalRunWriter.record(in: book, origin, mayAppend: true) {
        try $0.add(
          ExternalRun(
            seed: 1, shape: Shape(d: 8, k: 6), profile: "p", noise: nil, rank: 1, alpha: 16,
            rule: "lora", scale: 8, [.error: error]),
          to: "sweep 1")
      }
    }
    for (book, other) in [(ours, theirs), (theirs, ours)] {
      let merged = try book.merge([other.path], time: openingTime, version: "9.8.7")
      let logged = merged.first { $0.name == "sweep 1" }
      #expect(logged?.outcome == .extended && logged?.newRuns == 1, "\(merged)")
    }
    for book in [ours, theirs] {
      let errors = try book.connection.table(
        "SELECT error FROM runs WHERE profile = 'p' AND rank = 1 AND sweep = 'sweep 1' AND error IN (0.25, 0.5) ORDER BY 1"
      ).rows
      #expect(errors == [[.real(0.25)], [.real(0.5)]])
      try SummaryExpectation.check(book)
    }
    #expect(try merge().allSatisfy { $0.outcome == .present })
  }

  @Test("into a book whose recordings count impossible runs is refused as damaged")
  func impossibleCounts() throws {
    try ours.connection.execute(
      "UPDATE recording SET runs = 9223372036854775807 WHERE sequence > 0")
    #expect(throws: SQLiteError.self) { try merge() }
  }

  @Test("never takes a sweep that is recorded here further")
  func recordedHere() throws {
    let grid = try Grid.handMade(seeds: [70])
    let updates = try grid.updatesByIdentity()
    let uuid = "00000000-0000-4000-8000-000000000099"
    let here = try SweepWriter(ours, .handMade(name: "live", uuid: uuid), grid: grid)
    try here.record(Array(updates.prefix(2)))
    let there = try SweepWriter(theirs, .handMade(name: "live", uuid: uuid), grid: grid)
    try there.record(Array(updates.prefix(2)))
    #expect(try merge().map(\.outcome) == [.present, .present, .present])
    try there.record(Array(updates.dropFirst(2)))
    try there.session.finish(.finished, at: openingTime)
    let conflict = try merge().last
    #expect(conflict?.outcome == .conflict)
    #expect(conflict?.remark.contains("is being recorded here") == true)
    // Recording continues as before.
    try here.record(Array(updates.dropFirst(2)))
    try here.session.finish(.finished, at: openingTime)
    #expect(try merge().map(\.outcome) == [.present, .present, .present])
    try SummaryExpectation.check(ours)
  }

  @Test("gives a name that another sweep has a number, and says so")
  func names() throws {
    for (book, uuid) in [(ours, "a"), (theirs, "b")] {
      let grid = try Grid.small(seeds: [1], tags: ["one", "two"], note: "a note")
      let uuid = String(repeating: uuid, count: 8) + "-0000-4000-8000-000000000000"
      try SweepWriter(book, .handMade(name: "same", uuid: uuid), grid: grid)
        .record(grid.updatesByIdentity())
    }
    let merged = try merge().last
    #expect(merged?.name == "same-2")
    #expect(merged?.remark == "renamed: another sweep is called 'same' here")
    let row = try ours.sweep(ours.sweepID("same-2"))
    #expect(row.value("tags", in: row.rows[0]) == .text("one,two"))
    #expect(row.value("note", in: row.rows[0]) == .text("a note"))
    // A sweep that is running elsewhere is not running here.
    #expect(row.value("status", in: row.rows[0]) == .text("interrupted"))
    #expect(try merge().last?.outcome == .present)
  }

  static let damages = [
    "UPDATE sweep SET uuid = '../../../../../../../../../../../..' || sweep_id",
    "UPDATE sweep SET uuid = upper('abcdefab') || substr(uuid, 9)",
    "PRAGMA foreign_keys = OFF; DELETE FROM prescription",
    "PRAGMA foreign_keys = OFF; DELETE FROM delta",
    "PRAGMA foreign_keys = OFF; DELETE FROM cell",
    "PRAGMA foreign_keys = OFF; DELETE FROM execution",
    "PRAGMA foreign_keys = OFF; DELETE FROM parameter_set",
    "PRAGMA foreign_keys = OFF; UPDATE cell SET sweep_id = 3 - sweep_id WHERE rank = 1",
    "UPDATE spectrum_block SET s2 = s1 * 2",
    "PRAGMA ignore_check_constraints = ON; UPDATE delta SET seed = -1 - seed",
    "UPDATE recording SET runs = 9223372036854775807",
  ]

  @Test("takes nothing from a file that no lorabook has left so", arguments: damages)
  func damaged(sql: String) throws {
    try change(sql)
    let fresh = try Book(
      recording: folder.file("fresh.db"), time: openingTime, version: "9.8.7")
    let before = try BookContent.of(fresh.path)
    #expect(throws: (any Error).self) {
      _ = try fresh.merge([theirs.path], time: openingTime, version: "9.8.7")
    }
    #expect(try BookContent.of(fresh.path) == before)
  }

  @Test("takes no sweep under a name that could not be asked for")
  func unusableName() throws {
    try change("UPDATE sweep SET name = '12' WHERE source = 'log'")
    let fresh = try Book(
      recording: folder.file("fresh.db"), time: openingTime, version: "9.8.7")
    let merged = try fresh.merge([theirs.path], time: openingTime, version: "9.8.7")
    #expect(merged.first { $0.outcome == .conflict }?.remark.contains("sweep's id") == true)
    #expect(try fresh.sweepIDs() == [])
  }

  @Test("reads books of every released version, in a copy", arguments: UpgradeTests.released)
  func olderBook(version: Int64) throws {
    let older = folder.file("older.db")
    let fixture = UpgradeTests.fixtures.appending(path: "version-\(version).book")
    try FileManager.default.copyItem(atPath: fixture.path, toPath: older)
    let before = try bytes(of: older)
    let fresh = try Book(
      recording: folder.file("fresh.db"), time: openingTime, version: "9.8.7")
    let merged = try fresh.merge([older], time: openingTime, version: "9.8.7")
    #expect(merged.map(\.outcome) == Array(repeating: .added, count: 5))
    #expect(try bytes(of: older) == before)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!files.contains { $0.contains("merge-") || $0.contains("backup") }, "\(files)")
    let upgraded = try Book(recording: older, time: openingTime, version: "9.8.7")
    #expect(try BookContent.of(fresh.path) == BookContent.of(upgraded.path))
  }
}
