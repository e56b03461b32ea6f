import LoRASpectra

/// One process that records a sweep, or a shard of one, before it is in the book.
struct NewExecution {
  /// 36 characters, the same in every book that the sweep is merged into.
  var uuid: String
  /// UTC, ISO 8601.
  var startedAt: String
  /// The part of the grid that it may record; nil for all of it.
  var shard: Shard?
  /// By what and where.
  var provenance: Provenance
  /// The frozen name of the generator that draws updates; nil if none are drawn.
  var generator: String? = NumPyLegacyNormals.name
}

extension Connection {
  /// Records that a process takes up a sweep.
  ///
  /// - Returns: the execution's id.
  func insertExecution(_ new: NewExecution, of sweepID: Int64) throws -> Int64 {
    let provenance = new.provenance
    func text(_ text: String?) -> Value { text.map(Value.text) ?? .absent }
    try run(
      Statements.insertExecution,
      [
        "uuid": .text(new.uuid), "sweep_id": .integer(sweepID), "started_at": .text(new.startedAt),
        "shard": new.shard.map { .integer(Int64($0.number)) } ?? .absent,
        "shards": new.shard.map { .integer(Int64($0.count)) } ?? .absent,
        "lorabook_version": .text(provenance.lorabookVersion),
        "git_commit": text(provenance.gitCommit), "generator": text(new.generator),
        "lapack": .text(provenance.lapack),
        "lapack_threads": .integer(Int64(provenance.lapackThreads)),
        "jobs": .integer(Int64(provenance.jobs)), "host": .text(provenance.host),
        "processor": text(provenance.processor), "command": .text(provenance.command),
        "boot_id": text(provenance.bootID), "process_id": .integer(Int64(provenance.processID)),
        "process_start": provenance.processStart.map { .integer(Int64($0)) } ?? .absent,
      ])
    return lastInsertedID
  }

  /// Records when an execution had recorded all that it was to.
  func finishExecution(_ id: Int64, at time: String) throws {
    try run(
      Statements.finishExecution, ["execution_id": .integer(id), "finished_at": .text(time)])
  }
}
