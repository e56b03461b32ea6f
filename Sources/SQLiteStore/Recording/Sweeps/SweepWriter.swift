import LoRASpectra
import SpecFiles

/// A sweep before it is in the book.
package struct NewSweep: Sendable {
  /// 36 characters, the same in every book that the sweep is merged into.
  package var uuid: String
  /// 36 characters, those of its first execution: the sweep's own unless several books begin the
  /// same sweep, each with an execution of its own.
  package var executionUUID: String
  /// The requested name.
  package var name: String
  /// Whether the user gave the name, so that it must be free; a name from a spec gets a numeric
  /// suffix.
  package var nameIsAsked: Bool
  /// UTC, ISO 8601.
  package var startedAt: String
  /// Where and with which program it is computed.
  package var provenance: Provenance

  /// - Parameter executionUUID: the sweep's own where it is nil.
  package init(
    uuid: String, executionUUID: String? = nil, name: String, nameIsAsked: Bool,
    startedAt: String, provenance: Provenance
  ) {
    self.uuid = uuid
    self.executionUUID = executionUUID ?? uuid
    self.name = name
    self.nameIsAsked = nameIsAsked
    self.startedAt = startedAt
    self.provenance = provenance
  }
}

/// Records one sweep: its row and cells at the start, its updates in batches, its status at the
/// end.
package final class SweepWriter: SweepRecorder {
  /// The sweep's id.
  package let sweepID: Int64
  /// The sweep's name in the book.
  package let name: String
  private let connection: Connection
  private let grid: Grid
  private let executionID: Int64
  private let prescriptions: [Int64]
  private let cells: [CellWriter]
  /// Number of its runs in the book.
  package private(set) var recordedRuns: Int
  /// Held until the sweep has ended; nil also if the file system has no such locks.
  private var lock: SweepLock?

  private let updates: UpdateWriter
  private let runs: RunWriter
  private let findRecording: Statement
  private let summaries: SummaryWriter
  private let setRecordedRuns: Statement

  /// A cell's id and summaries.
  final class CellWriter {
    let id: Int64
    /// The summaries in the book.
    var kept: Summaries
    /// The summaries in the book after the current batch.
    var next: Summaries
    var isChanged = false

    init(id: Int64, kept: Summaries = Summaries()) {
      self.id = id
      self.kept = kept
      next = kept
    }
  }

  /// The summaries of a cell's values.
  struct Summaries {
    var error = RunningSummary()
    var truncationError = RunningSummary()
    var varianceCaptured = RunningSummary()
  }

  /// A sweep that this process has recorded as running.
  struct Beginning {
    var sweepID: Int64
    var executionID: Int64
    var name: String
    var prescriptions: [Int64]
    var cells: [CellWriter]
    var recordedRuns = 0
    var lock: SweepLock?
  }

  /// Records the sweep as running, with its cells, in one transaction.
  ///
  /// - Throws: `BookError.nameTaken`, `BookError.unusableName`, `SQLiteError`.
  package convenience init(_ book: Book, _ new: NewSweep, grid: Grid) throws {
    try Book.checkName(new.name)
    try self.init(book, grid: grid) { connection in
      let name = try SweepWriter.freeName(connection, new)
      let sweepID = try SweepWriter.insertSweep(connection, new, name: name, grid: grid)
      let executionID = try connection.insertExecution(
        NewExecution(uuid: new.executionUUID, startedAt: new.startedAt, provenance: new.provenance),
        of: sweepID)
      let prescriptions = try SweepWriter.insertProfiles(connection, sweepID, grid.spec.profiles)
      let cells = try SweepWriter.insertCells(connection, sweepID, prescriptions, grid)
      return Beginning(
        sweepID: sweepID, executionID: executionID, name: name, prescriptions: prescriptions,
        cells: cells.map { CellWriter(id: $0) }, lock: try? SweepLock.take(sweepID, of: connection))
    }
  }

  /// Prepares to record a sweep that `begin` inserts into the book or finds there, in one
  /// transaction.
  init(
    _ book: Book, grid: Grid, begin: (Connection) throws -> Beginning
  ) throws {
    let connection = book.connection
    self.connection = connection
    self.grid = grid
    updates = try UpdateWriter(connection)
    runs = try RunWriter(connection)
    findRecording = try connection.prepare(Statements.findRecording)
    summaries = try SummaryWriter(connection)
    setRecordedRuns = try connection.prepare(Statements.setRecordedRuns)
    let beginning = try connection.transaction { try begin(connection) }
    sweepID = beginning.sweepID
    executionID = beginning.executionID
    name = beginning.name
    prescriptions = beginning.prescriptions
    cells = beginning.cells
    recordedRuns = beginning.recordedRuns
    lock = beginning.lock
  }

  /// Number of updates of the grid, from the first, in the book.
  package var recordedUpdates: Int { recordedRuns / grid.points.count }

  /// Records updates with their spectra and runs, in one transaction.
  ///
  /// - Throws: `BookError.takenOver`, `SQLiteError`.
  package func record(_ updates: [MeasuredUpdate]) throws {
    var changed: [CellWriter] = []
    defer { changed.forEach { $0.isChanged = false } }
    let recorded = recordedRuns + updates.reduce(0) { $0 + $1.measurements.count }
    do {
      try connection.transaction {
        try setRecordedRuns.bind([
          "sweep_id": .integer(sweepID), "execution_id": .integer(executionID),
          "recorded_runs": .integer(Int64(recorded)), "before": .integer(Int64(recordedRuns)),
        ])
        try setRecordedRuns.stepOnce(orThrow: BookError.takenOver(name))
        try runs.begin()
        for update in updates { try record(update, changing: &changed) }
        try runs.end()
        for cell in changed {
          try summaries.put(cell.next.error, cell: cell.id, metric: .error)
          try summaries.put(cell.next.truncationError, cell: cell.id, metric: .truncationError)
          try summaries.put(cell.next.varianceCaptured, cell: cell.id, metric: .varianceCaptured)
        }
      }
    } catch {
      // The batch was rolled back, so the summaries for the next one must be too.
      for cell in changed { cell.next = cell.kept }
      self.updates.forget()
      throw error
    }
    for cell in changed { cell.kept = cell.next }
    recordedRuns = recorded
  }

  /// Records how the sweep ended.
  ///
  /// - Parameter failure: the error, if it failed.
  /// - Throws: `BookError.takenOver`, `SQLiteError`.
  package func finish(_ status: Status, at time: String, failure: String? = nil) throws {
    let finish = try connection.prepare(Statements.finishSweep)
    try finish.bind([
      "sweep_id": .integer(sweepID), "execution_id": .integer(executionID),
      "status": .text(status.rawValue), "finished_at": .text(time),
      "failure": failure.map(Value.text) ?? .absent,
    ])
    try connection.transaction {
      try finish.stepOnce(orThrow: BookError.takenOver(name))
      try connection.finishExecution(executionID, at: time)
    }
    lock = nil
  }

  /// The ways in which a sweep ends.
  package enum Status: String, Sendable {
    case finished, interrupted, failed
  }

  private func record(_ update: MeasuredUpdate, changing changed: inout [CellWriter]) throws {
    let identity = update.planned.identity
    let origin = Origin(
      generator: identity.generator, position: identity.position, shape: identity.shape,
      prescription: prescriptions[update.planned.group % prescriptions.count],
      noise: identity.noise)
    let updateID = try updates.update(
      origin, seed: identity.seed, singularValues: update.spectrum.singularValues)
    try findRecording.bind(Statements.FindRecording.updateID, updateID)
    try findRecording.bind(Statements.FindRecording.sweepID, sweepID)
    defer { findRecording.reset() }
    guard try !findRecording.step() else {
      throw BookError.recordedAlready(sweep: name, seed: identity.seed)
    }
    try runs.take(
      RunOwner(
        sweepID: sweepID, executionID: executionID, updateID: updateID,
        place: .item(Int64(update.planned.ordinal))))
    let firstCell = update.planned.group * grid.points.count
    for (offset, measurement) in update.measurements.enumerated() {
      let cell = cells[firstCell + offset]
      try runs.add(
        cell: cell.id, error: measurement.error, truncationError: measurement.truncationError,
        varianceCaptured: measurement.varianceCaptured)
      cell.next.error.add(measurement.error)
      cell.next.truncationError.add(measurement.truncationError)
      cell.next.varianceCaptured.add(measurement.varianceCaptured)
      if !cell.isChanged {
        cell.isChanged = true
        changed.append(cell)
      }
    }
  }
}

extension SweepWriter {
  private static func freeName(_ connection: Connection, _ new: NewSweep) throws -> String {
    var free = new.name
    try connection.rows(Statements.freeName, ["name": .text(new.name)]) { free = try $0.text(0) }
    if new.nameIsAsked, free != new.name { throw BookError.nameTaken(new.name) }
    return free
  }

  private static func insertSweep(
    _ connection: Connection, _ new: NewSweep, name: String, grid: Grid
  ) throws -> Int64 {
    try connection.run(
      Statements.insertSweep,
      [
        "uuid": .text(new.uuid), "name": .text(name), "status": .text("running"),
        "source": .text("sweep"), "started_at": .text(new.startedAt),
        "planned_runs": .integer(Int64(grid.runCount)),
        "spec": .text(SpecText.canonical(grid.spec)), "note": .text(grid.spec.note),
      ])
    let sweepID = connection.lastInsertedID
    for tag in grid.spec.tags {
      try connection.addTag(tag, to: sweepID)
    }
    return sweepID
  }

  /// - Returns: the prescriptions' ids, in the profiles' order.
  private static func insertProfiles(
    _ connection: Connection, _ sweepID: Int64, _ profiles: [Profile]
  ) throws -> [Int64] {
    try profiles.map { profile in
      let id = try connection.prescriptionID(profile.definition)
      try connection.run(
        Statements.insertProfile,
        [
          "sweep_id": .integer(sweepID), "prescription_id": .integer(id),
          "label": .text(profile.label),
        ])
      return id
    }
  }

  /// - Returns: the cells' ids, in the grid's order.
  private static func insertCells(
    _ connection: Connection, _ sweepID: Int64, _ prescriptions: [Int64], _ grid: Grid
  ) throws -> [Int64] {
    let insert = try connection.prepare(Statements.insertCell)
    var ids: [Int64] = []
    try insert.bind(Statements.InsertCell.sweepID, sweepID)
    try grid.forEachCell(of: prescriptions) { cell in
      try insert.bind(Statements.InsertCell.prescriptionID, cell.prescription)
      try insert.bind(Statements.InsertCell.d, Int64(cell.shape.d))
      try insert.bind(Statements.InsertCell.k, Int64(cell.shape.k))
      try insert.bind(Statements.InsertCell.noise, cell.noise)
      try insert.bind(Statements.InsertCell.rank, Int64(cell.point.rank))
      try insert.bind(Statements.InsertCell.alpha, cell.point.alpha)
      try insert.bind(Statements.InsertCell.rule, "\(cell.point.rule)")
      try insert.bind(Statements.InsertCell.scale, cell.point.scale)
      _ = try insert.step()
      ids.append(connection.lastInsertedID)
    }
    return ids
  }
}

/// The settings of one cell, as a row of `cell` has them.
struct CellSettings {
  var prescription: Int64
  var shape: Shape
  var noise: Double
  var point: Grid.Point
}

extension Grid {
  /// Passes the cells in the book's order: shapes, noise levels, profiles, points.
  ///
  /// - Parameter prescriptions: the profiles' ids in the book, in order.
  func forEachCell(
    of prescriptions: [Int64], _ body: (CellSettings) throws -> Void
  ) rethrows {
    for shape in spec.shapes {
      for noise in spec.noise {
        for prescription in prescriptions {
          for point in points {
            try body(
              CellSettings(prescription: prescription, shape: shape, noise: noise, point: point))
          }
        }
      }
    }
  }
}
