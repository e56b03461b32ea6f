import LoRASpectra

/// Finds the runs that are logged piece by piece, and keeps what became of them.
final class LoggedRunWriter {
  private struct Open {
    var id: Int64
    /// What its user said; nil for nothing.
    var note: String?
    /// Whether there is anything to record of it.
    var isChanged = false
    var isNew = false
    /// A piece of it whose settings are those in the book: a log may repeat them in every line.
    var agreed: ExternalRun?
  }

  private let connection: Connection
  private let session: ExternalSession
  private let findNamed: Statement
  private var open: [ExternalSession.RunKey: Open] = [:]
  /// The last one: pieces of a run usually come together.
  private var last: (key: ExternalSession.RunKey, id: Int64)?
  /// The cells whose runs were measured after they were recorded, by sweep.
  private var late: [Int64: Set<Int64>] = [:]

  init(_ connection: Connection, _ session: ExternalSession) throws {
    self.connection = connection
    self.session = session
    findNamed = try connection.prepare(Statements.findLoggedRun)
  }

  /// Largest number of runs kept in memory.
  static let limit = 50_000
  /// Whether no more should be taken up before ``settle(_:)``.
  var isFull: Bool { open.count >= LoggedRunWriter.limit }

  /// The id of a run that was taken up; nil if it was not.
  func id(of key: ExternalSession.RunKey) -> Int64? {
    if let last, last.key == key { return last.id }
    guard let id = open[key]?.id else { return nil }
    last = (key, id)
    return id
  }

  /// The run with a name in a sweep; nil if there is none.
  func find(_ name: String, sweepID: Int64) throws -> Int64? {
    try findNamed.bind(Statements.FindLoggedRun.sweepID, sweepID)
    try findNamed.bind(Statements.FindLoggedRun.name, name)
    defer { findNamed.reset() }
    return try findNamed.step() ? findNamed.integer(0) : nil
  }

  /// The run at a place in an execution; nil if there is none.
  func find(at sequence: Int64, executionID: Int64) throws -> Int64? {
    var found: Int64?
    try connection.rows(
      Statements.findRunAt,
      ["sequence": .integer(sequence), "execution_id": .integer(executionID)]
    ) { found = $0.integer(0) }
    return found
  }

  /// Takes up a run that is in the book.
  ///
  /// - Parameter inserted: the piece that it was inserted with now; nil if it was there before.
  func open(_ id: Int64, as key: ExternalSession.RunKey, inserted: ExternalRun? = nil) {
    open[key] = Open(id: id, isChanged: inserted != nil, isNew: inserted != nil, agreed: inserted)
  }

  /// Whether a piece says of the run's settings what one said that was checked.
  func isChecked(_ run: ExternalRun, _ key: ExternalSession.RunKey) -> Bool {
    !run.hasSettings || open[key]?.agreed.map(run.hasSettings(of:)) == true
  }

  /// Records that a run that was inserted now is logged.
  func insert(
    _ id: Int64, _ run: ExternalRun, status: ExternalRun.Status, sweepID: Int64, executionID: Int64
  ) throws {
    let now = session.origin.now()
    try connection.run(
      Statements.insertLoggedRun,
      [
        "run_id": .integer(id), "sweep_id": .integer(sweepID), "name": run.name.value,
        "execution_id": .integer(executionID), "status": .text(status.rawValue),
        "started_at": .text(now), "finished_at": status == .running ? .absent : .text(now),
        "note": .text(run.note ?? ""),
      ])
  }

  /// Keeps that there is something to record of a run.
  func change(_ key: ExternalSession.RunKey) { open[key]?.isChanged = true }

  /// Keeps a note on a run.
  func note(_ note: String?, _ key: ExternalSession.RunKey) {
    if let note { open[key]?.note = note }
  }

  /// Checks the settings that are said of a run again.
  ///
  /// - Throws: `ExternalRunConflict` if one is another, or was not said before.
  func check(_ run: ExternalRun, _ id: Int64, _ key: ExternalSession.RunKey) throws {
    guard !isChecked(run, key) else { return }
    let table = try connection.table(Statements.runSettings, ["run_id": .integer(id)])
    guard let row = table.rows.first else { return }
    func value(_ name: String) -> Value { table.value(name, in: row) }
    func refuse(_ name: String, _ known: Value, _ said: Value) -> ExternalRunConflict {
      let before =
        known == .absent ? "was recorded without \(name)" : "has \(name) \(known.plainText)"
      return ExternalRunConflict(
        run: key.run?.text, what: "\(before), and \(said.plainText) is said now",
        remedy: "Say the settings with the run's first line, or give another run another name")
    }
    for (name, said) in run.saidSettings where said != .absent {
      let known = value(name)
      if let a = known.number, let b = said.number, (a - b).magnitude <= 1e-12 * b.magnitude {
        continue
      }
      if known != said { throw refuse(name, known, said) }
    }
    try checkParameters(of: run, known: value("parameter_set_id"), refuse)
    open[key]?.agreed = run
  }

  private func checkParameters(
    of run: ExternalRun, known set: Value,
    _ refuse: (_ name: String, _ known: Value, _ said: Value) -> ExternalRunConflict
  ) throws {
    if run.parameters.parameters.isEmpty { return }
    var known: [ExactText: String] = [:]
    try connection.rows(Statements.parametersOfSet, ["parameter_set_id": set]) {
      known[ExactText(try $0.text(0))] = try $0.text(1)
    }
    for parameter in run.parameters.parameters {
      let before = known[ExactText(parameter.name)]
      if before.map(ExactText.init) != ExactText(parameter.value) {
        throw refuse("the parameter \(parameter.name)", before.value, .text(parameter.value))
      }
    }
  }

  /// Records lorabook's own measurements of a run that is there.
  ///
  /// - Returns: whether any was new.
  /// - Throws: `ExternalRunConflict` if the book has another value.
  func put(_ run: ExternalRun, _ id: Int64, _ key: ExternalSession.RunKey) throws -> Bool {
    let table = try connection.table(Statements.runSettings, ["run_id": .integer(id)])
    guard let row = table.rows.first else { return false }
    var new: [String: Value] = [:]
    for metric in Metric.Key.columns {
      guard let value = run.measurements[metric] else { continue }
      let text: Value = value.isFinite ? .real(value) : .text(value.shortestText)
      let known = table.value(metric.name, in: row)
      if known == text { continue }
      guard known == .absent else {
        throw ExternalRunConflict(
          run: key.run?.text,
          what:
            "has \(metric.name) \(known.plainText) already, and \(value.shortestText) is another value",
          remedy: "Give another name to another run")
      }
      new[metric.name] = text
    }
    if new.isEmpty { return false }
    try connection.run(
      Statements.setMeasurements,
      new.filter { $0.value.text == nil }.merging(["run_id": .integer(id)]) { $1 })
    for (metric, value) in new where value.text != nil {
      try connection.run(
        Statements.insertDivergence,
        ["run_id": .integer(id), "metric": .text(metric), "value": value])
    }
    if let cell = table.value("cell_id", in: row).integer,
      let sweep = table.value("sweep_id", in: row).integer
    {
      late[sweep, default: []].insert(cell)
    }
    return true
  }

  /// Records what became of the runs, and forgets them.
  ///
  /// - Parameter execution: the execution that records the sweep with a name.
  func settle(_ execution: (ExactText) throws -> Int64) throws {
    let state = try connection.prepare(Statements.loggedRunState)
    let update = try connection.prepare(Statements.updateLoggedRun)
    let now = session.origin.now()
    for (key, run) in open.sorted(by: { $0.value.id < $1.value.id }) {
      try state.bind(Statements.LoggedRunState.runID, run.id)
      defer { state.reset() }
      guard try state.step() else { continue }
      let (before, noteBefore) = try (state.text(0), state.text(1))
      let unsaid =
        session.isStream
        ? (run.isChanged ? "running" : before) : run.isNew ? "finished" : before
      let status = session.progress.said[key]?.rawValue ?? unsaid
      let note = run.note ?? noteBefore
      guard run.isChanged || status != before || note != noteBefore else { continue }
      try update.bind([
        "run_id": .integer(run.id), "execution_id": .integer(execution(key.sweep)),
        "status": .text(status), "note": .text(note),
        "finished_at": status == "running" ? .absent : .text(now),
      ])
      _ = try update.step()
    }
    open.removeAll(keepingCapacity: true)
    last = nil
  }

  /// Sums up again the cells whose runs were measured after they were recorded.
  func sumUpLate() throws {
    if late.isEmpty { return }
    let audit = try SummaryAudit(connection)
    let summaries = try SummaryWriter(connection)
    for (sweep, cells) in late {
      _ = try audit.forEach(ofSweep: sweep) { line in
        guard cells.contains(line.cellID) else { return }
        try summaries.put(line.summed, cell: line.cellID, metric: line.metric)
      }
    }
  }
}

extension ExternalRun {
  /// The settings by their names in the book.
  fileprivate var saidSettings: [(String, Value)] {
    [
      ("seed", seed.map { Int64($0) }.value), ("d", shape.map { Int64($0.d) }.value),
      ("k", shape.map { Int64($0.k) }.value), ("profile", profile.value), ("noise", noise.value),
      ("rank", rank.map { Int64($0) }.value), ("alpha", alpha.value), ("rule", rule.value),
      ("scale", scale.value),
    ]
  }
}
