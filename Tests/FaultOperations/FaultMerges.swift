import SQLiteStore

/// Operations that merge another book, or only rehearse it.
extension FaultOperation {
  static func merge(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    let merged = try book.merge([round.other], time: time, version: "9.8.7")
    try round.acknowledge()
    return text(merged)
  }

  static func rehearseMerge(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    return text(try book.merge([round.other], isRehearsal: true, time: time, version: "9.8.7"))
  }

  static func rehearseAlone(_ round: FaultRound) throws -> String {
    try Book.withScratch(beside: round.path, time: time, version: "9.8.7") { scratch in
      text(try scratch.merge([round.other], isRehearsal: true, time: time, version: "9.8.7"))
    }
  }

  private static func text(_ merged: [MergedSweep]) -> String {
    "\(merged.map { "\($0.name) \($0.outcome) \($0.newRuns) \($0.remark)" })"
  }
}
