import LoRASpectra

/// Records runs one behind the other, and of which update and sweep they are, for whoever records any.
final class RunWriter {
  private let lastRun: Statement
  private let insertRun: Statement
  private let insertDivergence: Statement
  private let insertRecording: Statement
  private let extendRecording: Statement
  private var nextID: Int64 = 1
  /// The runs in hand.
  private var recording: (sweepID: Int64, updateID: Int64, first: Int64)?

  init(_ connection: Connection) throws {
    lastRun = try connection.prepare(Statements.lastRun)
    insertRun = try connection.prepare(Statements.insertRun)
    insertDivergence = try connection.prepare(Statements.insertDivergence)
    insertRecording = try connection.prepare(Statements.insertRecording)
    extendRecording = try connection.prepare(Statements.extendRecording)
  }

  /// Goes on behind the last run of the book; the first thing in each transaction.
  func begin() throws {
    recording = nil
    _ = try lastRun.step()
    defer { lastRun.reset() }
    let last = lastRun.integer(0)
    // SQLite's own ids end here as well (sqlite.org/autoinc.html).
    guard last < Int64.max else { throw BookError.full }
    nextID = last + 1
  }

  /// The runs added from here on are of this update and sweep.
  func take(updateID: Int64, sweepID: Int64) throws {
    if let recording, recording.updateID == updateID, recording.sweepID == sweepID { return }
    try end()
    recording = (sweepID, updateID, nextID)
  }

  /// Adds a run. A measurement that is nil was not recorded, one that is not finite diverged.
  func add(
    cell: Int64, error: Double?, truncationError: Double?, varianceCaptured: Double?
  ) throws {
    guard nextID < Int64.max else { throw BookError.full }
    try insertRun.bind(1, nextID)
    try insertRun.bind(2, cell)
    try bind(3, error)
    try bind(4, truncationError)
    try bind(5, varianceCaptured)
    _ = try insertRun.step()
    try insertDivergence(of: error, .error)
    try insertDivergence(of: truncationError, .truncationError)
    try insertDivergence(of: varianceCaptured, .varianceCaptured)
    nextID += 1
  }

  /// Records of what the runs in hand are; the last thing in each transaction.
  func end() throws {
    guard let (sweepID, updateID, first) = recording else { return }
    recording = nil
    guard first < nextID else { return }
    for (statement, order) in [(extendRecording, [4, 2, 3, 1]), (insertRecording, [1, 2, 3, 4])] {
      for (parameter, value) in zip(order, [first, sweepID, updateID, nextID - first]) {
        try statement.bind(Int32(parameter), value)
      }
    }
    defer { extendRecording.reset() }
    if try !extendRecording.step() { _ = try insertRecording.step() }
  }

  private func bind(_ index: Int32, _ measurement: Double?) throws {
    if let measurement, measurement.isFinite {
      try insertRun.bind(index, measurement)
    } else {
      try insertRun.bind(index, .absent)
    }
  }

  private func insertDivergence(of measurement: Double?, _ metric: Comparison.Metric) throws {
    guard let measurement, !measurement.isFinite else { return }
    try insertDivergence.bind(1, nextID)
    try insertDivergence.bind(2, metric.rawValue)
    try insertDivergence.bind(3, measurement.shortestText)
    _ = try insertDivergence.step()
  }
}
