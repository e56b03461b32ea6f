import LoRASpectra

/// What runs that are recorded together belong to.
struct RunOwner: Equatable {
  /// What tells runs of one sweep from each other.
  enum Place: Equatable {
    /// Which item of the sweep's grid they are, from 0.
    case item(Int64)
    /// Measured elsewhere; the first of them follows so many runs of the execution.
    case sequence(Int64)
  }

  var sweepID: Int64
  var executionID: Int64
  var updateID: Int64
  var place: Place
}

/// Records runs one behind the other, and of which update and sweep they are, for whoever records any.
final class RunWriter {
  private let lastRun: Statement
  private let insertRun: Statement
  private let insertRuns: Statement
  private let insertDivergence: Statement
  private let insertRecording: Statement
  private let extendRecording: Statement
  private let rows: MeasurementRowWriter
  private var nextID: Int64 = 1
  /// The runs in hand.
  private var recording: (owner: RunOwner, first: Int64)?
  /// Runs that are added and not yet in the book; the last of them has the id before `nextID`.
  private var pending: [PendingRun] = []

  /// Number of runs that `insertRuns` inserts.
  private static let runsAtOnce = 32
  /// Number of parameters of a run in it.
  private static let parameters = Statements.InsertRun.count

  private struct PendingRun {
    var cell: Int64
    var measurements: Measurements
  }

  init(_ connection: Connection) throws {
    lastRun = try connection.prepare(Statements.lastRun)
    insertRun = try connection.prepare(Statements.insertRun)
    insertRuns = try connection.prepare(Statements.insertRuns)
    pending.reserveCapacity(RunWriter.runsAtOnce)
    insertDivergence = try connection.prepare(Statements.insertDivergence)
    insertRecording = try connection.prepare(Statements.insertRecording)
    extendRecording = try connection.prepare(Statements.extendRecording)
    rows = try MeasurementRowWriter(connection)
  }

  /// Continues after the last run of the book; call it first in each transaction.
  func begin() throws {
    recording = nil
    pending.removeAll(keepingCapacity: true)
    try rows.begin()
    _ = try lastRun.step()
    defer { lastRun.reset() }
    let last = lastRun.integer(0)
    // SQLite's own ids end here as well (sqlite.org/autoinc.html).
    guard last < Int64.max else { throw BookError.full }
    nextID = last + 1
  }

  /// The runs added from here on belong to `owner`.
  func take(_ owner: RunOwner) throws {
    if var expected = recording?.owner, let first = recording?.first {
      if case .sequence(let sequence) = expected.place {
        expected.place = .sequence(sequence + nextID - first)
      }
      if expected == owner { return }
    }
    try end()
    recording = (owner, nextID)
  }

  /// Adds a run.
  ///
  /// - Returns: its id; it is in the book after ``flush()`` at the latest.
  @discardableResult
  func add(cell: Int64, _ measurements: Measurements) throws -> Int64 {
    guard nextID < Int64.max else { throw BookError.full }
    pending.append(PendingRun(cell: cell, measurements: measurements))
    nextID += 1
    let id = nextID - 1
    if pending.count == RunWriter.runsAtOnce { try insertPending() }
    return id
  }

  /// Puts all added runs into the book, for rows that refer to them.
  func flush() throws { try insertPending() }

  /// Ends the current recording; call it last in each transaction.
  func end() throws {
    guard let (owner, first) = recording else { return }
    recording = nil
    try insertPending()
    guard first < nextID else { return }
    if case .sequence(let sequence) = owner.place {
      try extendRecording.bind(Statements.ExtendRecording.runs, nextID - first)
      try extendRecording.bind(Statements.ExtendRecording.executionID, owner.executionID)
      try extendRecording.bind(Statements.ExtendRecording.updateID, owner.updateID)
      try extendRecording.bind(Statements.ExtendRecording.sequence, sequence)
      try extendRecording.bind(Statements.ExtendRecording.recordingID, first)
      defer { extendRecording.reset() }
      if try extendRecording.step() { return }
    }
    try insertRecording.bind(Statements.InsertRecording.recordingID, first)
    try insertRecording.bind(Statements.InsertRecording.sweepID, owner.sweepID)
    try insertRecording.bind(Statements.InsertRecording.executionID, owner.executionID)
    try insertRecording.bind(Statements.InsertRecording.updateID, owner.updateID)
    switch owner.place {
    case .item(let item):
      try insertRecording.bind(Statements.InsertRecording.item, item)
      try insertRecording.bind(Statements.InsertRecording.sequence, .absent)
    case .sequence(let sequence):
      try insertRecording.bind(Statements.InsertRecording.item, .absent)
      try insertRecording.bind(Statements.InsertRecording.sequence, sequence)
    }
    try insertRecording.bind(Statements.InsertRecording.runs, nextID - first)
    _ = try insertRecording.step()
  }

  private func insertPending() throws {
    let first = nextID - Int64(pending.count)
    if pending.count == RunWriter.runsAtOnce {
      for (place, run) in pending.enumerated() {
        try bind(
          run, first + Int64(place), to: insertRuns, behind: Int32(place) * RunWriter.parameters)
      }
      _ = try insertRuns.step()
    } else {
      for (place, run) in pending.enumerated() {
        try bind(run, first + Int64(place), to: insertRun, behind: 0)
        _ = try insertRun.step()
      }
    }
    for (place, run) in pending.enumerated() {
      let id = first + Int64(place)
      for metric in Metric.Key.columns {
        try insertDivergence(of: run.measurements[metric], metric, run: id)
      }
      try rows.put(run.measurements, of: id)
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func bind(
    _ run: PendingRun, _ id: Int64, to statement: Statement, behind parameter: Int32
  ) throws {
    try statement.bind(parameter + Statements.InsertRun.runID, id)
    try statement.bind(parameter + Statements.InsertRun.cellID, run.cell)
    for (place, metric) in Metric.Key.columns.enumerated() {
      let index = parameter + Statements.InsertRun.error + Int32(place)
      if let measurement = run.measurements[metric], measurement.isFinite {
        try statement.bind(index, measurement)
      } else {
        try statement.bind(index, .absent)
      }
    }
  }

  private func insertDivergence(
    of measurement: Double?, _ metric: Metric.Key, run id: Int64
  ) throws {
    guard let measurement, !measurement.isFinite else { return }
    try insertDivergence.bind(Statements.InsertDivergence.runID, id)
    try insertDivergence.bind(Statements.InsertDivergence.metric, metric.name)
    try insertDivergence.bind(Statements.InsertDivergence.value, measurement.shortestText)
    _ = try insertDivergence.step()
  }
}
