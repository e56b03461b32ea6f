import Foundation
import LoRASpectra
import Testing

@testable import SQLiteStore

extension ExternalRun {
  /// A piece of a run.
  static func piece(
    _ name: String?, step: Int64? = nil, rank: Int? = nil, _ metrics: [String: Double] = [:],
    status: Status? = nil
  ) -> ExternalRun {
    var run = ExternalRun(rank: rank)
    run.name = name
    run.step = step
    run.status = status
    run.metrics = metrics.sorted { $0.key < $1.key }.map {
      UserMetric(name: $0.key, value: $0.value)
    }
    return run
  }
}

@Suite("Logged runs")
struct LoggedRunTests {
  let open: OpenBook

  init() throws { open = try OpenBook() }

  static func origin(isStream: Bool = false) -> ExternalOrigin {
    ExternalOrigin(
      source: .log, lorabookVersion: "9.8.7", host: "here", command: "lorabook log",
      process: isStream ? .current : nil,
      makeUUID: { UUID().uuidString.lowercased() },
      now: { openingTime })
  }

  private func record(_ runs: ExternalRun..., in session: ExternalSession? = nil) throws {
    try record(runs, in: session)
  }

  private func record(_ runs: [ExternalRun], in session: ExternalSession? = nil) throws {
    _ = try ExternalRunWriter.record(
      in: open.book, session ?? ExternalSession(Self.origin(), mayAppend: true)
    ) { writer in
      for run in runs { try writer.add(run, to: "ft") }
    }
  }

  private func expectSound() throws {
    if try open.value("SELECT count(error) FROM runs") != .integer(0) {
      try SummaryExpectation.check(open)
    }
    #expect(try open.rows("PRAGMA foreign_key_check").isEmpty)
    let doctor = try Doctor(open.book)
    #expect(try doctor.examine() == [])
  }

  @Test("A run's points may come in many transactions of many processes")
  func manyTransactions() throws {
    let stream = ExternalSession(Self.origin(isStream: true), mayAppend: true)
    try record(.piece("a", step: 1, rank: 8, ["loss": 1]), in: stream)
    try record(.piece("b", step: 1, ["loss": 3]), in: stream)
    try record(.piece("a", step: 2, ["loss": 0.5, "acc": .nan]), in: stream)
    try record(.piece("a", step: 3, ["loss": .infinity]), .piece("a", ["eval": 2]))
    #expect(
      try open.rows(
        "SELECT run, step, metric, value, diverged FROM metrics JOIN runs USING (run_id) ORDER BY run, metric, step"
      )
        == [
          [.text("a"), .integer(2), .text("acc"), .absent, .text("nan")],
          [.text("a"), .absent, .text("eval"), .real(2), .absent],
          [.text("a"), .integer(1), .text("loss"), .real(1), .absent],
          [.text("a"), .integer(2), .text("loss"), .real(0.5), .absent],
          [.text("a"), .integer(3), .text("loss"), .absent, .text("inf")],
          [.text("b"), .integer(1), .text("loss"), .real(3), .absent],
        ])
    #expect(try open.value("SELECT recorded_runs FROM sweep") == .integer(2))
    #expect(try open.value("SELECT count(*) FROM execution") == .integer(2))
    try expectSound()
  }

  @Test("A step that is measured again is refused unless the value is the same")
  func again() throws {
    try record(.piece("a", step: 1, ["loss": 1, "g": .nan]), .piece("a", ["eval": 2]))
    let before = try open.rows("SELECT * FROM metrics")
    try record(.piece("a", step: 1, ["loss": 1, "g": .nan]), .piece("a", ["eval": 2]))
    for bad in [
      ExternalRun.piece("a", step: 1, ["loss": 2]), .piece("a", step: 1, ["g": 0]),
      .piece("a", ["eval": .nan]),
    ] {
      #expect(throws: ExternalRunConflict.self) {
        try record(.piece("a", step: 9, ["loss": 1]), bad)
      }
    }
    #expect(try open.rows("SELECT * FROM metrics") == before)
    #expect(try open.value("SELECT count(*) FROM execution") == .integer(1))
  }

  @Test("Settings are said once, and another or a later one is refused")
  func settings() throws {
    var first = ExternalRun.piece("a", step: 1, rank: 8, ["loss": 1])
    first.seed = 3
    first.parameters = try ParameterSet([UserText(name: "lr", value: "0.1")])
    try record(first)
    first.step = 2
    try record(first, .piece("a", step: 3, ["loss": 1]))
    try record(.piece("a", step: 4, rank: 8, ["loss": 1]))
    #expect(throws: ExternalRunConflict.self) {
      try record(.piece("a", step: 5, rank: 16, ["loss": 1]))
    }
    var later = ExternalRun.piece("a", step: 5, ["loss": 1])
    later.alpha = 16
    #expect(throws: ExternalRunConflict.self) { try record(later) }
    later.alpha = nil
    later.parameters = try ParameterSet([UserText(name: "lr", value: "0.2")])
    #expect(throws: ExternalRunConflict.self) { try record(later) }
    #expect(try open.value("SELECT count(*) FROM runs") == .integer(1))
    try expectSound()
  }

  @Test("Settings that every line repeats are compared with the book where they differ")
  func repeatedSettings() throws {
    var line = ExternalRun.piece("a", step: 1, rank: 8, ["loss": 1])
    line.alpha = 16
    line.parameters = try ParameterSet([UserText(name: "lr", value: "0.1")])
    var lines = [line]
    for step in 2...5 {
      line.step = Int64(step)
      lines.append(line)
      // Fewer settings are no contradiction.
      lines.append(.piece("a", step: Int64(100 + step), rank: step % 2 == 0 ? 8 : nil, ["loss": 1]))
    }
    try record(lines)
    for (field, change) in Self.changes {
      var bad = line
      change(&bad)
      bad.step = 9
      let conflict = #expect(throws: ExternalRunConflict.self, "\(field)") {
        try record(lines + [bad])
      }
      #expect(conflict?.what.contains(field) == true)
    }
    #expect(try open.value("SELECT count(*) FROM metrics") == .integer(9))
    try expectSound()
  }

  private static let changes: [(String, @Sendable (inout ExternalRun) -> Void)] = [
    ("seed", { $0.seed = 1 }), ("d", { $0.shape = Shape(d: 8, k: 8) }),
    ("profile", { $0.profile = "other" }), ("noise", { $0.noise = 0.5 }),
    ("rank", { $0.rank = 4 }), ("alpha", { $0.alpha = 8 }), ("rule", { $0.rule = "lora" }),
    ("scale", { $0.scale = 2 }),
    (
      "the parameter lr",
      {
        $0.parameters = (try? ParameterSet([UserText(name: "lr", value: "0.2")])) ?? ParameterSet()
      }
    ),
  ]

  @Test("Parameters tell cells apart, and info does not; what is said of info last holds")
  func cells() throws {
    for (number, lr) in ["0.1", "1e-1", "0.2"].enumerated() {
      var run = ExternalRun.piece("r\(number)", rank: 8, ["loss": 1])
      run.parameters = try ParameterSet([UserText(name: "lr", value: lr)])
      run.info = [UserText(name: "host", value: "\(number)")]
      try record(run)
      run.info = [UserText(name: "host", value: "again \(number)")]
      try record(run)
    }
    #expect(try open.value("SELECT count(DISTINCT cell_id) FROM runs") == .integer(2))
    #expect(
      try open.rows("SELECT name, value, kind FROM params WHERE run_id = 1 ORDER BY kind")
        == [["host", "again 0", "info"], ["lr", "0.1", "param"]].map { $0.map(Value.text) })
    try expectSound()
  }

  @Test("Steps of a stream without a name are of one run, and a whole line is a run of its own")
  func unnamed() throws {
    let stream = ExternalSession(Self.origin(isStream: true), mayAppend: true)
    let other = ExternalSession(Self.origin(isStream: true), mayAppend: true)
    try record(.piece(nil, step: 1, ["loss": 1]), .piece(nil, ["eval": 7]), in: stream)
    try record(.piece(nil, step: 1, ["loss": 5]), in: other)
    try record(.piece(nil, step: 2, ["loss": 2]), in: stream)
    #expect(
      try open.rows("SELECT run_id, step, value FROM metrics ORDER BY run_id, step") == [
        [.integer(1), .integer(1), .real(1)], [.integer(1), .integer(2), .real(2)],
        [.integer(2), .absent, .real(7)], [.integer(3), .integer(1), .real(5)],
      ])
    try expectSound()
  }

  @Test("A stream's runs are running, then finished, or crashed where their end was promised")
  func statuses() throws {
    let stream = ExternalSession(Self.origin(isStream: true), mayAppend: true)
    try record(
      .piece("quiet", step: 1, ["loss": 1]),
      .piece("cut off", step: 1, ["loss": 1], status: .running),
      .piece("told", step: 1, ["loss": 1], status: .running), in: stream)
    let statuses = "SELECT name, status, finished_at IS NOT NULL FROM logged_run ORDER BY name"
    #expect(
      try open.rows(statuses).map { $0[1] } == Array(repeating: .text("running"), count: 3))
    try record(.piece("told", status: .failed), in: stream)
    try stream.end(in: open.book)
    #expect(
      try open.rows(statuses) == [
        [.text("cut off"), .text("crashed"), .integer(1)],
        [.text("quiet"), .text("finished"), .integer(1)],
        [.text("told"), .text("failed"), .integer(1)],
      ])
  }

  @Test("A run whose process is gone has crashed, and one whose process lives has not")
  func crashed() throws {
    let lives = ExternalSession(Self.origin(isStream: true), mayAppend: true)
    try record(.piece("lives", step: 1, ["loss": 1]), in: lives)
    var gone = Self.origin(isStream: true)
    gone.process?.processID = 1 << 22
    let killed = ExternalSession(gone, mayAppend: true)
    try record(.piece("killed", step: 1, ["loss": 1]), in: killed)
    killed.locks = []
    try record(.piece("once", step: 1, ["loss": 1], status: .running))
    let expected: [[Value]] = [
      [.text("killed"), .text("crashed")], [.text("lives"), .text("running")],
      [.text("once"), .text("running")],
    ]
    let recorded = "SELECT name, status FROM logged_run ORDER BY name"
    #expect(try open.rows(recorded).map { $0[1] } == Array(repeating: .text("running"), count: 3))
    // Who only reads sees it as well.
    let reading = try Book(reading: open.path)
    #expect(
      try reading.connection.table("SELECT run, status FROM logged_runs ORDER BY run").rows
        == expected)
    let unfinished = try reading.unfinishedRuns(ofSweep: 1)
    #expect(unfinished.map(\.status) == ["crashed", "running"])
    #expect(unfinished.map(\.count) == [1, 2])
    try open.book.connection.settleCrashedRuns()
    #expect(try open.rows(recorded) == expected)
  }

  @Test("An error that is measured last counts in the means as if it had come first")
  func lateError() throws {
    try record(.piece("a", step: 1, rank: 2, ["loss": 1]), .piece("b", rank: 2, ["x": 1]))
    var b = ExternalRun.piece("b")
    b.measurements[.error] = 0.1
    var a = ExternalRun.piece("a")
    a.measurements[.error] = 0.7
    a.measurements[.varianceCaptured] = .nan
    try record(b, a)
    try record(a)
    #expect(
      try open.rows("SELECT run, error, variance_captured_diverged FROM runs ORDER BY run") == [
        [.text("a"), .real(0.7), .text("nan")], [.text("b"), .real(0.1), .absent],
      ])
    a.measurements[.error] = 0.8
    #expect(throws: ExternalRunConflict.self) { try record(a) }
    try expectSound()
  }

  @Test("A run that is resumed loses the points after the step, and its end values")
  func resumed() throws {
    for step in 1...4 { try record(.piece("a", step: Int64(step), ["loss": Double(step)])) }
    try record(.piece("a", ["eval": 1]), .piece("b", step: 9, ["loss": 1]))
    var resumed = ExternalRun.piece("a", step: 3, ["loss": 30])
    resumed.resumesFrom = 2
    try record(resumed)
    #expect(
      try open.rows("SELECT step, value FROM metrics WHERE run_id = 1 ORDER BY step") == [
        [.integer(1), .real(1)], [.integer(2), .real(2)], [.integer(3), .real(30)],
      ])
    #expect(try open.value("SELECT count(*) FROM metrics WHERE run_id = 2") == .integer(1))
  }

  @Test("Nothing of a run is left where it was removed, and the others are as they were")
  func removed() throws {
    for name in ["a", "b", "c"] {
      var run = ExternalRun.piece(name, step: 1, rank: 2, ["loss": 1, "of \(name)": 2])
      run.parameters = try ParameterSet([UserText(name: "p", value: name)])
      run.info = [UserText(name: "i", value: name)]
      try record(run)
    }
    try open.book.removeRuns([2])
    for table in ["run_info", "logged_run", "parameter_set", "parameter", "cell", "delta"] {
      let expected: Int64 = table == "delta" ? 1 : 2
      #expect(try open.value("SELECT count(*) FROM \(table)") == .integer(expected), "\(table)")
    }
    #expect(try open.value("SELECT count(*) FROM metric WHERE metric = 'of b'") == .integer(0))
    #expect(
      try open.rows("SELECT DISTINCT run_id FROM metrics ORDER BY 1") == [
        [.integer(1)], [.integer(3)],
      ])
    try expectSound()
    try record(.piece("b", step: 1, ["loss": 9]))
    try expectSound()
  }

  @Test("A stream whose sweep is removed meanwhile begins it anew")
  func sweepRemoved() throws {
    let stream = ExternalSession(Self.origin(isStream: true), mayAppend: true)
    try record(.piece("a", step: 1, ["loss": 1]), .piece(nil, step: 1, ["loss": 1]), in: stream)
    try open.book.remove([1])
    try record(.piece("a", step: 2, ["loss": 1]), .piece(nil, step: 2, ["loss": 1]), in: stream)
    #expect(try open.value("SELECT count(*) FROM metrics") == .integer(2))
    try stream.end(in: open.book)
    try expectSound()
  }

  @Test("A transaction that fails leaves a stream as it was")
  func failedTransaction() throws {
    let stream = ExternalSession(Self.origin(isStream: true), mayAppend: true)
    try record(.piece("a", step: 1, ["loss": 1]), in: stream)
    #expect(throws: ExternalRunConflict.self) {
      try record(
        .piece(nil, step: 1, ["loss": 1]), .piece("c", ["x": 1]), .piece("a", step: 1, ["loss": 2]),
        in: stream)
    }
    try record(.piece(nil, step: 1, ["loss": 1]), .piece("c", ["x": 1]), in: stream)
    #expect(try open.value("SELECT count(*) FROM runs") == .integer(3))
    try expectSound()
  }
}
