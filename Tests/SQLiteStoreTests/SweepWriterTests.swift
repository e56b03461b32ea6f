import LoRASpectra
import SpecFiles
import Testing

@testable import SQLiteStore

@Suite("A sweep's writer")
struct SweepWriterTests {
  let open: OpenBook

  init() throws { open = try OpenBook() }

  /// The expected rows of the `runs` view for a grid, without their ids.
  private func expectedRuns(_ grid: Grid, _ updates: [MeasuredUpdate]) -> [[Value]] {
    updates.flatMap { update in
      zip(grid.points, update.measurements).map { point, measurement in
        let identity = update.planned.identity
        return [
          .integer(Int64(identity.seed)), .integer(Int64(identity.shape.d)),
          .integer(Int64(identity.shape.k)), .text(update.planned.profile.label),
          .real(identity.noise), .integer(Int64(point.rank)), .real(point.alpha),
          .text("\(point.rule)"), .real(point.scale), .real(measurement[.error]),
          .real(measurement[.truncationError]), .real(measurement[.varianceCaptured]),
        ]
      }
    }
  }

  @Test("gives every run back to the bit, in the grid's order")
  func runsReadBack() throws {
    let grid = try Grid.handMade()
    let updates = try grid.measuredUpdates()
    let writer = try open.start(grid)
    for batch in updates.pieces(of: 7) { try writer.record(batch) }
    #expect(grid.runCount == 288)
    let rows = try open.rows(
      """
      SELECT seed, d, k, profile, noise, rank, alpha, rule, scale, error, truncation_error,
        variance_captured
      FROM runs ORDER BY run_id
      """)
    #expect(rows == expectedRuns(grid, updates))
    var exported: [[Value]] = []
    try ReadOnlySession(open.book).export(.runs, sweeps: [writer.session.sweepID]) {
      exported.append(Array(try $0.row.dropFirst(3)))
    }
    #expect(exported == rows)
  }

  @Test("gives every singular value back to the bit, from position 1")
  func spectraReadBack() throws {
    let grid = try Grid.handMade()
    let updates = try grid.measuredUpdates()
    let writer = try open.start(grid)
    try writer.record(updates)
    let expected = updates.flatMap { update in
      update.spectrum.singularValues.enumerated().map { index, value -> [Value] in
        let identity = update.planned.identity
        return [
          .text("hand-made"), .integer(Int64(identity.seed)), .integer(Int64(identity.shape.d)),
          .integer(Int64(identity.shape.k)), .text(update.planned.profile.label),
          .real(identity.noise), .integer(Int64(index) + 1), .real(value),
        ]
      }
    }
    var exported: [[Value]] = []
    try ReadOnlySession(open.book).export(.spectra, sweeps: [writer.session.sweepID]) {
      exported.append(Array(try $0.row.dropFirst()))
    }
    #expect(exported == expected)
  }

  @Test(
    "is read to the bit by the sqlite3 shell while it is still there",
    .enabled(if: ProgramOutput.isThere("sqlite3")))
  func shellReadsTheViews() throws {
    let grid = try Grid.handMade()
    let updates = try grid.measuredUpdates()
    try open.start(grid).record(updates)
    let sql = "SELECT printf('%!.17g', error) FROM runs ORDER BY run_id"
    let output = try ProgramOutput(["sqlite3", "-readonly", open.path, sql])
    #expect(output.status == 0)
    let errors = output.text.split(separator: "\n").map { Double($0) }
    #expect(errors == updates.flatMap { $0.measurements.map { $0[.error] } })
  }

  @Test("makes all cells at the start, in the grid's order, and measures none of them")
  func cellsAreThereFromTheStart() throws {
    let grid = try Grid.handMade()
    let writer = try open.start(grid)
    let cells = try open.book.cells(ofSweep: writer.session.sweepID)
    #expect(cells.rows.count == 2 * 2 * 2 * grid.points.count)
    #expect(cells.rows.allSatisfy { cells.value("n", in: $0) == .integer(0) })
    #expect(cells.rows.allSatisfy { cells.value("error", in: $0) == .absent })
    let first = try #require(cells.rows.first)
    #expect(
      Array(first.prefix(8)) == [
        .text("style"), .integer(5), .integer(4), .real(0), .real(16), .integer(1), .text("lora"),
        .real(16),
      ])
    let expected = grid.spec.shapes.flatMap { shape in
      grid.spec.noise.flatMap { noise in
        grid.spec.profiles.flatMap { profile in
          grid.points.map { "\(shape) \(noise) \(profile) \($0.rank) \($0.alpha) \($0.rule)" }
        }
      }
    }
    let found = cells.rows.map { row in
      func at(_ column: String) -> Value { cells.value(column, in: row) }
      let shape = Shape(d: Int(at("d").integer ?? 0), k: Int(at("k").integer ?? 0))
      return "\(shape) \(at("noise").number ?? -1) \(at("profile").text ?? "") "
        + "\(at("rank").integer ?? 0) \(at("alpha").number ?? 0) \(at("rule").text ?? "")"
    }
    #expect(found == expected)
  }

  @Test("keeps all of a batch or none of it", arguments: [1, 2, 3])
  func batchIsAllOrNothing(good: Int) throws {
    let grid = try Grid.handMade()
    let updates = try grid.measuredUpdates()
    let writer = try open.start(grid)
    try writer.record([updates[0]])
    func everything() throws -> [[Value]] {
      try open.rows("SELECT 1, run_id, cell_id, error FROM run")
        + open.rows("SELECT 2, recording_id, update_id, 0 FROM recording")
        + open.rows("SELECT 3, update_id, position, singular_value FROM spectrum")
        + open.rows("SELECT 4, update_id, seed, noise FROM weight_update")
        + open.rows("SELECT n, cell_id, mean, squared_deviations FROM cell_summary")
        + open.rows("SELECT 6, sweep_id, recorded_runs, status FROM sweep")
    }
    let before = try everything()
    // The first update again; a sweep may have it only once.
    #expect(throws: BookError.recordedAlready(sweep: "hand-made", seed: 1)) {
      try writer.record(Array(updates[1...good]) + [updates[0]])
    }
    #expect(try everything() == before)
    #expect(writer.session.recordedRuns == grid.points.count)
    // The failure has not changed the sums for the next batch.
    try writer.record(Array(updates[1...]))
    #expect(writer.session.recordedRuns == grid.runCount)
    #expect(try open.value("SELECT recorded_runs FROM sweep") == .integer(Int64(grid.runCount)))
    try SummaryExpectation.check(open)
  }

  @Test("counts the runs that are recorded, and says how many are planned")
  func runsAreCounted() throws {
    let grid = try Grid.handMade()
    let writer = try open.start(grid)
    for (index, batch) in try grid.measuredUpdates().pieces(of: 9).enumerated() {
      try writer.record(batch)
      let recorded = min(24, 9 * (index + 1)) * 12
      #expect(writer.session.recordedRuns == recorded)
      #expect(
        try open.rows("SELECT recorded_runs, planned_runs FROM sweeps")
          == [[.integer(Int64(recorded)), .integer(288)]])
    }
  }

  @Test("records where the sweep comes from")
  func provenanceIsRecorded() throws {
    let grid = try Grid.small(seeds: [1], tags: ["z", "a b", "ä"], note: "why, and\nhow")
    let writer = try open.start(grid, uuid: "01234567-89ab-cdef-0123-456789abcdef")
    let table = try open.book.sweep(writer.session.sweepID)
    let row = try #require(table.rows.first)
    let expected: [String: Value] = [
      "uuid": .text("01234567-89ab-cdef-0123-456789abcdef"), "name": .text("hand-made"),
      "status": .text("running"), "source": .text("sweep"), "started_at": .text(openingTime),
      "finished_at": .absent, "spec": .text(try SpecText.canonical(grid.spec)),
      "tags": .text("a b,z,ä"),
      "note": .text("why, and\nhow"), "lorabook_version": .text("9.8.7"),
      "lapack": .text("a BLAS"), "lapack_threads": .integer(2), "jobs": .integer(4),
      "host": .text("a host"), "processor": .text("a processor"),
      "command": .text("lorabook sweep 'a b'"), "git_commit": .text("c0ffee-dirty"),
      "generator": .text(NumPyLegacyNormals.name), "failure": .absent,
    ]
    for (column, value) in expected {
      #expect(table.value(column, in: row) == value, "\(column)")
    }
    #expect(
      try open.rows("SELECT boot_id, process_id, process_start FROM execution")
        == [[.text("a boot"), .integer(12345), .integer(67890)]])
  }

  @Test("gives a sweep without tags none, rather than an empty text")
  func noTags() throws {
    _ = try open.start(Grid.small(seeds: [1]))
    #expect(try open.rows("SELECT tags, note FROM sweeps") == [[.absent, .text("")]])
  }

  @Test("keeps a text whole that holds a NUL")
  func nulInText() throws {
    _ = try open.start(Grid.small(seeds: [1], note: "before\0after"))
    #expect(try open.value("SELECT note FROM sweeps") == .text("before\0after"))
  }

  @Test(
    "records how the sweep ended",
    arguments: [
      (SweepSession.Status.finished, String?.none), (.interrupted, nil), (.failed, "it broke"),
    ])
  func endingIsRecorded(status: SweepSession.Status, failure: String?) throws {
    let writer = try open.start(Grid.small(seeds: [1]))
    try writer.session.finish(status, at: "2026-01-02T03:05:05.678Z", failure: failure)
    #expect(
      try open.rows("SELECT status, finished_at, failure FROM sweeps") == [
        [
          .text(status.rawValue), .text("2026-01-02T03:05:05.678Z"),
          failure.map(Value.text) ?? .absent,
        ]
      ])
    let list = try ReadOnlySession(open.book).listSweeps()
    #expect(list.value("seconds", in: try #require(list.rows.first)) == .real(60))
  }

  @Test("leaves a book in which every reference holds")
  func bookIsSound() throws {
    for (name, profile) in [("one", Profile.style), ("two", .linear)] {
      let grid = try Grid.handMade(profiles: [profile, .flat])
      try open.start(grid, name: name).record(grid.measuredUpdates())
    }
    #expect(try open.rows("PRAGMA foreign_key_check") == [])
    #expect(try open.rows("PRAGMA integrity_check") == [[.text("ok")]])
  }

  @Test("serves a reader at any time")
  func readerIsServed() throws {
    let grid = try Grid.handMade(seeds: Array(0..<40))
    let reader = try Book(reading: open.path, wait: 0)
    let writer = try open.start(grid)
    for (index, batch) in try grid.measuredUpdates().pieces(of: 5).enumerated() {
      // A reader in the middle of its rows sees the book unchanged, and does not block the writer.
      let statement = try reader.connection.prepare("SELECT count(*) FROM run UNION ALL SELECT 1")
      #expect(try statement.step())
      try writer.record(batch)
      #expect(statement.integer(0) == Int64(index * 5 * grid.points.count))
      statement.reset()
      #expect(try statement.step())
      #expect(statement.integer(0) == Int64(writer.session.recordedRuns))
    }
    #expect(writer.session.recordedRuns == grid.runCount)
  }
}
