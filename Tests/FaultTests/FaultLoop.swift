import CFaultInjection
import FaultOperations
import Foundation
import TestSupport
import Testing

@testable import SQLiteStore
@testable import lorabook

/// Runs an operation repeatedly, first with the first call of a kind failing, then with the second,
/// until a run has no fault.
final class FaultLoop {
  let operation: FaultOperation
  let folder: FaultyFolder
  /// The folder's files before, by name.
  private let template: [String: Data]
  /// The schema's version before; nil if there is no book.
  private let versionBefore: Int64?
  /// The contents of the book before, and after each step.
  private let states: [BookState]
  private let expected: String
  /// The contents of folders found sound, by a hash of their bytes; many rounds leave the same.
  private var sound: [Int: BookState] = [:]
  /// Whether the book is unchanged.
  private var isFresh = false
  /// Whether the operation records anything.
  var changes: Bool { states.count > 1 }
  /// Number of calls that failed.
  private(set) var injected = 0
  /// The error messages, with their counts.
  private(set) var messages: [String: Int] = [:]

  init(_ operation: FaultOperation) throws {
    self.operation = operation
    let folder = try FaultyFolder()
    self.folder = folder
    template = try operation.files()
    try folder.reset(to: template)
    versionBefore =
      template["book.db"] == nil ? nil : try FaultTests.version(of: folder.path)
    var states = [try BookState(of: folder.path)]
    let round = FaultRound(folder.path, watch: folder.watch) { _ in
      states.append(try BookState(of: folder.path))
    }
    expected = try operation.body(round)
    // Changes after the operation's last acknowledgement are not promised, but must last in this
    // run.
    #expect(try BookState(of: folder.path) == states.last)
    self.states = states
    try checkCopies(round.copies, "\(operation), untouched")
  }

  /// - Parameters:
  ///   - limit: number of rounds of a shortened loop.
  ///   - isWhole: whether the loop is not shortened.
  func run(_ fault: Fault, forGood: Bool, limit: Int, isWhole: Bool = Soak.isOn) throws {
    if operation.isAlone && fault.code == SQLITE_BUSY { return }
    var (nth, step) = try places(
      of: fault, FaultRound(folder.path, watch: folder.watch), isWhole ? nil : limit)
    while try round(fault, nth: nth, forGood: forGood) { nth += step }
  }

  /// The first call to fail, and the distance to the next; ends after a round without a fault.
  private func places(
    of fault: Fault, _ round: FaultRound, _ limit: Int?
  ) throws -> (first: Int, step: Int) {
    try folder.reset(to: template)
    isFresh = false
    try folder.failing(fault, nth: 0, forGood: false) { _ = try operation.body(round) }
    let step = limit.map { max(1, folder.calls(fault) / $0) } ?? 1
    // Each loop begins at another call, so that the loops together leave few out.
    return (1 + (fault.name.utf8.count + operation.name.utf8.count) % step, step)
  }

  /// - Returns: whether a call failed.
  private func round(_ fault: Fault, nth: Int, forGood: Bool) throws -> Bool {
    if !isFresh { try folder.reset(to: template) }
    let place: Comment = "\(operation), \(fault) \(nth)\(forGood ? " and all later" : "")"
    let round = FaultRound(folder.path, watch: folder.watch)
    let result = folder.failing(fault, nth: nth, forGood: forGood) {
      Result { try operation.body(round) }
    }
    let count = folder.injected
    injected += count
    // The power may fail directly after a reported success.
    if let unsynced = fault.unsynced { folder.losePower(keeping: unsynced, round: nth) }
    for complaint in round.complaints { Issue.record("\(place): \(complaint)") }
    check(result, acknowledged: round.acknowledged, injected: count, of: fault, place)
    try checkFolder(acknowledged: round.acknowledged, copies: round.copies, place)
    return count > 0
  }

  /// Makes every allocation fail, or some in a shortened loop, each once alone and once with all
  /// later ones, in processes that fork from one that runs the operation.
  func split(limit: Int) throws {
    let (first, step) = try places(
      of: Fault.ofMemory, FaultRound(folder.path, watch: folder.watch, isSplit: true),
      Soak.isOn ? nil : limit)
    try folder.reset(to: template)
    let splits = try Splits(of: operation, in: folder, first: first, step: step)
    defer { splits.remove() }
    var looked: Set<[String]> = []
    for kind in splits.kinds {
      injected += kind.injected
      let place: Comment =
        "\(operation), memory \(kind.call)\(kind.forGood ? " and all later" : ""), \(kind.rounds) like it"
      guard let outcome = kind.outcome else {
        Issue.record("\(place): crashed or hung, status \(kind.words): \(splits.errors)")
        continue
      }
      for complaint in outcome.complaints { Issue.record("\(place): \(complaint)") }
      check(
        outcome.result, acknowledged: outcome.acknowledged, injected: kind.injected,
        of: Fault.ofMemory, rounds: kind.rounds, place)
      guard looked.insert([kind.found, "\(outcome.acknowledged)"] + outcome.copies).inserted else {
        continue
      }
      try folder.reset(to: splits.files(of: kind), areUntouched: false)
      try checkFolder(acknowledged: outcome.acknowledged, copies: outcome.copies, place)
    }
    // One process ran without a fault, and two others forked at each failing call.
    #expect(splits.kinds.filter { $0.injected == 0 }.map(\.call) == [0])
    let rounds = splits.kinds.reduce(-1) { $0 + $1.rounds }
    #expect(rounds == 2 * ((splits.calls - first) / step + 1))
    Soak.report("\(operation): \(splits.calls) allocations, \(rounds) processes")
  }

  /// Checks the outcomes of rounds.
  private func check(
    _ result: Result<String, any Error>, acknowledged: Int, injected: Int, of fault: Fault,
    rounds: Int = 1, _ place: Comment
  ) {
    switch result {
    case .success(let text):
      #expect(text == expected, place)
      #expect(acknowledged == states.count - 1, place)
    case .failure(let error):
      #expect(injected > 0, "\(place): \(error)")
      guard let failure = CommandError(error) else {
        Issue.record("\(place): \(error)")
        return
      }
      messages[
        "\(failure.status.rawValue) \(failure.message)"
          .replacing(folder.folder.path, with: "…"), default: 0] += rounds
      #expect(
        fault.statuses.contains(failure.status.rawValue), "\(place): \(failure) of \(error)")
      for nonsense in ["not an error", "transaction"] {
        #expect(!failure.message.contains(nonsense), "\(place): \(failure)")
      }
      if fault.kind == FAULT_MEMORY {
        #expect(failure.message.contains("not enough memory"), "\(place): \(failure)")
      }
    }
  }

  /// Checks the folder after a round.
  private func checkFolder(acknowledged: Int, copies: [String], _ place: Comment) throws {
    try checkOther(place)
    try checkCopies(copies, place)
    try checkBook(acknowledged: acknowledged, place)
  }

  /// A merged book is unchanged, and the merge's temporary files are gone.
  private func checkOther(_ place: Comment) throws {
    guard let bytes = template["book.db.other"] else { return }
    let other = URL(filePath: folder.path + ".other")
    #expect((try? Data(contentsOf: other)) == bytes, place)
    for ending in ["-wal", "-shm"] { unlink(other.path + ending) }
    #expect(try !folder.names().contains { $0.contains(".merge-") }, place)
  }

  /// Every acknowledged step is there; each other step is there completely or not at all.
  private func checkBook(acknowledged: Int, _ place: Comment) throws {
    isFresh = try folder.isUntouched(from: template)
    if isFresh {
      #expect(acknowledged == 0 || !changes, "\(place): nothing behind step \(acknowledged)")
      return
    }
    if try folder.hasLog() { try moveLogIn() }
    // A folder with the same bytes as an earlier one is as sound.
    let hash = try folder.hash()
    let known = hash.flatMap { sound[$0] }
    if known == nil { try checkCopy(place) }
    let state = try known ?? BookState(of: folder.path)
    #expect(
      states[acknowledged..<min(acknowledged + 2, states.count)].contains(state),
      "\(place): \(state) behind step \(acknowledged) of \(states)")
    guard known == nil else { return }
    try checkSoundness(place)
    if let hash { sound[hash] = state }
  }

  /// A copy equals the book before, whatever failed afterwards.
  private func checkCopies(_ copies: [String], _ place: Comment) throws {
    for copy in copies {
      // nil if it is damaged.
      let state = try? BookState(of: copy)
      #expect(state == states[0], place)
      try FileManager.default.removeItem(atPath: copy)
    }
  }

  /// An upgraded book has a copy of the earlier one beside it.
  private func checkCopy(_ place: Comment) throws {
    guard let versionBefore, versionBefore < Int64(Migration.known.count),
      try version(of: folder.path) != versionBefore
    else { return }
    #expect(changes, place)
    let copy = "\(folder.path).schema-\(versionBefore).backup"
    #expect(try version(of: copy) == versionBefore, place)
    #expect(try BookState(of: copy) == states[0], place)
  }

  /// Moves the log into the book, as the next process that records does.
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

/// The schema version of a book.
private func version(of path: String) throws -> Int64 {
  try Connection(path: path, access: .asking, wait: 1000).identity().version
}
