import CFaultInjection
import Foundation
import TestSupport
import Testing

@testable import SQLiteStore
@testable import lorabook

/// Carries out one operation again and again, with the first call of a kind failing, then the second, until
/// one time passes untouched. Of allocations, which are thousands, the first fails of those that are reached by the same
/// innermost calls, or with `LORABOOK_SOAK=every` all.
struct FaultLoop {
  let operation: FaultOperation
  let folder: FaultyFolder
  private let template: Data?
  /// The schema's version before; nil where there is no book.
  private let versionBefore: Int64?
  /// What the book holds before, and behind each step.
  private let states: [BookState]
  private let expected: String
  /// What books hold that were found sound, by a hash of their bytes, of which there are many.
  private var sound: [Int: BookState] = [:]
  /// Whether the book lies there as it was before.
  private var isFresh = false
  /// Whether the operation records anything.
  var changes: Bool { states.count > 1 }
  /// How many calls were made to fail.
  private(set) var injected = 0
  /// What the errors said.
  private(set) var messages: [String: Int] = [:]

  init(_ operation: FaultOperation) throws {
    self.operation = operation
    let folder = try FaultyFolder()
    self.folder = folder
    var template: Data?
    if let before = operation.before {
      try before(folder.path)
      template = try Data(contentsOf: URL(filePath: folder.path))
    }
    self.template = template
    versionBefore = try operation.before.map { _ in try version(of: folder.path) }
    var states = [try BookState(of: folder.path)]
    let round = FaultRound(folder) { _ in states.append(try BookState(of: folder.path)) }
    expected = try operation.body(round)
    // What an operation does behind its last acknowledgement is no promise, and stays all the same.
    #expect(try BookState(of: folder.path) == states.last)
    self.states = states
    try checkCopies(of: round, "\(operation), untouched")
  }

  /// - Parameter most: how many rounds where the loop is shortened.
  mutating func run(_ fault: Fault, forGood: Bool, most: Int) throws {
    if operation.isAlone && fault.code == SQLITE_BUSY { return }
    try folder.reset(to: template)
    isFresh = false
    let noteworthy = try folder.noting(isOn: fault.kind == FAULT_MEMORY && Soak.isByPath) {
      try folder.failing(fault, nth: 0, forGood: false) {
        _ = try operation.body(FaultRound(folder))
      }
    }
    let calls = folder.calls(fault)
    if !noteworthy.isEmpty {
      for nth in noteworthy { _ = try round(fault, nth: nth, forGood: forGood) }
      // How many there are differs a little from time to time.
      #expect(try !round(fault, nth: calls + calls / 10 + 100, forGood: forGood))
      return
    }
    let step = Soak.isOn ? 1 : max(1, calls / most)
    // Each loop begins elsewhere, so that the loops together leave few calls out.
    var nth = 1 + (fault.name.utf8.count + operation.name.utf8.count) % step
    while try round(fault, nth: nth, forGood: forGood) { nth += step }
  }

  /// - Returns: whether a call failed.
  private mutating func round(_ fault: Fault, nth: Int, forGood: Bool) throws -> Bool {
    if !isFresh { try folder.reset(to: template) }
    let place: Comment = "\(operation), \(fault) \(nth)\(forGood ? " and all later" : "")"
    let round = FaultRound(folder)
    var failure: (any Error)?
    do {
      let result = try folder.failing(fault, nth: nth, forGood: forGood) {
        try operation.body(round)
      }
      #expect(result == expected, place)
      #expect(round.acknowledged == states.count - 1, place)
    } catch {
      failure = error
    }
    let count = folder.injected
    injected += count
    // Who was told of a success may lose the power right behind it.
    if let unsynced = fault.unsynced { folder.losePower(keeping: unsynced, round: nth) }
    if let failure {
      #expect(count > 0, "\(place): \(failure)")
      try check(failure, of: fault, place)
    }
    try checkCopies(of: round, place)
    try checkBook(acknowledged: round.acknowledged, place)
    return count > 0
  }

  private mutating func check(_ error: any Error, of fault: Fault, _ place: Comment) throws {
    let failure = try #require(Failure(error), "\(place): \(error)")
    messages[
      "\(failure.status.rawValue) \(failure.message)"
        .replacing(folder.folder.path, with: "…"), default: 0] += 1
    #expect(
      fault.statuses.contains(failure.status.rawValue), "\(place): \(failure) of \(error)")
    for nonsense in ["not an error", "transaction"] {
      #expect(!failure.message.contains(nonsense), "\(place): \(failure)")
    }
  }

  /// Everything that was acknowledged is there; what was not, as a whole or not at all.
  private mutating func checkBook(acknowledged: Int, _ place: Comment) throws {
    isFresh = try folder.isUntouched(from: template)
    if isFresh {
      #expect(acknowledged == 0 || !changes, "\(place): nothing behind step \(acknowledged)")
      return
    }
    var bytes = try folder.bookAlone()
    if bytes == nil {
      try moveLogIn()
      bytes = try folder.bookAlone()
    }
    // A book whose bytes were looked at before is as sound as it was then.
    let hash = bytes.map { bytes in
      var hasher = Hasher()
      bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
      return hasher.finalize()
    }
    try checkCopy(bytes, place)
    let known = hash.flatMap { sound[$0] }
    let state = try known ?? BookState(of: folder.path)
    #expect(
      states[acknowledged..<min(acknowledged + 2, states.count)].contains(state),
      "\(place): \(state) behind step \(acknowledged) of \(states)")
    if known == nil {
      try checkSoundness(place)
      if let hash { sound[hash] = state }
    }
  }

  /// A copy is the book as it was, whatever failed behind it.
  private func checkCopies(of round: FaultRound, _ place: Comment) throws {
    for copy in round.copies {
      // nil where it is damaged.
      let state = try? BookState(of: copy)
      #expect(state == states[0], place)
      try FileManager.default.removeItem(atPath: copy)
    }
  }

  /// A book that was brought up to date has the one from before beside it.
  ///
  /// - Parameter bytes: the book's, where they are all that there is of it.
  private func checkCopy(_ bytes: Data?, _ place: Comment) throws {
    guard let versionBefore, versionBefore < Int64(Migration.known.count),
      try bytes.map(versionInHeader) ?? version(of: folder.path) != versionBefore
    else { return }
    #expect(changes, place)
    let copy = "\(folder.path).schema-\(versionBefore).backup"
    #expect(try version(of: copy) == versionBefore, place)
    #expect(try BookState(of: copy) == states[0], place)
  }

  /// Does with the log what the next process that records does.
  private func moveLogIn() throws {
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    let connection = try Connection(path: folder.path, access: .writing, wait: 1000)
    try connection.setCheckpointOnClose(true)
    _ = try connection.identity()
  }

  private func checkSoundness(_ place: Comment) throws {
    let book = try Book(recording: folder.path, time: "", version: "", wait: 1000)
    let found = try book.connection.table("PRAGMA integrity_check").rows
    #expect(found == [[.text("ok")]], place)
    #expect(try book.connection.table("PRAGMA foreign_key_check").rows.isEmpty, place)
    let unfinished = try book.connection.table(
      """
      SELECT count(*) FROM sweeps
      WHERE status = 'finished' AND recorded_runs < planned_runs
        OR recorded_runs <> (SELECT count(*) FROM runs WHERE runs.sweep_id = sweeps.sweep_id)
      """)
    #expect(unfinished.rows == [[.integer(0)]], place)
  }
}

/// The version of a book's schema.
private func version(of path: String) throws -> Int64 {
  try Connection(path: path, access: .asking, wait: 1000).identity().version
}

/// The user version in the header of a file (sqlite.org/fileformat2.html, 1.3): big-endian, from byte 60 on.
private func versionInHeader(_ bytes: Data) -> Int64 {
  bytes.dropFirst(60).prefix(4).reduce(0) { $0 << 8 | Int64($1) }
}
