import LoRASpectra
import SpecFiles
import Testing

@testable import SQLiteStore

@Suite("The writer of trained items")
struct TrainedItemWriterTests {
  let open: OpenBook
  let grid: TrainingGrid
  let items: [TrainedItem]

  init() throws {
    open = try OpenBook()
    grid = try TrainingGrid.handMade()
    items = try grid.inventedItems()
  }

  /// A sweep's row, execution and profiles, and its writer.
  private func begin(_ sweepID: Int64) throws -> TrainedItemWriter {
    let connection = open.book.connection
    let uuid = "0000000\(sweepID)-0000-0000-0000-000000000000"
    try connection.execute(
      """
      INSERT INTO sweep (sweep_id, uuid, name, source, status, started_at, planned_runs, spec)
      VALUES (\(sweepID), '\(uuid)', 'trained \(sweepID)', 'train', 'running', '2026', \(grid.runCount), '');
      INSERT INTO execution (execution_id, uuid, sweep_id, started_at, lorabook_version, host, command)
      VALUES (\(sweepID), '\(uuid)', \(sweepID), '2026', '1', 'h', 'c');
      """)
    let prescriptions = try grid.spec.sweep.profiles.map { profile in
      let id = try connection.prescriptionID(profile.definition)
      try connection.run(
        Statements.insertProfile,
        [
          "sweep_id": .integer(sweepID), "prescription_id": .integer(id),
          "label": .text(profile.label),
        ])
      return id
    }
    return try TrainedItemWriter(
      connection, sweepID: sweepID, executionID: sweepID, prescriptions: prescriptions)
  }

  private func write(_ items: [TrainedItem], _ writer: TrainedItemWriter) throws {
    let runs = try RunWriter(open.book.connection)
    try open.book.connection.transaction {
      try runs.begin()
      try writer.write(items, with: runs)
    }
  }

  @Test("gives every setting and summary back to the bit")
  func summariesReadBack() throws {
    try write(items, begin(1))
    #expect(grid.runCount == 2 * 2 * 2 * 3 * 2 * 2)
    let rows = try open.book.connection.table("SELECT * FROM trainings ORDER BY run_id")
    var expected: [[String: Value]] = []
    for item in items {
      for run in item.runs {
        var row = item.item.settings.recordedColumns(learningRate: run.point.learningRate)
        row["sharpness"] = nil
        for (name, value) in run.summary.columns where name != "initial_loss" { row[name] = value }
        row["seed"] = .integer(Int64(item.item.update.identity.seed))
        row["rank"] = .integer(Int64(item.item.rank))
        row["alpha"] = .real(run.point.alpha)
        row["rule"] = .text("\(run.point.rule)")
        row["profile"] = .text(item.item.update.profile.label)
        expected.append(row)
      }
    }
    #expect(rows.rows.count == expected.count)
    for (row, expected) in zip(rows.rows, expected) {
      for (name, value) in expected {
        #expect(rows.value(name, in: row) == value, "\(name)")
      }
    }
  }

  @Test("gives every point of a curve back to the bit, and none that there was not")
  func curvesReadBack() throws {
    try write(items, begin(1))
    let table = try open.book.connection.table("SELECT * FROM curves ORDER BY run_id, step")
    let points = items.flatMap { $0.runs.flatMap(\.curve) }
    #expect(points.count > 100)
    #expect(table.rows.count == points.count)
    for (row, point) in zip(table.rows, points) {
      #expect(table.value("step", in: row) == .integer(Int64(point.step)))
      for column in CurveColumn.allCases {
        #expect(
          table.value(column.rawValue, in: row) == point[column].map(Value.real) ?? .absent,
          "\(column)")
      }
    }
  }

  @Test("records a training that diverged as nan, with its step and no final loss")
  func diverged() throws {
    try write(items, begin(1))
    let diverged = items.flatMap(\.runs).count { $0.summary.status == .diverged }
    #expect(diverged > 0)
    #expect(
      try open.value(
        """
        SELECT count(*) FROM runs JOIN trainings ON trainings.run_id = runs.run_id
        WHERE status = 'diverged' AND error IS NULL AND error_diverged = 'nan' AND diverged_at = 7
          AND final_loss IS NULL AND share IS NULL AND regret IS NULL AND runs.optimizer = trainings.optimizer
        """) == .integer(Int64(diverged)))
    #expect(
      try open.value("SELECT count(*) FROM divergence") == .integer(Int64(diverged)))
  }

  @Test("shares settings, updates and spectra between sweeps, and cells with none")
  func shared() throws {
    try write(items, begin(1))
    let tables = ["training", "delta", "spectrum_block", "origin", "prescription"]
    let before = try tables.map { try open.value("SELECT count(*) FROM \($0)") }
    let cells = try open.value("SELECT count(*) FROM cell")
    // Two ranks, two optimizers and three rates at two alphas and rules, for one profile.
    #expect(cells == .integer(2 * 2 * 2 * 3 * 2))
    #expect(before[0] == .integer(2 * 3))
    try write(items, begin(2))
    #expect(try tables.map { try open.value("SELECT count(*) FROM \($0)") } == before)
    #expect(try open.value("SELECT count(*) FROM cell") == .integer(2 * 2 * 2 * 2 * 3 * 2))
    #expect(
      try open.rows(
        "SELECT count(*), count(DISTINCT cell_id), min(learning_rate), max(learning_rate) FROM runs WHERE sweep_id = 2"
      ) == [[.integer(96), .integer(48), .real(0.01), .real(1)]])
  }

  @Test("continues after a transaction that was rolled back as if it had not been")
  func rolledBack() throws {
    struct Stop: Error {}
    let writer = try begin(1)
    try write(Array(items.prefix(1)), writer)
    let runs = try open.rows("SELECT * FROM runs ORDER BY run_id")
    #expect(throws: Stop.self) {
      let writes = try RunWriter(open.book.connection)
      try open.book.connection.transaction {
        try writes.begin()
        try writer.write(Array(items.dropFirst()), with: writes)
        throw Stop()
      }
    }
    writer.forget()
    #expect(try open.rows("SELECT * FROM runs ORDER BY run_id") == runs)
    #expect(try open.rows("PRAGMA foreign_key_check") == [])
    try write(Array(items.dropFirst()), writer)
    #expect(
      try open.rows("SELECT item, runs FROM recording ORDER BY item")
        == items.indices.map { [.integer(Int64($0)), .integer(12)] })
    // Each cell has both seeds in its sums, except for the values that are not finite.
    #expect(
      try open.value(
        "SELECT count(*) FROM cell_summary WHERE metric = 'truncation_error' AND n = 2")
        == .integer(48))
  }

  @Test("of the same item twice is refused by the book")
  func twice() throws {
    let writer = try begin(1)
    try write(Array(items.prefix(1)), writer)
    #expect(throws: SQLiteError.self) { try write(Array(items.prefix(1)), writer) }
  }

  @Test("has a canonical spec that is read back as it was")
  func canonicalSpec() throws {
    var spec = TrainingSpec.signal
    try spec.set(.initSeed, to: ["7"], readingFile: { _ in "" })
    try spec.set(.record, to: ["0", "5", "10"], readingFile: { _ in "" })
    try spec.set(.sharpness, to: ["true"], readingFile: { _ in "" })
    for spec in [spec, .signal] {
      let entries = try SpecText(SpecText.canonical(spec), fields: TrainingSpec.fields).entries
      var again = TrainingSpec.signal
      for field in TrainingSpec.gridFields {
        guard let entry = entries[field] else {
          #expect(spec.items(of: field).isEmpty)
          continue
        }
        try again.set(field, to: entry.items.map(\.text), readingFile: { _ in "" })
      }
      #expect(again == spec)
    }
    #expect(throws: SpecTextError.self) { try SpecText("momentum: 0.9\n") }
  }
}

extension TrainingGrid {
  /// 2 seeds × 1 profile × 2 ranks × 2 optimizers = 8 items, each with 1 alpha × 2 × 2 rules and
  /// alphas and 3 rates.
  static func handMade() throws -> TrainingGrid {
    var spec = TrainingSpec.signal
    spec.sweep.seeds = [3, 4]
    spec.sweep.shapes = [Shape(d: 5, k: 4)]
    spec.sweep.profiles = [.style]
    spec.sweep.ranks = [1, 3]
    spec.sweep.alphas = [16, 0.1]
    spec.learningRates = [0.01, 0.1, 1]
    spec.shared.steps = 9
    return try TrainingGrid(spec)
  }

  /// Every item with invented numbers that need all their digits; at the largest rate it diverged.
  func inventedItems() throws -> [TrainedItem] {
    let spectrum = try Spectrum(singularValues: [4.7, 1.0 / 3, 0.1, 1e-17])
    var number = 0.1
    func next() -> Double {
      number = (number * 1.37 + 1.0 / 3).truncatingRemainder(dividingBy: 5)
      return number
    }
    return (0..<grid.streamCount).flatMap { index in
      items(ofStreamAt: index).map { item in
        TrainedItem(
          item: item, spectrum: spectrum,
          runs: points(rank: item.rank).map { point in
            var summary = TrainingSummary()
            let measured = spectrum.measure(rank: item.rank, scale: 1)
            let isDiverged = point.learningRate == 1
            summary.scale = point.scale
            summary.status = isDiverged ? .diverged : .learned
            summary.divergedAt = isDiverged ? 7 : nil
            summary.truncationError = measured[.truncationError]
            summary.varianceCaptured = measured[.varianceCaptured]
            summary.lossFloor = next()
            summary.bestError = next()
            summary.bestStep = 2
            if !isDiverged {
              summary.finalLoss = next()
              summary.finalError = next()
              summary.share = next()
              summary.regret = next()
              summary.stepsToHalf = 3
              summary.stepsTo90 = 4
            }
            return TrainingRun(
              point: point, summary: summary,
              curve: (isDiverged ? [0, 1, 2] : [0, 1, 2, 9]).map { step in
                var row = CurvePoint(step: step)
                for column in CurveColumn.allCases where step < 9 || column != .learningRate {
                  row[column] = next()
                }
                return row
              })
          })
      }
    }
  }
}
