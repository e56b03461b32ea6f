import LoRASpectra
import Testing

@testable import SQLiteStore

@Suite("A named query that comes with lorabook")
struct NamedQueryTests {
  static let names = EmbeddedSQL.queries.map(\.name)
  let open: OpenBook

  init() throws { open = try OpenBook() }

  private func query(_ name: String) throws -> NamedQuery {
    try #require(try NamedQuery.builtIn().first { $0.name == name })
  }

  @Test("is one for each question of the field")
  func all() {
    #expect(
      Self.names == [
        "best-alpha", "best-learning-rate", "best-setting", "disagreeing-repeats", "effective-rank",
        "energy-by-rank", "error-by-rank", "error-parts", "learning-rate-transfer",
        "learning-rates", "learning-signal", "metric-curve", "module-spectra", "outliers",
        "rank-by-depth", "rank-for-variance", "rules-at-best-rate",
        "spectrum-by-position", "spectrum-decay",
        "subspace-overlap", "sweep-cost", "training-curve", "winning-rule",
      ])
  }

  @Test("reads alone, and has the parameters that it declares", arguments: names)
  func prepares(name: String) throws {
    let query = try query(name)
    #expect(NamedQuery.isName(name))
    #expect(query.summary.hasSuffix("."))
    #expect(query.summary.count < 120)
    // On a new book, through a connection that may only read.
    let session = try ReadOnlySession(Book(reading: open.path))
    let statement = try query.prepare(on: session, file: name)
    #expect(Set(statement.parameters) == Set(query.parameters.map(\.name)))
    let columns = try statement.columns
    #expect(Set(columns).count == columns.count)
    try session.bind(query.values(from: [:]) { _ in 1 }, to: statement)
    var rows = 0
    try session.rows(of: statement) { _ in rows += 1 }
    #expect(rows == 0)
  }

  @Test("of a sweep never goes through all of a table that grows with the runs", arguments: names)
  func plans(name: String) throws {
    let query = try query(name)
    guard query.parameters.contains(where: { $0.type == .sweep }) else { return }
    for grid in [try Grid.handMade(), try Grid.handMade(seeds: [7])] {
      try open.start(grid).record(grid.measuredUpdates())
    }
    let session = try ReadOnlySession(Book(reading: open.path))
    let large = ["run", "recording", "every", "spectrum", "largest", "weight_update", "cell"]
    let plan = try session.prepare("EXPLAIN QUERY PLAN " + query.sql)
    try session.bind(query.values(from: [:]) { _ in 1 }, to: plan)
    var steps: [String] = []
    try session.rows(of: plan) { steps.append(try $0.text(3)) }
    #expect(!steps.isEmpty)
    for step in steps {
      let words = step.split(separator: " ").map(String.init)
      let scansLarge = words.first == "SCAN" && large.contains(words.dropFirst().first ?? "")
      #expect(!scansLarge, "\(name): \(step)")
    }
  }

  @Test("tells when its head and its SQL differ")
  func parametersDiffer() throws {
    let session = try ReadOnlySession(Book(reading: open.path))
    let undeclared = try NamedQuery(name: "a", sql: "-- A.\nSELECT :b", file: "a.sql")
    #expect(throws: NamedQueryError.parametersDiffer(file: "a.sql", name: "b", isDeclared: false)) {
      try undeclared.prepare(on: session, file: "a.sql")
    }
    let unused = try NamedQuery(name: "a", sql: "-- A.\n-- :c text x\nSELECT 1", file: "a.sql")
    #expect(throws: NamedQueryError.parametersDiffer(file: "a.sql", name: "c", isDeclared: true)) {
      try unused.prepare(on: session, file: "a.sql")
    }
  }
}
