import CFaultInjection
import FaultOperations
import Glibc
import SQLiteStore

/// Carries out an operation where processes split off.
final class Splitter {
  private let operation: FaultOperation
  private let book: String
  private let watch: Int32
  /// The book's folder.
  private let folder: OpaquePointer
  private let report: Report

  init(_ operation: FaultOperation, book: String, found: String) throws {
    self.operation = operation
    self.book = book
    let path = String(book[..<(book.lastIndex(of: "/") ?? book.startIndex)])
    folder = snapshot_make(path)
    watch = faults_watch(path + "/")
    report = Report(folder, found: found)
  }

  deinit { snapshot_free(folder) }

  /// - Parameter most: how many allocations are to fail, 0 for all.
  func run(most: Int) throws {
    snapshot_take(folder)
    _ = round(nth: 0, forGood: false)
    let calls = faults_calls(watch, Int32(FAULT_MEMORY.rawValue))
    snapshot_restore(folder)
    // What the system and Swift look up but once is then known to all that split off.
    for nth in stride(from: 1, through: calls, by: max(1, calls / 16)) {
      for forGood in [false, true] {
        _ = round(nth: nth, forGood: forGood).description
        snapshot_restore(folder)
      }
    }
    let step = most == 0 ? 1 : max(1, calls / most)
    // Each operation begins elsewhere, so that together they leave few calls out.
    let first = 1 + operation.name.utf8.count % step
    faults_begin_splitting(
      watch, first, step, folder,
      { report, call, forGood, injected, words, count in
        guard let report else { return }
        Unmanaged<Report>.fromOpaque(report).takeUnretainedValue().add(
          words.map {
            String(decoding: UnsafeRawBufferPointer(start: $0, count: count), as: UTF8.self)
          },
          call: call, forGood: forGood != 0, injected: injected)
      }, Unmanaged.passUnretained(report).toOpaque())
    let outcome = round(nth: 0, forGood: false).description
    if faults_is_split_off() != 0 { faults_end_split_off(outcome, outcome.utf8.count) }
    faults_end_splitting()
    report.add(outcome, call: 0, forGood: false, injected: 0)
    report.write(calls: calls)
  }

  private func round(nth: Int, forGood: Bool) -> Outcome {
    let round = FaultRound(book, watch: watch, isSplit: true)
    faults_join(watch)
    faults_arm(watch, Int32(FAULT_MEMORY.rawValue), nth, forGood ? 1 : 0, SQLITE_NOMEM)
    let result = Result { try operation.body(round) }
    faults_disarm(watch)
    faults_join(-1)
    return Outcome(round, result)
  }
}
