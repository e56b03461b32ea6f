import LoRASpectra

/// Brings what users named, and what became of logged runs, from one book into another.
final class MergedUserValues {
  private let source: MergeSource
  private let connection: Connection
  private let values: UserValueWriter
  private let find: Statement
  private let named: Statement
  private let findNamed: Statement
  /// Whether the source has any of it.
  private var isAny = false

  init(_ source: MergeSource, into connection: Connection) throws {
    self.source = source
    self.connection = connection
    values = try UserValueWriter(connection)
    find = try source.connection.prepare(Statements.hasUserValues)
    named = try source.connection.prepare(Statements.namedRuns)
    findNamed = try connection.prepare(Statements.findLoggedRun)
    try source.connection.rows(Statements.hasAnyUserValues) { isAny = $0.integer(0) == 1 }
  }

  /// Whether a run of the source has any of it.
  func has(_ run: Int64) throws -> Bool {
    guard isAny else { return false }
    try find.bind(Statements.HasUserValues.runID, run)
    defer { find.reset() }
    return try find.step() && find.integer(0) == 1
  }

  /// A run there and the run here that has its name.
  struct Namesake {
    var name: String
    var theirs: Int64
    var ours: Int64
    /// The update of the run here.
    var updateID: Int64
  }

  /// The first of some runs in a row there whose name a run of the sweep has here; nil if there is none.
  ///
  /// - Parameter flush: brings into the book what was recorded so far.
  func namesake(
    from first: Int64, count: Int64, sweepID: Int64, flush: () throws -> Void
  ) throws -> Namesake? {
    guard isAny else { return nil }
    try named.bind(Statements.NamedRuns.first, first)
    try named.bind(Statements.NamedRuns.last, first + count - 1)
    defer { named.reset() }
    while try named.step() {
      let name = try named.text(1)
      try findNamed.bind(Statements.FindLoggedRun.sweepID, sweepID)
      try findNamed.bind(Statements.FindLoggedRun.name, name)
      defer { findNamed.reset() }
      guard try findNamed.step() else { continue }
      let ours = findNamed.integer(0)
      try flush()
      var updateID: Int64?
      try connection.rows(Statements.updateOfRun, ["run_id": .integer(ours)]) {
        updateID = $0.integer(0)
      }
      guard let updateID else { throw SQLiteError(damage: "run \(ours) has no recording") }
      return Namesake(name: name, theirs: named.integer(0), ours: ours, updateID: updateID)
    }
    return nil
  }

  /// Copies all of a run.
  ///
  /// - Parameters:
  ///   - theirs: its id in the source.
  ///   - ours: the id of the run that was appended for it.
  func copy(
    _ theirs: Int64, to ours: Int64, sweepID: Int64, _ executions: MergedExecutions
  ) throws {
    if let row = try state(of: theirs, source.connection) {
      var bindings = row
      bindings["run_id"] = .integer(ours)
      bindings["sweep_id"] = .integer(sweepID)
      bindings["execution_id"] = try .integer(executions.execution(execution(of: row)))
      try connection.run(Statements.insertLoggedRun, bindings)
    }
    _ = try bring(theirs, to: ours, number: nil)
  }

  /// Adds to a run that both books have what this one does not.
  ///
  /// - Parameter number: which run of the sweep it is, for messages.
  /// - Returns: how many values were new.
  /// - Throws: `MergeConflict` if both have the same metric and step with different values, or
  ///   another name.
  func unite(
    _ theirs: Int64, with ours: Int64, number: Int, _ executions: MergedExecutions
  ) throws -> Int {
    guard try has(theirs) else { return 0 }
    let (here, there) = try (state(of: ours, connection), state(of: theirs, source.connection))
    guard here?["name"] == there?["name"] else {
      throw MergeConflict(what: "its run \(number) has another name here and there")
    }
    var count = try bring(theirs, to: ours, number: number)
    // What ended later is known better.
    if let here, let there, there["status"] != .text("running"),
      (here["finished_at"]?.text ?? "") < (there["finished_at"]?.text ?? "")
    {
      var bindings = there.filter { ["status", "finished_at"].contains($0.key) }
      bindings["run_id"] = .integer(ours)
      bindings["note"] = here["note"] ?? .text("")
      bindings["execution_id"] = try .integer(executions.execution(execution(of: there)))
      try connection.run(Statements.updateLoggedRun, bindings)
      count += 1
    }
    return count
  }

  private func state(of run: Int64, _ connection: Connection) throws -> [String: Value]? {
    let table = try connection.table(Statements.mergedLoggedRun, ["run_id": .integer(run)])
    return table.rows.first.map { Dictionary(zip(table.columns, $0)) { $1 } }
  }

  private func execution(of row: [String: Value]) throws -> Int64 {
    guard let id = row["execution_id"]?.integer else {
      throw source.damage("a logged run has no execution")
    }
    return id
  }

  private func bring(_ theirs: Int64, to ours: Int64, number: Int?) throws -> Int {
    var count = 0
    try source.connection.rows(Statements.mergedUserMetrics, ["run_id": .integer(theirs)]) { row in
      let value = try row.value(3).text.map { Double(divergence: $0) } ?? row.real(2)
      do {
        count += try values.put(
          [UserMetric(name: row.text(0), value: value)], step: row.value(1).integer, of: ours, nil)
      } catch let conflict as ExternalRunConflict {
        throw MergeConflict(what: "its run \(number ?? 0) \(conflict.what)")
      }
    }
    try source.connection.rows(Statements.mergedInfo, ["run_id": .integer(theirs)]) {
      try connection.run(
        Statements.addInfo,
        ["run_id": .integer(ours), "name": $0.value(0), "value": $0.value(1)])
      count += connection.changedRows
    }
    return count
  }
}
