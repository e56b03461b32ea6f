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

  /// The first identifying field, besides the uuid, that differs from the other record; nil if none
  /// does.
  func contradiction(to other: SweepRecord) -> String? {
    [
      ("source", "source"), ("spec", "spec"), ("started_at", "start"),
    ].first { values[$0.0] != other.values[$0.0] }?.1
  }

  /// Whether it is nearer to its end than the other, or ended later; both have the same runs.
  func endsFurther(than other: SweepRecord) -> Bool { stage > other.stage }

  private var stage: (Int, String) {
    let stages = ["interrupted", "failed", "finished"]
    return (stages.firstIndex(of: mergedStatus) ?? 0, text("finished_at"))
  }

  /// A sweep that is running elsewhere is not running in a copy.
  private var mergedStatus: String { status == "running" ? "interrupted" : status }

  /// A remark if the other record has another name, note or tags, or if there is more to say.
  func remark(on other: SweepRecord, _ more: String = "") -> String {
    var kept = ["name", "note", "tags"].filter { values[$0] != other.values[$0] }
    if let last = kept.popLast() { kept.append(kept.isEmpty ? last : "and " + last) }
    let edits =
      kept.isEmpty ? "" : "keeps its \(kept.joined(separator: kept.count > 2 ? ", " : " ")) here"
    if more.isEmpty { return edits }
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
  func bindings(as sweepID: Int64, recordedRuns: Int) -> [String: Value] {
    let others: Set = [
      "uuid", "name", "source", "is_computed", "started_at", "spec", "note", "tags",
    ]
    var bindings = values.filter { !others.contains($0.key) }
    bindings["sweep_id"] = .integer(sweepID)
    bindings["status"] = .text(mergedStatus)
    bindings["recorded_runs"] = .integer(Int64(recordedRuns))
    // A sweep measured elsewhere plans exactly its recorded runs.
    if !isComputed { bindings["planned_runs"] = .integer(Int64(recordedRuns)) }
    return bindings
  }
}
