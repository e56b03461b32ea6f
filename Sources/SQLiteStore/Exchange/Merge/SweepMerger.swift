import LoRASpectra

/// Merges the sweeps of one book into another, inside a transaction of the latter.
///
/// Runs are only ever appended to a sweep. So if two copies come from one recording, one of them
/// holds the first runs of the other, or all of them; all other copies contradict each other.
final class SweepMerger {
  private let source: MergeSource
  private let connection: Connection
  private let updates: MergedUpdates
  private let runs: RunWriter

  init(_ source: MergeSource, into connection: Connection) throws {
    self.source = source
    self.connection = connection
    updates = try MergedUpdates(source, into: connection, UpdateWriter(connection))
    runs = try RunWriter(connection)
  }

  /// Merges one sweep.
  ///
  /// - Parameter id: its id in the source.
  /// - Throws: `BookError`, `SQLiteError`.
  func merge(_ id: Int64) throws -> MergedSweep {
    let theirs = try SweepRecord(source.connection, id)
    guard theirs.hasPossibleUUID else {
      throw source.damage("sweep \(id) has an impossible uuid")
    }
    var merged = MergedSweep(
      file: source.path, uuid: theirs.uuid, name: theirs.name, outcome: .present, newRuns: 0,
      remark: "")
    do {
      var found: Int64?
      try connection.rows(Statements.findSweepByUuid, ["uuid": .text(theirs.uuid)]) {
        found = $0.integer(0)
      }
      if let found {
        try extend(SweepRecord(connection, found), with: theirs, &merged)
      } else {
        try add(theirs, &merged)
      }
    } catch let conflict as MergeConflict {
      merged.outcome = .conflict
      merged.newRuns = 0
      merged.remark = conflict.what
    }
    return merged
  }

  private func add(_ theirs: SweepRecord, _ merged: inout MergedSweep) throws {
    do {
      try Book.checkName(theirs.name)
    } catch BookError.unusableName(_, let reason) {
      throw MergeConflict(what: "its name \(reason); rename it there with 'lorabook edit'")
    }
    try connection.rows(Statements.freeName, ["name": .text(theirs.name)]) {
      merged.name = try $0.text(0)
    }
    if merged.name != theirs.name {
      merged.remark = "renamed: another sweep is called '\(theirs.name)' here"
    }
    try connection.run(Statements.insertMergedSweep, theirs.bindings(named: merged.name))
    let sweepID = connection.lastInsertedID
    for tag in theirs.tags {
      try connection.addTag(tag, to: sweepID)
    }
    let cells = try MergedCells(
      source, sweep: theirs.id, as: sweepID, into: connection, updates)
    merged.outcome = .added
    let rest = try RunCursor(source.connection, sweepID: theirs.id)
    let executions = try executions(of: theirs, as: sweepID)
    merged.newRuns = try append(rest, isOnRun: false, of: theirs, to: sweepID, cells, executions)
    try take(theirs, as: sweepID, recordedRuns: merged.newRuns)
  }

  private func extend(
    _ ours: SweepRecord, with theirs: SweepRecord, _ merged: inout MergedSweep
  ) throws {
    merged.name = ours.name
    if let field = ours.contradiction(to: theirs) {
      throw MergeConflict(what: "its \(field) is another here and there")
    }
    let cells = try MergedCells(
      source, sweep: theirs.id, as: ours.id, into: connection, updates)
    let here = try RunCursor(connection, sweepID: ours.id)
    let there = try RunCursor(source.connection, sweepID: theirs.id)
    var shared = 0
    while try here.next() {
      guard try there.next() else {
        merged.remark = ours.remark(on: theirs, ", of which the file has the first \(shared) runs")
        return
      }
      shared += 1
      try compare(here, there, cells, exactly: !ours.isComputed, number: shared)
    }
    let hasMore = try there.next()
    guard hasMore || (ours.status != "running" && theirs.endsFurther(than: ours)) else {
      merged.remark = ours.remark(on: theirs)
      return
    }
    guard ours.status != "running" else {
      throw MergeConflict(
        what: "it is being recorded here, and the file has more of it; merge when it is done")
    }
    merged.outcome = .extended
    merged.remark = ours.remark(on: theirs)
    let executions = try executions(of: theirs, as: ours.id)
    if hasMore {
      merged.newRuns = try append(there, isOnRun: true, of: theirs, to: ours.id, cells, executions)
    }
    try take(theirs, as: ours.id, recordedRuns: shared + merged.newRuns)
  }

  private func compare(
    _ here: RunCursor, _ there: RunCursor, _ cells: MergedCells, exactly: Bool, number: Int
  ) throws {
    guard try updates.update(there.updateID, isMade: false) == here.updateID,
      try cells.cell(there.cellID, isMade: false)?.id == here.cellID
    else { throw MergeConflict(what: "its run \(number) is of other settings here and there") }
    if let (metric, here, there) = try here.measured().contradiction(
      to: there.measured(), exactly: exactly)
    {
      func text(_ value: Double?) -> String { value.map(\.shortestText) ?? "not recorded" }
      throw MergeConflict(
        what:
          "the \(metric.rawValue) of its run \(number) is \(text(here)) here and \(text(there)) there"
      )
    }
  }

  /// Records the run at a cursor, if it stands on one, and all later ones.
  ///
  /// - Returns: number of runs recorded.
  private func append(
    _ cursor: RunCursor, isOnRun: Bool, of theirs: SweepRecord, to sweepID: Int64,
    _ cells: MergedCells, _ executions: MergedExecutions
  ) throws -> Int {
    try bringProfiles(of: theirs, to: sweepID)
    try cells.makeAll()
    try runs.begin()
    var count = 0
    var isOnRun = try isOnRun || cursor.next()
    while isOnRun {
      guard let updateID = try updates.update(cursor.updateID, isMade: true),
        let cell = try cells.cell(cursor.cellID, isMade: true)
      else { throw source.damage("a run has no update or no settings") }
      let measured = try cursor.measured()
      try runs.take(
        RunOwner(
          sweepID: sweepID, executionID: executions.execution(cursor.executionID),
          updateID: updateID, place: cursor.place))
      try runs.add(
        cell: cell.id, error: measured.error, truncationError: measured.truncationError,
        varianceCaptured: measured.varianceCaptured)
      cell.add(
        error: measured.error, truncationError: measured.truncationError,
        varianceCaptured: measured.varianceCaptured)
      count += 1
      isOnRun = try cursor.next()
    }
    try runs.end()
    try cells.putSummaries()
    return count
  }

  private func executions(
    of theirs: SweepRecord, as sweepID: Int64
  ) throws -> MergedExecutions {
    let executions = MergedExecutions(source, sweep: theirs.id, as: sweepID, into: connection)
    try executions.makeAll()
    return executions
  }

  private func bringProfiles(of theirs: SweepRecord, to sweepID: Int64) throws {
    try source.connection.rows(Statements.mergedProfiles, ["sweep_id": .integer(theirs.id)]) {
      let label = try $0.text(1)
      guard let prescription = try updates.prescription($0.integer(0), isMade: true) else { return }
      let profile: [String: Value] = [
        "sweep_id": .integer(sweepID), "prescription_id": .integer(prescription),
        "label": .text(label),
      ]
      let known = try connection.table(Statements.sameProfile, profile).rows
      guard known.allSatisfy({ $0 == [.integer(1)] }) else {
        throw MergeConflict(what: "its profile '\(label)' is another here and there")
      }
      try connection.run(Statements.putProfile, profile)
    }
  }

  private func take(_ theirs: SweepRecord, as sweepID: Int64, recordedRuns: Int) throws {
    try connection.run(
      Statements.takeMergedSweep, theirs.bindings(as: sweepID, recordedRuns: recordedRuns))
  }
}
