import LoRASpectra

/// Everything a book holds about a sweep except its cells and runs.
struct SweepRecord {
  let id: Int64
  private let values: [String: Value]

  /// - Throws: `BookError.noSuchSweep`, `SQLiteError`.
  init(_ connection: Connection, _ id: Int64) throws {
    self.id = id
    let table = try connection.table(Statements.mergedSweep, ["sweep_id": .integer(id)])
    guard let row = table.rows.first else { throw BookError.noSuchSweep("\(id)", nearest: nil) }
    values = Dictionary(zip(table.columns, row)) { first, _ in first }
  }

  private func text(_ column: String) -> String { values[column]?.text ?? "" }

  var uuid: String { text("uuid") }
  var name: String { text("name") }
  var status: String { text("status") }
  var tags: [String] { text("tags").split(separator: ",").map(String.init) }
  /// Whether its runs were computed, not measured elsewhere.
  var isComputed: Bool { values["is_computed"] == .integer(1) }

  /// Whether the uuid is 8-4-4-4-12 lower-case hexadecimal digits, which a reference can begin
  /// with.
  var hasPossibleUUID: Bool {
    let parts = uuid.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return parts.map(\.count) == [8, 4, 4, 4, 12]
      && parts.joined().allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }

  /// Number of its runs.
  var recordedRuns: Int { Int(clamping: values["recorded_runs"]?.integer ?? 0) }
  /// Whether any of its executions records a shard: then each shard begins when it is its turn.
  private var isSharded: Bool { values["is_sharded"] == .integer(1) }

  /// The first identifying field, besides the uuid, that differs from the other record; nil if none
  /// does.
  func contradiction(to other: SweepRecord) -> String? {
    let fields = [("source", "source"), ("spec", "spec"), ("planned_runs", "plan")]
    let start = isSharded || other.isSharded ? [] : [("started_at", "start")]
    let compared = isComputed ? fields + start : fields.dropLast() + start
    return compared.first { values[$0.0] != other.values[$0.0] }?.1
  }

  /// Whether it is nearer to its end than the other, or ended later; both have the same runs.
  func endsFurther(than other: SweepRecord) -> Bool { stage > other.stage }

  private var stage: (Int, String) {
    let stages = ["interrupted", "failed", "finished"]
    return (stages.firstIndex(of: mergedStatus) ?? 0, text("finished_at"))
  }

  /// A sweep that is running elsewhere is not running in a copy.
  private var mergedStatus: String { status == "running" ? "interrupted" : status }

  /// A remark if the other record has another name, note or tags, or less of the sweep.
  func remark(on other: SweepRecord, goesFurther: Bool) -> String {
    var kept = ["name", "note", "tags"].filter { values[$0] != other.values[$0] }
    if let last = kept.popLast() { kept.append(kept.isEmpty ? last : "and " + last) }
    let edits =
      kept.isEmpty ? "" : "keeps its \(kept.joined(separator: kept.count > 2 ? ", " : " ")) here"
    guard goesFurther else { return edits }
    return edits.isEmpty ? "goes further here" : "goes further here; " + edits
  }

  /// The parameters of the statement that inserts its row under a name.
  func bindings(named name: String) -> [String: Value] {
    let columns = [
      "uuid", "source", "started_at", "planned_runs", "spec", "note",
    ]
    return values.filter { columns.contains($0.key) }
      .merging(["name": .text(name), "status": .text(mergedStatus)]) { $1 }
  }

  /// The parameters of the statement that fills in the rest of its row.
  ///
  /// - Parameters:
  ///   - ours: the sweep there, if it had runs that this one lacks. The one that ended last then says
  ///   how they ended, unless both together are whole.
  ///   - recordedRuns: number of its runs there by now.
  func bindings(
    as sweepID: Int64, unitedWith ours: SweepRecord? = nil, recordedRuns: Int
  ) -> [String: Value] {
    let last = ours.map { $0.endsFurther(than: self) ? $0 : self } ?? self
    let runs = Value.integer(Int64(recordedRuns))
    let isMadeWhole = ours != nil && isComputed && values["planned_runs"] == runs
    return [
      "sweep_id": .integer(sweepID), "recorded_runs": runs,
      "status": .text(isMadeWhole ? "finished" : last.mergedStatus),
      "finished_at": last.values["finished_at"] ?? .absent,
      "failure": isMadeWhole ? .absent : last.values["failure"] ?? .absent,
      // A sweep measured elsewhere plans exactly its recorded runs.
      "planned_runs": isComputed ? values["planned_runs"] ?? runs : runs,
    ]
  }
}
