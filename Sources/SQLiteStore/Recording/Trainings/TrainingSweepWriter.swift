import LoRASpectra
import SpecFiles

/// Records one sweep of trainings: its row at the start, its items in batches, its status at the
/// end.
package final class TrainingSweepWriter: OutcomeRecorder {
  /// The sweep's row, execution and counts.
  package let session: SweepSession
  private let items: TrainedItemWriter

  /// Records the sweep as running, in one transaction.
  ///
  /// - Throws: `BookError.nameTaken`, `BookError.unusableName`, `SQLiteError`.
  package init(_ book: Book, _ new: NewSweep, grid: TrainingGrid) throws {
    let connection = book.connection
    let sweep = grid.spec.sweep
    let (beginning, prescriptions) = try connection.transaction {
      let beginning = try SweepSession.Beginning(
        connection, new, source: "train", plannedRuns: grid.runCount,
        spec: SpecText.canonical(grid.spec), note: sweep.note, tags: sweep.tags)
      return (beginning, try connection.insertProfiles(sweep.profiles, of: beginning.sweepID))
    }
    session = try SweepSession(connection, beginning)
    items = try TrainedItemWriter(
      connection, sweepID: session.sweepID, executionID: session.executionID,
      prescriptions: prescriptions)
  }

  /// Resumes a sweep that was interrupted or failed: what it has stays, and the other items are
  /// missing.
  ///
  /// - Parameters:
  ///   - grid: the grid of its spec.
  ///   - provenance: of the process that resumes it.
  ///   - isForced: whether to resume a sweep that is recorded as running on a machine that cannot
  ///   be asked.
  /// - Throws: `BookError.beingRecorded`, `BookError.recordedElsewhere`, `BookError.takenOver` if
  ///   it was finished or removed meanwhile, `BookError.unlikeItsSpec`, `SQLiteError`.
  package init(
    _ book: Book, resuming sweepID: Int64, grid: TrainingGrid, uuid: String, startedAt: String,
    shard: Shard? = nil, provenance: Provenance, isForced: Bool = false
  ) throws {
    let connection = book.connection
    let (beginning, prescriptions) = try connection.transaction {
      let recorded = try connection.recordedSweep(sweepID)
      let beginning = try SweepSession.Beginning(
        connection, resuming: recorded,
        NewExecution(
          uuid: uuid, startedAt: startedAt, shard: shard, provenance: provenance),
        isForced: isForced)
      let prescriptions = try recorded.prescriptions(
        of: grid.spec.sweep.profiles, plannedRuns: grid.runCount, itemCount: grid.itemCount,
        runsPerItem: grid.pointsPerItem, beginning.items)
      return (beginning, prescriptions)
    }
    session = try SweepSession(connection, beginning)
    items = try TrainedItemWriter(
      connection, sweepID: session.sweepID, executionID: session.executionID,
      prescriptions: prescriptions)
  }

  /// Records items with their spectra, runs and curves, in one transaction.
  ///
  /// - Throws: `BookError.takenOver`, `SQLiteError`.
  package func record(_ trained: [TrainedItem]) throws {
    do {
      try session.record(
        items: trained.count, runs: trained.reduce(0) { $0 + $1.runs.count }
      ) { runs in try items.write(trained, with: runs) }
    } catch {
      items.forget()
      throw error
    }
  }
}
