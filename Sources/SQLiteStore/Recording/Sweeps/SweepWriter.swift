import LoRASpectra
import SpecFiles

/// A sweep before it is in the book.
package struct NewSweep: Sendable {
  /// 36 characters, the same in every book that the sweep is merged into.
  package var uuid: String
  /// 36 characters, those of its first execution: the sweep's own unless several books begin the
  /// same sweep, each with an execution of its own.
  package var executionUUID: String
  /// The part of the grid that this process records; nil for all of it.
  package var shard: Shard?
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
    uuid: String, executionUUID: String? = nil, shard: Shard? = nil, name: String,
    nameIsAsked: Bool,
    startedAt: String, provenance: Provenance
  ) {
    self.uuid = uuid
    self.executionUUID = executionUUID ?? uuid
    self.shard = shard
    self.name = name
    self.nameIsAsked = nameIsAsked
    self.startedAt = startedAt
    self.provenance = provenance
  }
}

/// Records one sweep: its row and cells at the start, its updates in batches, its status at the
/// end.
package final class SweepWriter: OutcomeRecorder {
  /// The sweep's row, execution and counts.
  package let session: SweepSession
  private let grid: Grid
  private let prescriptions: [Int64]
  private let cells: [CellWriter]
  private let updates: UpdateWriter
  private let findRecording: Statement
  private let summaries: SummaryWriter

  /// A cell's id and summaries.
  final class CellWriter {
    let id: Int64
    /// The summaries in the book.
    var kept: MetricValues<RunningSummary>
    /// The summaries in the book after the current batch.
    var next: MetricValues<RunningSummary>
    var isChanged = false

    init(id: Int64, kept: MetricValues<RunningSummary> = MetricValues()) {
      self.id = id
      self.kept = kept
      next = kept
    }
  }

  /// What the book has of a sweep that begins or goes on.
  struct Beginning {
    var session: SweepSession.Beginning
    var prescriptions: [Int64]
    var cells: [CellWriter]
  }

  /// Records the sweep as running, with its cells, in one transaction.
  ///
  /// - Throws: `BookError.nameTaken`, `BookError.unusableName`, `SQLiteError`.
  package convenience init(_ book: Book, _ new: NewSweep, grid: Grid) throws {
    try self.init(book, grid: grid) { connection in
      let session = try SweepSession.Beginning(
        connection, new, source: "sweep", plannedRuns: grid.runCount,
        spec: SpecText.canonical(grid.spec), note: grid.spec.note, tags: grid.spec.tags)
      let prescriptions = try connection.insertProfiles(grid.spec.profiles, of: session.sweepID)
      let cells = try SweepWriter.insertCells(connection, session.sweepID, prescriptions, grid)
      return Beginning(
        session: session, prescriptions: prescriptions, cells: cells.map { CellWriter(id: $0) })
    }
  }

  /// Prepares to record a sweep that `begin` inserts into the book or finds there, in one
  /// transaction.
  init(
    _ book: Book, grid: Grid, begin: (Connection) throws -> Beginning
  ) throws {
    let connection = book.connection
    self.grid = grid
    updates = try UpdateWriter(connection)
    findRecording = try connection.prepare(Statements.findRecording)
    summaries = try SummaryWriter(connection)
    let beginning = try connection.transaction { try begin(connection) }
    session = try SweepSession(connection, beginning.session)
    prescriptions = beginning.prescriptions
    cells = beginning.cells
  }

  /// Records updates with their spectra and runs, in one transaction.
  ///
  /// - Throws: `BookError.takenOver`, `SQLiteError`.
  package func record(_ updates: [MeasuredUpdate]) throws {
    var changed: [CellWriter] = []
    defer { changed.forEach { $0.isChanged = false } }
    let newRuns = updates.reduce(0) { $0 + $1.measurements.count }
    do {
      try session.record(items: updates.count, runs: newRuns) { runs in
        for update in updates { try record(update, with: runs, changing: &changed) }
        for cell in changed { try summaries.put(cell.next, cell: cell.id) }
      }
    } catch {
      // The batch was rolled back, so the summaries for the next one must be too.
      for cell in changed { cell.next = cell.kept }
      self.updates.forget()
      throw error
    }
    for cell in changed { cell.kept = cell.next }
  }

  private func record(
    _ update: MeasuredUpdate, with runs: RunWriter, changing changed: inout [CellWriter]
  ) throws {
    let identity = update.planned.identity
    let origin = Origin(
      generator: identity.generator, position: identity.position, shape: identity.shape,
      prescription: prescriptions[update.planned.group % prescriptions.count],
      noise: identity.noise)
    let updateID = try updates.update(
      origin, seed: identity.seed, singularValues: update.spectrum.singularValues)
    try findRecording.bind(Statements.FindRecording.updateID, updateID)
    try findRecording.bind(Statements.FindRecording.sweepID, session.sweepID)
    defer { findRecording.reset() }
    guard try !findRecording.step() else {
      throw BookError.recordedAlready(sweep: session.name, seed: identity.seed)
    }
    try runs.take(
      RunOwner(
        sweepID: session.sweepID, executionID: session.executionID, updateID: updateID,
        place: .item(Int64(update.planned.ordinal))))
    let firstCell = update.planned.group * grid.points.count
    for (offset, computed) in update.measurements.enumerated() {
      let cell = cells[firstCell + offset]
      let measurements = Measurements(computed)
      try runs.add(cell: cell.id, measurements)
      cell.next.add(measurements)
      if !cell.isChanged {
        cell.isChanged = true
        changed.append(cell)
      }
    }
  }
}

extension SweepWriter {
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

extension Connection {
  /// Records the profiles of a sweep.
  ///
  /// - Returns: their prescriptions' ids, in the profiles' order.
  func insertProfiles(_ profiles: [Profile], of sweepID: Int64) throws -> [Int64] {
    try profiles.map { profile in
      let id = try prescriptionID(profile.definition)
      try run(
        Statements.insertProfile,
        [
          "sweep_id": .integer(sweepID), "prescription_id": .integer(id),
          "label": .text(profile.label),
        ])
      return id
    }
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
