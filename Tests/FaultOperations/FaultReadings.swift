import LoRASpectra
import SQLiteStore

/// Operations that change nothing.
extension FaultOperation {
  private static func openForAsking(
    _ round: FaultRound, isOfOneMoment: Bool = false
  ) throws -> (Book, ReadOnlySession) {
    try round.opening {
      let book = try Book(reading: round.path, wait: 50)
      return (book, try ReadOnlySession(book, isOfOneMoment: isOfOneMoment))
    }
  }

  static func export(_ round: FaultRound) throws -> String {
    let (book, session) = try openForAsking(round)
    var rows: [[Value]] = []
    for table in Book.Export.allCases {
      try session.export(
        table, sweeps: book.sweepIDs(), where: "sweep_id > 0",
        begin: { rows.append($0.map(Value.text)) }, body: { rows.append(try $0.row) })
    }
    return "\(rows)"
  }

  /// As in the command when it writes rows in pieces.
  static func exportRuns(_ round: FaultRound) throws -> String {
    let (book, session) = try openForAsking(round)
    var text = ""
    try session.exportRuns(
      sweeps: book.sweepIDs(), begin: { text += "\($0)\n" }, render: { Array("\($0)".utf8) },
      body: { run in
        let common = [run.sweep, run.settings].map { String(decoding: $0, as: UTF8.self) }
        text += "\(run.runID) \(common) \(run.seed) \(run.measurements)\n"
      })
    return text
  }

  static func compare(_ round: FaultRound) throws -> String {
    let book = try round.opening { try Book(reading: round.path, wait: 50) }
    let ids = [try book.sweepID("first"), try book.sweepID("second")]
    let found = try book.compare(ids, by: .sweep, metric: .error)
    return "\(found)"
  }

  static func show(_ round: FaultRound) throws -> String {
    let (book, session) = try openForAsking(round)
    let id = try book.sweepID("latest")
    return "\(try book.sweep(id)) \(try book.cells(ofSweep: id))"
      + "\(try book.largestSingularValues(ofSweep: 1, limit: 2)) \(try session.listSweeps())"
  }

  static func ask(_ round: FaultRound) throws -> String {
    let (_, session) = try openForAsking(round)
    let statement = try session.prepare(
      """
      SELECT sweep || :more AS name, median(error), stddev(error), pow(2, 3), group_concat(profile)
      FROM runs GROUP BY sweep ORDER BY sweep || profile DESC
      """)
    try session.bind(["more": .text("!")], to: statement)
    var rows = [try statement.columns.map(Value.text)]
    try session.rows(of: statement) { rows.append(try $0.row) }
    return "\(rows)"
  }

  /// As in the command.
  static func query(_ name: String) -> FaultOperation {
    FaultOperation(name: "query \(name)") { round in
      guard let query = try builtIn.get().first(where: { $0.name == name }) else {
        throw MissingQuery(name: name)
      }
      let (book, session) = try openForAsking(round)
      let values = try query.values(from: ["sweep": "first"], sweepID: book.sweepID)
      let statement = try query.prepare(on: session, file: query.name)
      try session.bind(values, to: statement)
      var rows = [try statement.columns.map(Value.text)]
      try session.rows(of: statement) { rows.append(try $0.row) }
      return "\(rows)"
    }
  }

  /// There is no query with this name.
  struct MissingQuery: Error { var name: String }

  /// Loading these needs no book.
  private static let builtIn = Result { try NamedQuery.builtIn() }

  static func pendingMigrations(_ round: FaultRound) throws -> String {
    "\(try Book.pendingMigrations(of: round.path, wait: 50))"
  }

  /// As in the command.
  static func verify(_ round: FaultRound) throws -> String {
    let (book, session) = try openForAsking(round, isOfOneMoment: true)
    let grid = try Grid.made(seeds: 0...2)
    let verification = try SweepVerification(
      session, sweepID: book.sweepID("first"), tolerance: 1e-10,
      isDirect: false)
    try verification.compareSums()
    let items = try verification.begin(grid)
    try round.run(
      grid, items, jobs: 1, recorded: { updates in updates.map { _ in nil } },
      recorder: verification)
    return "\(verification.agreements.map { "\($0.subject.name) \($0.compared) \($0.deviating)" })"
  }

  /// As in the command: a fault of the book is no success.
  static func examine(_ round: FaultRound) throws -> String {
    let doctor = try round.opening { try Doctor(Book(examining: round.path, wait: 50)) }
    let found = try doctor.examine()
    if let wrong = found.first(where: { $0.severity == .wrong }) {
      throw BookError.damaged(path: round.path, what: "\(wrong.check): \(wrong.what)")
    }
    // If a book cannot be written, doctor checks less and notes that.
    return "\(found.filter { $0.check != "integrity" })"
  }
}
