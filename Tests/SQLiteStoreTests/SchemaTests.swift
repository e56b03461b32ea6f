import Foundation
import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("The schema")
struct SchemaTests {
  let open: OpenBook

  init() throws { open = try OpenBook() }

  @Test("makes every table STRICT")
  func everyTableIsStrict() throws {
    let tables = try open.rows(
      """
      SELECT name, strict FROM pragma_table_list
      WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name
      """)
    #expect(tables.count >= 10)
    for table in tables { #expect(table.last == .integer(1), "\(table)") }
  }

  @Test("has the public views with the promised columns first and in their order")
  func viewsHaveThePromisedColumns() throws {
    let promised = [
      "runs":
        "run_id sweep_id sweep seed d k profile noise rank alpha rule scale error "
        + "truncation_error variance_captured error_diverged truncation_error_diverged "
        + "variance_captured_diverged update_id cell_id recording_id source run optimizer "
        + "learning_rate",
      "sweeps":
        "sweep_id uuid name status source started_at finished_at planned_runs recorded_runs spec "
        + "tags note lorabook_version lapack host command",
      "spectra": "sweep_id sweep seed d k profile noise position singular_value",
      "trainings":
        "run_id sweep_id sweep seed d k profile noise rank alpha rule scale optimizer "
        + "learning_rate lr_ratio momentum nesterov beta1 beta2 eps weight_decay schedule warmup "
        + "steps init init_seed inputs samples batch data_seed record divergence status "
        + "diverged_at final_loss final_error best_error best_step truncation_error "
        + "variance_captured loss_floor share regret steps_to_half steps_to_90 steps_to_99 "
        + "sharpness_start sharpness_end",
      "curves":
        "run_id sweep_id sweep step learning_rate loss train_loss error energy_recovered "
        + "grad_norm_a grad_norm_b norm_a norm_b adapter_norm step_change step_cosine step_gain "
        + "alignment_out alignment_in",
      "metrics": "run_id sweep_id sweep step metric value diverged",
      "params": "run_id sweep_id sweep name value kind",
      "modules":
        "sweep_id sweep update_id module d k kind file sha256 base_file base_sha256 dtype "
        + "frobenius_norm base_norm rounding_floor adapter_rank adapter_alpha adapter_rule "
        + "adapter_scale stable_rank effective_rank rank_90 rank_95 rank_99 noise_rank",
      "executions":
        "execution_id sweep_id sweep uuid shard shards started_at finished_at host processor "
        + "lapack lapack_threads jobs generator lorabook_version git_commit command",
      "logged_runs": "run_id sweep_id sweep run status started_at finished_at note execution_id",
    ]
    for (view, columns) in promised {
      let found = try open.rows("SELECT name FROM pragma_table_info('\(view)')")
        .compactMap(\.first?.text)
      let expected = columns.split(separator: " ").map(String.init)
      // An additional column between the promised ones of `sweeps` would break clients that read by
      // number.
      #expect(Array(found.prefix(expected.count)) == expected, "\(view)")
    }
  }

  @Test("says whose file it is and how many migrations it has seen")
  func fileSaysWhatItIs() throws {
    #expect(try open.value("PRAGMA application_id") == .integer(0x4c6f_5241))
    #expect(try open.value("PRAGMA user_version") == .integer(Int64(Migration.known.count)))
    #expect(try open.value("PRAGMA journal_mode") == .text("wal"))
  }

  @Test("is reached over connections that enforce foreign keys and sync every commit")
  func connectionsAreConfigured() throws {
    for book in [open.book, try Book(reading: open.path)] {
      func pragma(_ name: String) throws -> Value? {
        try book.connection.table("PRAGMA \(name)").rows.first?.first
      }
      #expect(try pragma("foreign_keys") == .integer(1))
      #expect(try pragma("synchronous") == .integer(2))
      #expect(try pragma("journal_size_limit") == .integer(64 << 20))
      #expect(try pragma("trusted_schema") == .integer(0))
      #expect(try pragma("busy_timeout") == .integer(30_000))
    }
  }

  @Test("cannot be changed over a connection for reading")
  func readingConnectionsChangeNothing() throws {
    let book = try Book(reading: open.path)
    #expect(throws: SQLiteError.self) {
      try book.connection.execute("INSERT INTO prescription (definition) VALUES ('flat:1')")
    }
  }

  @Test("records each migration with the SHA-256 of its file")
  func migrationsAreRecorded() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "migrations")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".sql") }.sorted()
    let expected = try files.enumerated().map { index, name in
      let sum = try ProgramOutput(["sha256sum", folder.appending(path: name).path])
      return [
        Value.integer(Int64(index) + 1), .text(String(name.dropLast(4))),
        .text(String(sum.text.prefix(64))), .text(openingTime), .text("9.8.7"),
      ]
    }
    #expect(!expected.isEmpty)
    let recorded = try open.rows(
      "SELECT version, name, sha256, applied_at, lorabook_version FROM migration ORDER BY version")
    #expect(recorded == expected)
  }

  @Test("is known for every version as its migrations make it")
  func releasedSchemas() throws {
    let versions = Migration.known.indices.map { Array(Migration.known[...$0]) }
    #expect(!versions.isEmpty)
    #expect(
      try versions.map { try BookSchema.made(by: $0).objects }
        == BookSchema.released.map(\.objects))
  }

  @Test("stands in schema.sql as a new book has it")
  func schemaFile() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "schema.sql")
    let connection = try Connection(inMemory: ())
    try connection.execute(String(contentsOf: file, encoding: .utf8))
    let made = try BookSchema(open.book.connection).objects
    #expect(made.count > 40)
    #expect(try BookSchema(connection).objects == made)
  }

  @Test("lets every statement that the store holds prepare on a fresh book")
  func everyStatementPrepares() throws {
    #expect(Statements.all.count >= 25)
    for script in Statements.all {
      let connection = try Connection(path: open.path, access: .writing, wait: 1000)
      try TableFunction.register(on: connection)
      var count = 0
      var rest = script
      while case let (statement?, tail) = try Statement.first(of: rest, on: connection) {
        // The rest of a script may use a temporary object that it created.
        if rest.dropLast(tail.count).contains("CREATE TEMP ") { _ = try statement.step() }
        count += 1
        rest = tail
      }
      #expect(count > 0, "\(script)")
    }
  }

  @Test("numbers the parameters of every statement as SQLite does")
  func parametersAreNumbered() throws {
    #expect(Statements.parameters.contains { $0.names.count > 5 })
    for (sql, names) in Statements.parameters where !names.isEmpty {
      let connection = try Connection(path: open.path, access: .writing, wait: 1000)
      let (statement, rest) = try Statement.first(of: sql, on: connection)
      // Binding by number is for scripts of one statement.
      if rest.isEmpty || rest == "\n" { #expect(statement?.parameters == names, "\(sql)") }
    }
    // One function binds both.
    typealias Find = Statements.FindOrigin
    typealias Insert = Statements.InsertOrigin
    #expect(Find.generator == Insert.generator && Find.position == Insert.position)
    #expect(Find.d == Insert.d && Find.k == Insert.k && Find.noise == Insert.noise)
    #expect(Find.prescriptionID == Insert.prescriptionID)
    typealias FindCell = Statements.FindCell
    typealias InsertCell = Statements.InsertCell
    #expect(FindCell.count + 1 == InsertCell.count && InsertCell.scale == InsertCell.count)
    #expect(FindCell.sweepID == InsertCell.sweepID && FindCell.noise == InsertCell.noise)
    #expect(FindCell.prescriptionID == InsertCell.prescriptionID)
    #expect(FindCell.d == InsertCell.d && FindCell.k == InsertCell.k)
    #expect(FindCell.rank == InsertCell.rank && FindCell.alpha == InsertCell.alpha)
    #expect(FindCell.rule == InsertCell.rule && FindCell.labelScale == InsertCell.labelScale)
    #expect(FindCell.parameterSetID == InsertCell.parameterSetID)
  }

  @Test("lets no statement bind a value into a column of another type")
  func typesAreKept() throws {
    #expect(throws: SQLiteError.self) {
      try open.book.connection.run(
        Statements.insertProfile,
        ["sweep_id": .integer(1), "prescription_id": .integer(1), "label": .absent])
    }
    #expect(throws: SQLiteError.self) {
      try open.book.connection.run(
        Statements.insertProfile,
        ["sweep_id": .text("one"), "prescription_id": .integer(1), "label": .text("a")])
    }
  }
}

@Suite("A diverged measurement")
struct DivergedMeasurementTests {
  let open: OpenBook
  let connection: Connection

  init() throws {
    open = try OpenBook()
    let grid = try Grid.small(seeds: [1])
    try open.start(grid).record(try grid.measuredUpdates())
    connection = open.book.connection
  }

  @Test(
    "is named where the number is NULL",
    arguments: ["nan", "inf", "-inf"], ["error", "truncation_error", "variance_captured"])
  func divergedIsNamed(name: String, metric: String) throws {
    try connection.execute(
      """
      UPDATE measured_run SET \(metric) = NULL WHERE run_id = 1;
      INSERT INTO divergence VALUES (1, '\(metric)', '\(name)')
      """)
    let row = try open.rows("SELECT \(metric), \(metric)_diverged FROM runs ORDER BY run_id").first
    #expect(row == [.absent, .text(name)])
    var columns: [String] = []
    var exported: [Value] = []
    try ReadOnlySession(open.book).export(.runs, sweeps: [1], begin: { columns = $0 }) {
      if exported.isEmpty { exported = try $0.row }
    }
    let column = try #require(columns.firstIndex(of: metric))
    #expect(exported[column] == .text(name))
  }

  @Test(
    "is refused under any other name, and of a metric or a run that is not there",
    arguments: ["error", "truncation_error", "variance_captured"])
  func contradictionsAreRefused(metric: String) throws {
    for sql in [
      "INSERT INTO divergence VALUES (1, '\(metric)', 'NaN')",
      "INSERT INTO divergence VALUES (1, '\(metric)s', 'nan')",
      "INSERT INTO divergence VALUES (1000, '\(metric)', 'nan')",
      "UPDATE measured_run SET \(metric) = 'nan' WHERE run_id = 1",
    ] {
      #expect(throws: SQLiteError.self, "\(sql)") { try connection.execute(sql) }
    }
  }

  @Test("is not the same as one that was not recorded")
  func absentIsNotDiverged() throws {
    try connection.execute("UPDATE measured_run SET variance_captured = NULL WHERE run_id = 1")
    let row = try open.rows(
      "SELECT variance_captured, variance_captured_diverged FROM runs ORDER BY run_id"
    ).first
    #expect(row == [.absent, .absent])
  }
}
