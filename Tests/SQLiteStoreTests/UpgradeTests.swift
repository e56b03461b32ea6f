import Foundation
import LoRASpectra
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("Bringing a book up to date")
struct UpgradeTests {
  let folder: TemporaryFolder
  let path: String

  /// Every schema version of earlier programs.
  static let released = Migration.known.dropLast().map(\.version)
  /// The schema version of this program.
  static let current = Int64(Migration.known.count)

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("book.db")
  }

  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/books")

  /// Copies the book that the last program of a schema version wrote into the folder.
  func place(version: Int64) throws {
    try FileManager.default.copyItem(
      atPath: Self.fixtures.appending(path: "version-\(version).book").path, toPath: path)
  }

  func upgrade(_ migrations: [Migration] = Migration.known) throws -> Book {
    try Book(
      recording: path, time: openingTime, version: "9.8.7", wait: 30_000, migrations: migrations)
  }

  func files() throws -> [String] {
    // The log may stay beside a refused book.
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
  }

  /// Everything that could be read from a book before, and must be readable ever after.
  func everything(_ path: String) throws -> [[Value]] {
    let connection = try Connection(path: path, access: .reading, wait: 1000)
    let version = try connection.identity().version
    return try [
      """
      SELECT run_id, sweep_id, sweep, seed, d, k, profile, noise, rank, alpha, rule, scale, error,
        truncation_error, variance_captured, error_diverged, truncation_error_diverged,
        variance_captured_diverged, update_id, cell_id
      FROM runs ORDER BY run_id
      """,
      """
      SELECT sweep_id, sweep, seed, d, k, profile, noise, position, singular_value, update_id
      FROM spectra ORDER BY sweep_id, update_id, position
      """,
      """
      SELECT sweep_id, uuid, name, status, source, started_at, finished_at, planned_runs,
        recorded_runs, spec, tags, note, lorabook_version, lapack, host, command, processor,
        lapack_threads, jobs, generator, git_commit, failure
      FROM sweeps ORDER BY sweep_id
      """,
      // What was drawn elsewhere was said to be of a stream 'external' once.
      """
      SELECT update_id, nullif(generator, 'external'), seed,
        CASE WHEN generator <> 'external' THEN position END, d, k, prescription_id, noise
      FROM weight_update ORDER BY update_id
      """,
      """
      SELECT cell_id, sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale
      FROM cell ORDER BY cell_id
      """,
      "SELECT * FROM cell_summary ORDER BY cell_id, metric", "SELECT * FROM tag ORDER BY 1, 2",
      "SELECT * FROM sweep_profile ORDER BY 1, 2", "SELECT * FROM prescription ORDER BY 1",
      """
      SELECT sweep_id, boot_id, process_id, process_start
      FROM \(version < 3 ? "sweep" : "execution") ORDER BY sweep_id
      """,
      "SELECT seq FROM sqlite_sequence WHERE name = 'sweep'",
    ].flatMap { try connection.table($0).rows }
  }

  @Test("keeps all rows of a book of every released version", arguments: released)
  func releasedVersions(version: Int64) throws {
    try place(version: version)
    let before = try everything(path)
    #expect(before.count > 1500)
    let original = try Connection(path: path, access: .reading, wait: 0).identity()
    #expect(original.version == version)
    let book = try upgrade()
    let backup = path + ".schema-\(version).backup"
    #expect(book.upgrade?.from == version)
    #expect(book.upgrade?.backup == backup)
    #expect(book.upgrade?.applied == Migration.known.filter { $0.version > version })
    #expect(try everything(path) == before)
    #expect(try everything(backup) == before)
    #expect(try book.connection.table("PRAGMA integrity_check").rows == [[.text("ok")]])
    #expect(try book.connection.table("PRAGMA foreign_key_check").rows == [])
    #expect(try book.connection.table("PRAGMA foreign_keys").rows == [[.integer(1)]])
    #expect(try Book(reading: path).upgrade == nil)
    #expect(try upgrade().upgrade == nil)
    let mode = try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o640)
  }

  @Test("gives each run its item, or its place in its execution", arguments: released)
  func items(version: Int64) throws {
    try place(version: version)
    let connection = try upgrade().connection
    // Recorded without holes, each sweep by the execution that has its uuid.
    #expect(
      try connection.table(
        """
        SELECT sweep.source = 'sweep', count(*), count(item), count(sequence),
          sum(item IS NOT (
            SELECT count(*) FROM recording AS before
            WHERE before.sweep_id = recording.sweep_id AND before.recording_id < recording.recording_id
          )),
          sum(sequence IS NOT (
            SELECT ifnull(sum(runs), 0) FROM recording AS before
            WHERE before.sweep_id = recording.sweep_id AND before.recording_id < recording.recording_id
          )),
          sum(execution.sweep_id <> recording.sweep_id OR execution.uuid <> sweep.uuid)
        FROM recording
        JOIN sweep USING (sweep_id)
        JOIN execution USING (execution_id)
        GROUP BY 1 ORDER BY 1
        """
      ).rows == [
        // From the third version on each logged run has an execution of its own.
        (version < 3 ? [0, 9, 0, 9, 9, 0, 0] : [0, 10, 0, 10, 10, 6, 6]).map(Value.integer),
        [1, 34, 34, 0, 0, 34, 0].map(Value.integer),
      ])
    #expect(
      try connection.table(
        """
        SELECT DISTINCT source <> 'sweep', parameter_set.definition
        FROM cell JOIN sweep USING (sweep_id) LEFT JOIN parameter_set USING (parameter_set_id)
        ORDER BY 1
        """
      ).rows == [[.integer(0), .absent], [.integer(1), .text("")]])
  }

  @Test("tells cells apart by scale where rule, α and rank do not give it")
  func labelScales() throws {
    try place(version: 2)
    do {
      let connection = try Connection(path: path, access: .writing, wait: 0)
      try connection.execute(
        """
        CREATE TEMP TABLE given (rule, scale);
        INSERT INTO given VALUES
          ('lora', 8), ('lora', 8 + 1.8e-15), ('lora', 16), ('rslora', 11.313708498984760),
          ('rslora', -11.313708498984760), ('unit', 1), ('unit', 2), ('power:0.5', 11.3),
          ('power:0.5', 11.4), ('power:1', 8), ('power:x', 8), ('mine', 3);
        INSERT INTO cell (sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale)
        SELECT 5, prescription_id, 8, 8, 7, 2, 16, rule, scale
        FROM given, (SELECT prescription_id FROM cell WHERE sweep_id = 5 LIMIT 1);
        """)
    }
    let cells = try upgrade().connection.table(
      "SELECT rule, scale, label_scale FROM cell WHERE noise = 7 ORDER BY cell_id")
    let labels = cells.rows.map { row in row[2] == .absent ? nil : row[2] == row[1] }
    // The second differs from the first by rounding, and still is a cell of its own.
    #expect(
      labels == [nil, true, true, nil, true, nil, true, true, true, nil, true, true],
      "\(cells.rows)")
  }

  @Test("leaves a book of this version as it is, whoever reads it or records more into it")
  func currentVersion() throws {
    try place(version: Self.current)
    let (before, whole) = (try everything(path), try bytes(of: path))
    #expect(before.count > 1500)
    do {
      let book = try Book(reading: path)
      #expect(book.upgrade == nil)
      #expect(try book.sweepIDs() == [1, 2, 3, 4, 5])
    }
    #expect(try bytes(of: path) == whole)
    let book = try upgrade()
    #expect(book.upgrade == nil)
    #expect(try everything(path) == before)
    let grid = try Grid.small(seeds: [1])
    let writer = try SweepWriter(book, .handMade(name: "after"), grid: grid)
    try writer.record(grid.measuredUpdates())
    try writer.session.finish(.finished, at: openingTime)
    #expect(try book.connection.table("PRAGMA integrity_check").rows == [[.text("ok")]])
    #expect(try book.connection.table("PRAGMA foreign_key_check").rows == [])
    let after = try #require(try book.sweepIDs().last)
    try book.remove([after])
    // The id of a removed sweep is not given again.
    #expect(try everything(path).dropLast() == before.dropLast())
    #expect(try everything(path).last == [.integer(after)])
    #expect(try files() == ["book.db"])
  }

  @Test("knows each migration by a checksum that stays once it is released")
  func releasedChecksums() {
    // A book keeps the checksum of each applied migration, and is refused if the file has another
    // text: editing one of these files, even a comment, locks all users out of their books. Changes
    // need a new migration, whose checksum is added here when it is released.
    let released = [
      "0001_book": "ecaaa05420e62d3d5cc92a6bc249aa9384f6440c611fe387c32451c56371766f",
      "0002_packed": "1b6f3c265a794fe02387c408f9b4a8250fd852540a0d466b89732a909fdb920a",
      "0003_evidence": "cd76724c6f07b0af3c56e23af35bf932aae40130d054107dba27489185aaa561",
      "0004_logged_runs": "a1ef5e30f17135b49eec12cc30d41b5a873acb87134bd97aeaa404b5efea7ec0",
    ]
    for migration in Migration.known {
      #expect(migration.sha256 == released[migration.name], "\(migration.name)")
    }
    #expect(Migration.known.count == released.count)
  }

  @Test("leaves a schema that is the same as a new book's", arguments: released)
  func sameSchema(version: Int64) throws {
    try place(version: version)
    let fresh = try Book(
      recording: folder.file("fresh.db"), time: openingTime, version: "9.8.7")
    let schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    #expect(try upgrade().connection.table(schema).rows == fresh.connection.table(schema).rows)
  }

  @Test(
    "keeps what somebody added to a book, and says what stands in its way",
    arguments: released,
    [
      ("CREATE VIEW best AS SELECT sweep, min(error) AS least FROM runs GROUP BY sweep", true),
      ("CREATE VIEW inner_table AS SELECT count(*) FROM run", true),
      ("CREATE VIEW broken AS SELECT * FROM nowhere", true),
      ("CREATE TABLE mine (a); CREATE INDEX mine_a ON mine (a)", true),
      ("CREATE TABLE delta (a)", false), ("CREATE TABLE cell_2 (a)", false),
      ("CREATE VIEW curves AS SELECT 1", false), ("CREATE VIEW logged_runs AS SELECT 1", false),
    ])
  func addedObjects(version: Int64, added: (sql: String, isKept: Bool)) throws {
    // Tables and views that the third version brought stand in no later one's way.
    if version >= 3, !added.isKept, !added.sql.contains("logged_runs") { return }
    try place(version: version)
    let fresh = try Book(
      recording: folder.file("fresh.db"), time: openingTime, version: "9.8.7")
    let connection = try Connection(path: path, access: .writing, wait: 1000)
    try connection.execute(added.sql)
    let schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
    let before = (try everything(path), try connection.table(schema).rows)
    if added.isKept {
      let upgraded = try upgrade().connection
      #expect(try everything(path) == before.0)
      let own = try fresh.connection.table(schema).rows
      let more = try upgraded.table(schema).rows.filter { !own.contains($0) }
      #expect(more == before.1.filter { row in more.contains { $0[1] == row[1] } })
      #expect(more.count == added.sql.split(separator: ";").count)
      #expect(try upgraded.table("PRAGMA legacy_alter_table").rows == [[.integer(0)]])
      if added.sql.contains("best") {
        #expect(try upgraded.table("SELECT * FROM best").rows.count == 5)
      }
    } else {
      let error = #expect(throws: BookError.self) { try upgrade() }
      guard case .migrationFails(_, _, _, let reason)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.contains("already"))
      #expect(try everything(path) == before.0)
      #expect(try connection.table(schema).rows == before.1)
      #expect(try files() == ["book.db", "fresh.db"])
    }
  }

  @Test("that is asked to stop, wherever it is, leaves the book as it was, and no copy")
  func stopped() throws {
    try place(version: 1)
    let before = try everything(path)
    var looks = 0
    var isDone = false
    while !isDone {
      var left = looks
      do {
        let book = try Book(
          recording: path, time: openingTime, version: "9.8.7",
          shouldStop: {
            left -= 1
            return left < 0
          })
        isDone = true
        #expect(book.upgrade?.from == 1)
        #expect(try everything(path) == before)
      } catch let error as SQLiteError where error.kind == .interrupted {
        #expect(try everything(path) == before)
        #expect(try Connection(path: path, access: .reading, wait: 0).identity().version == 1)
        #expect(try files() == ["book.db"])
      }
      looks += 1
    }
    // Before the first page, between pages, in the copy's check, before the transaction, within it.
    #expect(looks > 4, "\(looks)")
  }

  @Test("gives each update's runs and spectrum of a book of the first version to who records more")
  func recordsOn() throws {
    try place(version: 1)
    let book = try upgrade()
    let grid = try Grid.small(seeds: [1])
    let writer = try SweepWriter(book, .handMade(name: "after"), grid: grid)
    try writer.record(try grid.measuredUpdates())
    let runs = try book.connection.table(
      "SELECT run_id FROM runs WHERE sweep = 'after' ORDER BY run_id"
    ).rows.compactMap { $0.first?.integer }
    #expect(runs == Array(288..<288 + Int64(grid.runCount)))
    try book.remove([1, 2, 3, 4, 5])
    for table in ["measured_run", "recording", "spectrum_block", "delta", "divergence"] {
      let elsewhere = try book.connection.table("SELECT count(*) FROM \(table)").rows
      let expected: Int64 =
        switch table {
        case "measured_run": Int64(grid.runCount)
        case "divergence": 0
        default: Int64(grid.updateCount)
        }
      #expect(elsewhere == [[.integer(expected)]], "\(table)")
    }
    #expect(try book.connection.table("PRAGMA foreign_key_check").rows == [])
  }
}
