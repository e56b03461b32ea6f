import CFaultInjection
import FaultOperations
import SQLiteStore
import Synchronization

/// Runs an operation while processes fork off.
final class Splitter {
  private let operation: FaultOperation
  private let book: String
  private let watch: Int32
  /// The book's folder.
  private let folder: OpaquePointer
  private let report: Report

  init(_ operation: FaultOperation, book: String, found: String) {
    self.operation = operation
    self.book = book
    let path = String(book[..<(book.lastIndex(of: "/") ?? book.startIndex)])
    folder = snapshot_make(path, found + "/held")
    watch = faults_watch(path + "/")
    report = Report(folder, found: found)
  }

  /// Runs the operation for the first time in this process, as in a command's.
  ///
  /// - Parameters:
  ///   - first: the first allocation to fail, from 1.
  ///   - step: the distance to the next.
  func run(first: Int, step: Int) {
    // Swift identifies the holder of a lock by the number that the thread had when it first took
    // and released one: now all forked processes have the same.
    Mutex(0).withLock { $0 += 1 }
    // Swift then has the cached texts of descriptions in all forked processes.
    _ =
      Outcome(
        FaultRound(book, watch: watch), .failure(SQLiteError(extendedCode: 7, message: ""))
      ).description
    faults_begin_splitting(
      watch, first, step, folder,
      { report, call, forGood, injected, status, words, count in
        guard let report else { return }
        Unmanaged<Report>.fromOpaque(report).takeUnretainedValue().add(
          words.map {
            String(decoding: UnsafeRawBufferPointer(start: $0, count: count), as: UTF8.self)
          },
          status: status, call: call, forGood: forGood != 0, injected: injected)
      }, Unmanaged.passUnretained(report).toOpaque())
    let round = FaultRound(book, watch: watch, isSplit: true)
    faults_join(watch)
    faults_arm(watch, Int32(FAULT_MEMORY.rawValue), 0, 0, SQLITE_NOMEM)
    let result = Result { try operation.body(round) }
    faults_disarm(watch)
    faults_join(-1)
    let outcome = Outcome(round, result).description
    if faults_is_split_off() != 0 { faults_end_split_off(outcome, outcome.utf8.count) }
    faults_end_splitting()
    report.add(outcome, status: 0, call: 0, forGood: false, injected: 0)
    report.write(calls: faults_calls(watch, Int32(FAULT_MEMORY.rawValue)))
  }
}
