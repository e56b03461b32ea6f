import Foundation
import LoRASpectra
import Testing

@testable import SQLiteStore

/// Tables that no command writes yet: rows are put there by SQL.
@Suite("Trained, measured and logged runs")
struct EvidenceTests {
  let open: OpenBook
  let connection: Connection

  init() throws {
    open = try OpenBook()
    connection = open.book.connection
    let grid = try Grid.handMade()
    let writer = try open.start(grid)
    try writer.record(grid.measuredUpdates())
    try writer.session.finish(.finished, at: openingTime)
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "InteropTests/Programs/fill_book.sql")
    try connection.execute(String(contentsOf: script, encoding: .utf8))
  }

  @Test("stand in a sound book, and in the views")
  func views() throws {
    #expect(try open.rows("PRAGMA foreign_key_check") == [])
    #expect(try open.rows("PRAGMA integrity_check") == [[.text("ok")]])
    #expect(
      try open.rows(
        """
        SELECT run_id, profile, seed IS NULL, source, run, optimizer, learning_rate FROM runs
        WHERE run_id IN (5, 8, 1000000) ORDER BY run_id
        """) == [
          [
            .integer(5), .text("style"), .integer(0), .text("sweep"), .absent, .text("adamw"),
            .real(0.001),
          ],
          [
            .integer(8), .text("style"), .integer(0), .text("sweep"), .text("r16"), .absent,
            .absent,
          ],
          [
            .integer(1_000_000), .text("layer.0.q_proj"), .integer(1), .text("measure"), .absent,
            .absent, .absent,
          ],
        ])
    #expect(
      try open.rows("SELECT run_id, status, final_loss, share FROM trainings")
        == [[.integer(5), .text("learned"), .real(0.25), .real(0.98)]])
    #expect(
      try open.rows("SELECT run_id, step, loss, learning_rate FROM curves ORDER BY step") == [
        [.integer(5), .integer(0), .real(12.5), .real(0)],
        [.integer(5), .integer(300), .real(0.25), .absent],
      ])
    #expect(
      try open.rows("SELECT step, metric, value, diverged FROM metrics ORDER BY metric, step") == [
        [.absent, .text("accuracy"), .real(0.1 + 0.2), .absent],
        [.absent, .text("eval_loss"), .absent, .text("nan")],
        [.integer(100), .text("eval_loss"), .real(1.0 / 3), .absent],
        [.integer(200), .text("eval_loss"), .absent, .text("-inf")],
      ])
    #expect(
      try open.rows("SELECT name, value, kind FROM params WHERE run_id = 8 ORDER BY kind, name")
        == [
          ["epochs", "3", "info"], ["host", "a,b", "info"], ["lr", "0.0002", "param"],
          ["task", "sst2", "param"],
        ].map { $0.map(Value.text) })
    #expect(
      try open.rows("SELECT module, kind, file, adapter_alpha, adapter_scale, rank_99 FROM modules")
        == [
          [
            .text("layer.0.q_proj"), .text("adapter"), .text("adapter.safetensors"), .real(32),
            .real(2), .integer(2),
          ]
        ])
    #expect(
      try open.rows("SELECT profile, position, singular_value FROM spectra WHERE sweep = 'real'")
        == [
          [.text("layer.0.q_proj"), .integer(1), .real(3.5)],
          [.text("layer.0.q_proj"), .integer(2), .real(0.1 + 0.2)],
        ])
    #expect(
      try open.rows("SELECT shard, shards FROM executions WHERE sweep = 'real'")
        == [[.integer(1), .integer(4)]])
  }

  static let contradictions = [
    "UPDATE training_run SET diverged_at = 3", "UPDATE training_run SET status = 'diverged'",
    "UPDATE training SET samples = 5", "UPDATE training SET learning_rate = 0",
    "UPDATE curve_point SET value = 1", "UPDATE run_metric SET diverged = 'nan'",
    "UPDATE module SET kind = 'matrix'", "UPDATE module SET adapter_scale = NULL",
    "UPDATE execution SET shard = 5 WHERE shard = 1", "UPDATE execution SET shards = NULL",
    "UPDATE origin SET content = NULL, generator = 'g' WHERE content IS NOT NULL",
    "UPDATE origin SET position = NULL", "UPDATE origin SET k = NULL",
    "INSERT INTO origin (d, k, content) SELECT d, k, content FROM origin WHERE content IS NOT NULL",
    "INSERT INTO origin (prescription_id, d, k, noise) VALUES (1, 3, 3, 0), (1, 3, 3, 0)",
    "INSERT INTO origin DEFAULT VALUES; INSERT INTO origin DEFAULT VALUES",
    "INSERT INTO delta (origin_id) VALUES (1), (1)",
    "INSERT INTO delta (origin_id, seed) SELECT origin_id, seed FROM delta",
    "UPDATE recording SET sequence = 1", "UPDATE recording SET item = NULL",
    "UPDATE recording SET item = 1", "UPDATE cell SET rank = NULL WHERE cell_id = 1",
    "UPDATE cell SET alpha = NULL WHERE cell_id = 1",
    "UPDATE cell SET label_scale = scale + 1 WHERE cell_id = 1",
    "INSERT INTO cell (sweep_id, d, k, rank, rule, scale) SELECT sweep_id, d, k, rank, rule, scale FROM cell WHERE prescription_id IS NULL",
    "INSERT INTO logged_run SELECT 9, sweep_id, name, execution_id, status, '', NULL, '' FROM logged_run",
    "UPDATE logged_run SET status = 'interrupted'", "INSERT INTO metric (metric) VALUES ('error')",
    "INSERT INTO sweep_module SELECT sweep_id, 1, name, update_id, file, NULL, NULL, NULL FROM sweep_module",
  ]

  @Test("are refused where they contradict themselves or are there", arguments: contradictions)
  func contradiction(sql: String) {
    #expect(throws: SQLiteError.self) { try connection.execute(sql) }
  }

  @Test("may lack every setting where they were logged")
  func absentSettings() throws {
    try connection.execute("INSERT INTO cell (sweep_id, parameter_set_id) VALUES (1, 100)")
    #expect(throws: SQLiteError.self) {
      try connection.execute("INSERT INTO cell (sweep_id, parameter_set_id) VALUES (1, 100)")
    }
    #expect(throws: SQLiteError.self) {
      try connection.execute("INSERT INTO cell (sweep_id) VALUES (1)")
    }
    // An adapter's scale follows from its files, so that no α goes with the rule 'unit'.
    #expect(try open.value("SELECT alpha FROM cell WHERE rule = 'unit'") == .absent)
  }

  @Test("leave nothing behind when their sweeps are removed but what every book has")
  func removed() throws {
    let new = try OpenBook()
    let tables = try open.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).compactMap(\.first?.text)
    #expect(tables.count > 20)
    try open.book.remove(open.book.sweepIDs())
    for table in tables {
      let rows = try open.rows("SELECT * FROM \(table) ORDER BY 1")
      #expect(try rows == new.rows("SELECT * FROM \(table) ORDER BY 1"), "\(table)")
    }
  }

  @Test("keep a module's update while another sweep has it")
  func sharedModule() throws {
    try connection.execute(
      """
      INSERT INTO sweep (uuid, name, source, status, started_at, planned_runs, spec)
      SELECT upper(uuid), 'again', source, status, started_at, 0, spec FROM sweep WHERE name = 'real';
      INSERT INTO sweep_module
      SELECT (SELECT sweep_id FROM sweep WHERE name = 'again'), 0, 'another name', update_id, 'copy', NULL, NULL, NULL
      FROM sweep_module;
      """)
    try open.book.remove([open.book.sweepID("real")])
    #expect(try open.rows("SELECT module FROM modules") == [[.text("another name")]])
    #expect(
      try open.value("SELECT count(*) FROM spectrum WHERE update_id = 1000") == .integer(2))
    try open.book.remove([open.book.sweepID("again")])
    #expect(try open.value("SELECT count(*) FROM origin WHERE content IS NOT NULL") == .integer(0))
  }
}
