import LoRASpectra
import Testing

@testable import SQLiteStore

extension ExternalOrigin {
  fileprivate static func handMade(_ source: Source) -> ExternalOrigin {
    ExternalOrigin(
      source: source, lorabookVersion: "9.8.7", host: "here", command: "lorabook x",
      makeUUID: {
        String((0..<36).map { _ in "0123456789abcdef".randomElement() ?? "0" })
      }, now: { openingTime })
  }
}

extension ExternalRun {
  /// A run whose numbers all depend on one.
  fileprivate init(
    _ number: Int, seed: UInt32 = 1, profile: String = "p", rank: Int = 2, noise: Double? = nil,
    rule: String = "lora"
  ) {
    self.init(
      seed: seed, shape: Shape(d: 8, k: 6), profile: profile, noise: noise, rank: rank,
      alpha: 16, rule: rule, scale: 8,
      [
        .error: 1 / Double(number + 3),
        .truncationError: number.isMultiple(of: 3) ? nil : 0.1 * Double(number),
        .varianceCaptured: [nil, .nan, .infinity, -.infinity, 0.25][number % 5],
      ])
  }
}

@Suite("Runs measured elsewhere")
struct ExternalRunWriterTests {
  let open: OpenBook

  init() throws { open = try OpenBook() }

  private func record(
    _ runs: [ExternalRun], to name: String = "there", mayAppend: Bool = true,
    source: ExternalOrigin.Source = .import
  ) throws -> [ExternalRunWriter.Recorded] {
    try ExternalRunWriter.record(in: open.book, .handMade(source), mayAppend: mayAppend) {
      for run in runs { try $0.add(run, to: name) }
    }
  }

  @Test("are summed up as what is recorded comes to, in however many calls they came")
  func summaries() throws {
    let runs = (0..<60).map {
      ExternalRun($0, seed: UInt32($0 % 7), profile: "p\($0 % 2)", rank: 1 + $0 % 3)
    }
    for piece in runs.pieces(of: 7) { _ = try record(piece, source: .log) }
    try SummaryExpectation.check(open)
    #expect(try open.rows("PRAGMA foreign_key_check").isEmpty)
    #expect(
      try open.rows("SELECT planned_runs, recorded_runs, source, status FROM sweep")
        == [[.integer(60), .integer(60), .text("log"), .text("finished")]])
    #expect(try open.value("SELECT count(*) FROM cell") == .integer(6))
    #expect(try open.value("SELECT sum(runs) FROM recording") == .integer(60))
  }

  @Test("keep what diverged apart from what was not recorded")
  func diverged() throws {
    _ = try record((0..<5).map { ExternalRun($0) })
    #expect(
      try open.rows("SELECT variance_captured, variance_captured_diverged FROM run ORDER BY run_id")
        == [
          [.absent, .absent], [.absent, .text("nan")], [.absent, .text("inf")],
          [.absent, .text("-inf")], [.real(0.25), .absent],
        ])
  }

  @Test("of two sweeps share their updates, and are told apart by every setting but the seed")
  func cells() throws {
    let runs = [
      ExternalRun(1), ExternalRun(1, seed: 2), ExternalRun(1, noise: 0), ExternalRun(1, rank: 3),
      ExternalRun(1, rule: "mine"), ExternalRun(1, profile: "é"),
      ExternalRun(1, profile: "e\u{301}"),
    ]
    _ = try record(runs, to: "one")
    #expect(try open.value("SELECT count(*) FROM cell") == .integer(6))
    #expect(try open.value("SELECT count(*) FROM weight_update") == .integer(5))
    _ = try record(runs, to: "two")
    #expect(try open.value("SELECT count(*) FROM cell") == .integer(12))
    #expect(try open.value("SELECT count(*) FROM weight_update") == .integer(5))
    #expect(
      try open.rows("SELECT DISTINCT definition FROM prescription ORDER BY 1")
        == ["external:e\u{301}", "external:p", "external:é"].map { [.text($0)] })
  }

  @Test("are forgotten whole where one of them cannot be kept")
  func allOrNothing() throws {
    struct Stop: Error {}
    _ = try record([ExternalRun(1)])
    let before = try open.rows("SELECT * FROM runs")
    #expect(throws: Stop.self) {
      try ExternalRunWriter.record(in: open.book, .handMade(.import), mayAppend: true) {
        try $0.add(ExternalRun(2), to: "there")
        try $0.add(ExternalRun(3), to: "elsewhere")
        throw Stop()
      }
    }
    #expect(try open.rows("SELECT * FROM runs") == before)
    #expect(try open.value("SELECT count(*) FROM sweep") == .integer(1))
    try SummaryExpectation.check(open)
  }

  @Test("never come under a computed sweep, and under an earlier name only where that is asked")
  func names() throws {
    _ = try open.start(Grid.small(seeds: [1]), name: "computed")
    #expect(throws: BookError.computedSweep("computed")) {
      try record([ExternalRun(1)], to: "computed")
    }
    #expect(throws: BookError.nameTaken("computed")) {
      try record([ExternalRun(1)], to: "computed", mayAppend: false)
    }
    #expect(try record([ExternalRun(1)]).map(\.runs) == [1])
    #expect(throws: BookError.nameTaken("there")) {
      try record([ExternalRun(1)], mayAppend: false)
    }
    #expect(throws: BookError.self) { try record([ExternalRun(1)], to: "latest") }
  }

  @Test("come to the same whether cells and updates are remembered or looked up again")
  func bounded() throws {
    let runs = (0..<200).map {
      ExternalRun($0, seed: UInt32($0 % 11), profile: "p\($0 % 5)", rank: 1 + $0 % 6)
    }
    func fill(_ open: OpenBook, limit: Int) throws {
      let connection = open.book.connection
      let recorded = try ExternalRunWriter.record(
        in: open.book, .handMade(.import), mayAppend: true
      ) { try $0.add(ExternalRun(0, profile: "first"), to: "there") }
      let sweepID = try #require(recorded.first?.sweepID)
      try connection.transaction {
        let cells = try ExternalCells(connection, limit: limit)
        let updates = try ExternalUpdates(connection, limit: limit)
        for run in runs {
          let prescription = try updates.prescription(run.profile, sweepID: sweepID)
          let cell = try cells.cell(of: run, sweepID: sweepID, prescription: prescription)
          _ = try updates.update(of: run, prescription: prescription)
          cell.add(run.measurements)
        }
        try cells.putSummaries()
      }
    }
    let whole = try OpenBook()
    try fill(whole, limit: 50_000)
    try fill(open, limit: 2)
    for sql in [
      SummaryExpectation.recorded, "SELECT * FROM recording ORDER BY 1",
      "SELECT * FROM weight_update ORDER BY 1", "SELECT * FROM cell ORDER BY 1",
    ] {
      #expect(try open.rows(sql) == whole.rows(sql))
    }
  }

  @Test("find cells, updates and sweeps through an index")
  func plans() throws {
    for sql in [
      Statements.findCell, Statements.findSummaries, Statements.findOrigin,
      Statements.findUpdate,
      Statements.findExternalSweep,
    ] {
      let steps = try open.rows("EXPLAIN QUERY PLAN " + sql).compactMap(\.last?.text)
      let areSearches = steps.allSatisfy { $0.hasPrefix("SEARCH") }
      #expect(areSearches && !steps.isEmpty, "\(steps)")
    }
    let cell = try open.rows("EXPLAIN QUERY PLAN " + Statements.findCell).compactMap(\.last?.text)
    #expect(cell.first?.contains("cell_settings (sweep_id=? AND <expr>=?") == true, "\(cell)")
  }

  @Test("look at one recording, however many the update has in the sweep")
  func oneRecordingIsLookedAt() throws {
    let steps = try open.rows("EXPLAIN QUERY PLAN " + Statements.extendRecording)
      .compactMap(\.last?.text)
    #expect(steps.contains("SEARCH recording USING INTEGER PRIMARY KEY (rowid=?)"), "\(steps)")
  }
}
