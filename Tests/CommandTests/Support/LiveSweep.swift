import Foundation
import Glibc
import Testing

/// A grid whose end no test waits for.
let endlessGrid = ["--seeds", "0-999999", "--ranks", "1,2", "--quiet"]
/// A grid that takes a while, so that it can be interrupted and then finished.
let longGrid = ["--seeds", "0-599", "--ranks", "1,2", "--quiet"]

extension Scratch {
  /// Starts `lorabook` and waits until it has recorded something new in the book.
  func startAndWait(_ arguments: [String]) throws -> Process {
    try startAndWait(program: Scratch.products.appending(path: "lorabook").path, arguments)
  }

  /// The same for another program.
  func startAndWait(program: String, _ arguments: [String]) throws -> Process {
    let before = try recordedRuns()
    let process = try start(program: program, arguments)
    for _ in 0..<1200 {
      if try recordedRuns() != before { return process }
      usleep(25_000)
    }
    Issue.record("nothing was recorded in 30 seconds")
    return process
  }

  /// Starts a sweep, waits until some of it is recorded, and ends it.
  ///
  /// - Returns: its exit status; that of a signal is negative.
  @discardableResult
  func cutShort(_ signal: Int32, _ arguments: [String]) throws -> Int32 {
    let program = Scratch.products.appending(path: "lorabook").path
    let process = try start(program: program, ["sweep", "--jobs", "1"] + arguments)
    stopOnceRecorded(process)
    return process.end(signal)
  }

  /// Stops a program as soon as the book has a run more, long before it is done with its grid.
  ///
  /// The program runs for a moment at a time, and each look at the book finds it stopped: so it
  /// cannot end in the meantime, whatever else the machine does.
  func stopOnceRecorded(_ process: Process) {
    let look = "PRAGMA query_only = 1; SELECT sum(recorded_runs) FROM sweep"
    let before = (try? sqlite(look, wait: 0)) ?? ""
    for _ in 0..<3000 where process.isRunning {
      usleep(10_000)
      kill(process.processIdentifier, SIGSTOP)
      // The book may not be there yet, or be locked by the program.
      if FileManager.default.fileExists(atPath: folder.path + "/lorabook.db"),
        let now = try? sqlite(look, wait: 0), now != before, now > "0"
      {
        return
      }
      kill(process.processIdentifier, SIGCONT)
    }
    Issue.record("it recorded nothing, or has ended")
  }

  private func recordedRuns() throws -> Int {
    guard FileManager.default.fileExists(atPath: folder.path + "/lorabook.db"),
      try sqlite("SELECT count(*) FROM sqlite_schema WHERE name = 'sweeps'") == "1"
    else { return 0 }
    return Int(try sqlite("SELECT sum(recorded_runs) FROM sweep")) ?? 0
  }
}

extension Process {
  /// Waits until it is a `lorabook` that catches a signal: one that comes before ends it as it ends any program.
  func waitUntilItCatches(_ signal: Int32) {
    for _ in 0..<3000 where isRunning {
      let proc = "/proc/\(processIdentifier)"
      let status = (try? String(contentsOfFile: "\(proc)/status", encoding: .utf8)) ?? ""
      let caught = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
        .flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) }
      if status.hasPrefix("Name:\tlorabook\n"), (caught ?? 0) >> (signal - 1) & 1 == 1 { return }
      usleep(20_000)
    }
    Issue.record("it catches no signal \(signal) after a minute, or has ended")
  }

  /// Sends a signal that it catches, a moment after it began with its work.
  ///
  /// - Returns: as of ``end(_:)``.
  func endAtWork(_ signal: Int32) -> Int32 {
    waitUntilItCatches(signal)
    usleep(300_000)
    return end(signal)
  }

  /// Sends a signal, which also wakes a stopped program, and waits for the end.
  ///
  /// - Returns: the exit status, or the negative number of the signal that ended it.
  @discardableResult
  func end(_ signal: Int32) -> Int32 {
    kill(processIdentifier, signal)
    kill(processIdentifier, SIGCONT)
    waitUntilExit()
    return terminationReason == .exit ? terminationStatus : -terminationStatus
  }
}
