import LoRASpectra

/// Merges the sweeps of one book into another, inside a transaction of the latter.
///
/// What a sweep has recorded is a set: of a computed one the items of its grid, of another the runs
/// of its executions. What both books have must agree; what is missing here is added.
final class SweepMerger {
  private let source: MergeSource
  private let connection: Connection
  private let updates: MergedUpdates
  private let trainings: MergedTrainings
  private let runs: RunWriter
  private let here: RunCursor
  private let there: RunCursor
  private let sameItem: Statement
  private let sameSequence: Statement
  private let values: MergedUserValues
  private let unitedName: ExactText?

  /// - Parameter unitedName: the logged sweeps with this name become one; nil where a sweep is known by its uuid alone.
  init(_ source: MergeSource, into connection: Connection, uniting unitedName: ExactText?) throws {
    self.unitedName = unitedName
    self.source = source
    self.connection = connection
    updates = try MergedUpdates(source, into: connection, UpdateWriter(connection))
    trainings = try MergedTrainings(source, into: connection)
    runs = try RunWriter(connection)
    here = try RunCursor(connection)
    there = try RunCursor(source.connection)
    sameItem = try connection.prepare(Statements.sameItem)
    sameSequence = try connection.prepare(Statements.sameSequence)
    values = try MergedUserValues(source, into: connection)
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
      let isUnited = ExactText(theirs.name) == unitedName
      if isUnited {
        try connection.rows(Statements.findExternalSweep, ["name": .text(theirs.name)]) {
          found = $0.integer(0)
        }
      } else {
        try connection.rows(Statements.findSweepByUuid, ["uuid": .text(theirs.uuid)]) {
          found = $0.integer(0)
        }
      }
      if isUnited, theirs.isComputed {
        throw MergeConflict(what: "it was computed, and --as unites logged sweeps alone")
      }
      if let found {
        try extend(SweepRecord(connection, found), with: theirs, isUnited: isUnited, &merged)
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
    merged.outcome = .added
    merged.newRuns = try unite(theirs, as: sweepID, isHereFirst: false).added
    try take(theirs.bindings(as: sweepID, recordedRuns: merged.newRuns))
  }

  private func extend(
    _ ours: SweepRecord, with theirs: SweepRecord, isUnited: Bool, _ merged: inout MergedSweep
  ) throws {
    merged.name = ours.name
    if isUnited {
      guard !ours.isComputed else {
        throw MergeConflict(
          what: "the sweep of its name was computed here, and --as unites logged sweeps alone")
      }
    } else if let field = ours.contradiction(to: theirs) {
      throw MergeConflict(what: "its \(field) is another here and there")
    }
    let (shared, added, newValues) = try unite(
      theirs, as: ours.id, isRunning: ours.status == "running")
    let isMore = shared < ours.recordedRuns
    merged.remark = ours.remark(on: theirs, goesFurther: isMore && !isUnited)
    if isUnited {
      for tag in theirs.tags where !ours.tags.contains(tag) {
        try connection.addTag(tag, to: ours.id)
      }
    }
    if newValues > 0 { merged.outcome = .extended }
    guard added > 0 || (!isMore && ours.status != "running" && theirs.endsFurther(than: ours))
    else { return }
    merged.outcome = .extended
    merged.newRuns = added
    if added == 0 {
      try MergedExecutions(source, sweep: theirs.id, as: ours.id, into: connection).makeAll()
    }
    let recordedRuns = ours.recordedRuns + added
    try take(
      isMore || isUnited
        ? theirs.bindings(as: ours.id, unitedWith: ours, recordedRuns: recordedRuns)
        : theirs.bindings(as: ours.id, recordedRuns: recordedRuns))
  }

  /// A recording of the source.
  private struct Recording {
    var id: Int64
    var updateID: Int64
    var executionID: Int64
    var item: Int64?
    var sequence: Int64
    var runs: Int64
  }

  /// Compares what both books have of a sweep, and adds what is missing here.
  ///
  /// - Parameters:
  ///   - isHereFirst: whether the sweep was here before.
  ///   - isRunning: whether it is being recorded here, so that nothing may be added.
  /// - Returns: number of runs that both have, number of runs added, and number of values that were added to runs that
  ///   both have.
  private func unite(
    _ theirs: SweepRecord, as sweepID: Int64, isHereFirst: Bool = true, isRunning: Bool = false
  ) throws -> (shared: Int, added: Int, newValues: Int) {
    let cells = try MergedCells(
      source, sweep: theirs.id, as: sweepID, into: connection, updates, trainings)
    let executions = MergedExecutions(source, sweep: theirs.id, as: sweepID, into: connection)
    var isBegun = false
    var (shared, added, newValues) = (0, 0, 0)
    func begin() throws {
      guard !isRunning else {
        throw MergeConflict(
          what: "it is being recorded here, and the file has more of it; merge when it is done")
      }
      try bringProfiles(of: theirs, to: sweepID)
      try cells.makeAll()
      try executions.makeAll()
      try runs.begin()
      isBegun = true
    }
    if !isHereFirst { try begin() }
    try source.connection.rows(
      Statements.mergedRecordings, ["sweep_id": .integer(theirs.id)]
    ) { row in
      let recording = Recording(
        id: row.integer(0), updateID: row.integer(1), executionID: row.integer(2),
        item: row.kind(3) == .absent ? nil : row.integer(3), sequence: row.integer(4),
        runs: row.integer(5))
      guard recording.runs > 0, recording.runs <= Int64.max - recording.id,
        recording.runs <= Int64.max - recording.sequence
      else { throw source.damage("a recording counts impossible runs") }
      var offset: Int64 = 0
      while offset < recording.runs {
        let part =
          try isHereFirst ? self.part(of: recording, from: offset, sweepID, executions) : nil
        if let part, part.isHere {
          try compare(recording, offset, with: part, cells, number: shared + added)
          if recording.item == nil, !isRunning {
            for place in 0..<part.count {
              newValues += try values.unite(
                recording.id + offset + place, with: part.first + place,
                number: shared + added + Int(place) + 1, executions)
            }
          }
          shared += Int(part.count)
          offset += part.count
        } else {
          var count = part?.count ?? recording.runs - offset
          if !isBegun { try begin() }
          if recording.item == nil,
            let namesake = try values.namesake(
              from: recording.id + offset, count: count, sweepID: sweepID, flush: runs.end)
          {
            count = namesake.theirs - recording.id - offset
            if count == 0 {
              newValues += try unite(
                recording, offset, with: namesake, number: shared + added, cells, executions)
              shared += 1
              offset += 1
              continue
            }
          }
          try append(
            recording, offset, count, of: theirs.id, to: sweepID, cells, executions)
          added += Int(count)
          offset += count
        }
      }
    }
    if isBegun {
      try runs.end()
      try cells.putSummaries()
    }
    return (shared, added, newValues)
  }

  /// Adds to a run here what a run of the same name has, which another process logged.
  ///
  /// - Returns: how many values were new.
  private func unite(
    _ recording: Recording, _ offset: Int64, with namesake: MergedUserValues.Namesake,
    number: Int, _ cells: MergedCells, _ executions: MergedExecutions
  ) throws -> Int {
    let part = Part(isHere: true, count: 1, first: namesake.ours, updateID: namesake.updateID)
    do {
      try compare(recording, offset, with: part, cells, number: number)
      return try values.unite(
        namesake.theirs, with: namesake.ours, number: number + 1, executions)
    } catch let conflict as MergeConflict {
      throw MergeConflict(what: "a run is called '\(namesake.name)' here too: \(conflict.what)")
    }
  }

  /// Runs in a row that are all here, or all of which are not.
  private struct Part {
    var isHere: Bool
    var count: Int64
    /// The first run here.
    var first: Int64 = 0
    var updateID: Int64 = 0
  }

  /// What is here of a recording's runs from one on.
  private func part(
    of recording: Recording, from offset: Int64, _ sweepID: Int64, _ executions: MergedExecutions
  ) throws -> Part {
    let left = recording.runs - offset
    if let item = recording.item {
      try sameItem.bind(Statements.SameItem.sweepID, sweepID)
      try sameItem.bind(Statements.SameItem.item, item)
      defer { sameItem.reset() }
      guard try sameItem.step() else { return Part(isHere: false, count: left) }
      guard sameItem.integer(2) == recording.runs else {
        throw MergeConflict(what: "its item \(item) has other runs here and there")
      }
      return Part(
        isHere: true, count: left, first: sameItem.integer(0), updateID: sameItem.integer(1))
    }
    guard let execution = try executions.known(recording.executionID) else {
      return Part(isHere: false, count: left)
    }
    let sequence = recording.sequence + offset
    try sameSequence.bind(Statements.SameSequence.executionID, execution)
    try sameSequence.bind(Statements.SameSequence.sequence, sequence)
    defer { sameSequence.reset() }
    guard try sameSequence.step() else { return Part(isHere: false, count: left) }
    let (first, runs, begin) = (
      sameSequence.integer(0), sameSequence.integer(2), sameSequence.integer(3)
    )
    guard begin <= sequence else {
      return Part(isHere: false, count: min(left, begin - sequence))
    }
    guard begin >= 0, runs > 0, runs <= Int64.max - max(begin, first) else {
      throw SQLiteError(damage: "recording \(first) counts impossible runs")
    }
    return Part(
      isHere: true, count: min(left, begin + runs - sequence),
      first: first + (sequence - begin), updateID: sameSequence.integer(1))
  }

  private func compare(
    _ recording: Recording, _ offset: Int64, with part: Part, _ cells: MergedCells,
    number first: Int
  ) throws {
    guard try updates.update(recording.updateID, isMade: false) == part.updateID else {
      throw MergeConflict(what: "its run \(first + 1) is of other settings here and there")
    }
    try here.start(at: part.first, count: part.count)
    try there.start(at: recording.id + offset, count: part.count)
    defer {
      here.end()
      there.end()
    }
    var number = first
    while try there.next() {
      number += 1
      guard try here.next(), try cells.cell(there.cellID, isMade: false)?.id == here.cellID else {
        throw MergeConflict(what: "its run \(number) is of other settings here and there")
      }
      if let (metric, here, there) = try here.measurements().contradiction(
        to: there.measurements(), exactly: recording.item == nil, isTrained: trainings.areThere)
      {
        func text(_ value: Double?) -> String { value.map(\.shortestText) ?? "not recorded" }
        throw MergeConflict(
          what:
            "the \(metric.name) of its run \(number) is \(text(here)) here and \(text(there)) there"
        )
      }
      let place = Int64(number - first - 1)
      if trainings.areThere,
        let column = try trainings.contradiction(
          of: part.first + place, to: recording.id + offset + place)
      {
        throw MergeConflict(what: "the \(column) of its run \(number) is another here and there")
      }
    }
  }

  /// Adds runs of one recording.
  private func append(
    _ recording: Recording, _ offset: Int64, _ count: Int64, of sourceSweep: Int64,
    to sweepID: Int64, _ cells: MergedCells, _ executions: MergedExecutions
  ) throws {
    guard let updateID = try updates.update(recording.updateID, isMade: true) else {
      throw source.damage("a run has no update")
    }
    if let item = recording.item {
      try updates.copyModule(item: item, of: sourceSweep, to: sweepID, updateID: updateID)
    }
    try runs.take(
      RunOwner(
        sweepID: sweepID, executionID: executions.execution(recording.executionID),
        updateID: updateID,
        place: recording.item.map { .item($0) } ?? .sequence(recording.sequence + offset)))
    try there.start(at: recording.id + offset, count: count)
    defer { there.end() }
    var added: [Int64] = []
    while try there.next() {
      guard let cell = try cells.cell(there.cellID, isMade: true) else {
        throw source.damage("a run has no settings")
      }
      let measurements = try there.measurements()
      let run = recording.id + offset + Int64(added.count)
      let id = try runs.add(cell: cell.id, measurements)
      added.append(id)
      cell.add(measurements)
      if try values.has(run) {
        try runs.flush()
        try values.copy(run, to: id, sweepID: sweepID, executions)
      }
    }
    guard added.count == count else {
      throw source.damage("a recording counts runs that are not there")
    }
    guard trainings.areThere else { return }
    // The runs must be in the book before what belongs to them.
    try runs.end()
    for (place, id) in added.enumerated() {
      try trainings.copy(from: recording.id + offset + Int64(place), to: id)
    }
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

  private func take(_ bindings: [String: Value]) throws {
    try connection.run(Statements.takeMergedSweep, bindings)
  }
}
