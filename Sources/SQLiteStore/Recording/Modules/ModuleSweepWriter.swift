import LoRASpectra
import SpecFiles

/// Records one sweep of measured modules: its row at the start, its modules in batches, its status
/// at the end.
package final class ModuleSweepWriter: OutcomeRecorder {
  /// The sweep's row, execution and counts.
  package let session: SweepSession
  private let modules: ModuleWriter

  /// Records the sweep as running, in one transaction.
  ///
  /// - Throws: `BookError.nameTaken`, `BookError.unusableName`, `SQLiteError`.
  package init(_ book: Book, _ new: NewSweep, plan: MeasurementPlan) throws {
    let connection = book.connection
    let beginning = try connection.transaction {
      try SweepSession.Beginning(
        connection, new, source: "measure", plannedRuns: plan.runCount,
        spec: SpecText.canonical(plan.spec), note: plan.spec.note, tags: plan.spec.tags,
        generator: nil)
    }
    session = try SweepSession(connection, beginning)
    modules = try ModuleWriter(
      connection, sweepID: session.sweepID, executionID: session.executionID)
  }

  /// Resumes a sweep that was interrupted or failed: what it has stays, and the other modules are
  /// missing.
  ///
  /// - Parameters:
  ///   - plan: of its spec, from the files as they are now.
  ///   - provenance: of the process that resumes it.
  ///   - isForced: whether to resume a sweep that is recorded as running on a machine that cannot
  ///   be asked.
  /// - Throws: `BookError.beingRecorded`, `BookError.recordedElsewhere`, `BookError.takenOver` if
  ///   it was finished or removed meanwhile, `BookError.filesChanged`, `SQLiteError`; an error of
  ///   reading the files.
  package init(
    _ book: Book, resuming sweepID: Int64, plan: MeasurementPlan, uuid: String, startedAt: String,
    provenance: Provenance, isForced: Bool = false
  ) throws {
    let connection = book.connection
    try ModuleSweepWriter.check(plan, isThatOf: connection.recordedSweep(sweepID), connection)
    let beginning = try connection.transaction {
      try SweepSession.Beginning(
        connection, resuming: connection.recordedSweep(sweepID),
        NewExecution(
          uuid: uuid, startedAt: startedAt, provenance: provenance, generator: nil),
        isForced: isForced)
    }
    session = try SweepSession(connection, beginning)
    modules = try ModuleWriter(
      connection, sweepID: session.sweepID, executionID: session.executionID)
  }

  /// Refuses files whose modules are others than those that are recorded. Of their numbers it
  /// compares those of the last recorded module.
  private static func check(
    _ plan: MeasurementPlan, isThatOf recorded: RecordedSweep, _ connection: Connection
  ) throws {
    guard recorded.plannedRuns == plan.runCount else {
      throw BookError.filesChanged(
        recorded.name,
        reason: "they have \(plan.runCount) runs now, and had \(recorded.plannedRuns)")
    }
    var last: (item: Int, sha256: String)?
    try connection.rows(
      Statements.recordedModules, ["sweep_id": .integer(recorded.sweepID)]
    ) { row in
      let name = try row.text(1)
      guard let item = Int(exactly: row.integer(0)), item < plan.count,
        plan[item].name.utf8.elementsEqual(name.utf8)
      else {
        throw BookError.filesChanged(
          recorded.name, reason: "they do not have the module '\(printable(name))' where it was")
      }
      last = (item, try row.text(2))
    }
    if let last, try plan[last.item].digests().sha256 != last.sha256 {
      throw BookError.filesChanged(
        recorded.name, reason: "the module '\(printable(plan[last.item].name))' has other numbers")
    }
  }

  /// Records modules with their spectra and runs, in one transaction.
  ///
  /// - Throws: `BookError.takenOver`, `SQLiteError`.
  package func record(_ measured: [MeasuredModule]) throws {
    do {
      try session.record(
        items: measured.count, runs: measured.reduce(0) { $0 + $1.points.count }
      ) { runs in try modules.write(measured, with: runs) }
    } catch {
      modules.forget()
      throw error
    }
  }
}
