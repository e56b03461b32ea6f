import CFaultInjection
import FaultOperations
import Foundation
import TestSupport

@testable import SQLiteStore

/// The outcomes of an operation with failing allocations, each in its own process: the report of
/// `fault-splitter`.
struct Splits {
  /// Processes with the same outcome.
  struct Kind {
    let rounds: Int
    /// Number of allocations that failed in them.
    let injected: Int
    /// The first failing call, and whether all later ones failed too.
    let call: Int
    let forGood: Bool
    /// Names the folder's state afterwards.
    let found: String
    /// nil if it crashed or hung; then `words` is its status, as of wait(2).
    let outcome: Outcome?
    let words: String
  }

  /// The outcome of an operation.
  struct Outcome {
    let acknowledged: Int
    let result: Result<String, any Error>
    let copies: [String]
    let complaints: [String]
  }

  /// The program did not finish, or its report is malformed.
  struct NoReport: Error {
    let ending: TimedProcess.Ending
    let errors: String
    let output: String
  }

  /// An error that is not SQLite's.
  struct OtherError: Error {
    let text: String
  }

  /// Number of allocations in a run without a fault.
  let calls: Int
  let kinds: [Kind]
  /// The standard error, for example of a crashed process.
  let errors: String
  private let found: URL

  /// - Parameters:
  ///   - first: the first allocation to fail, from 1.
  ///   - step: the distance to the next.
  init(of operation: FaultOperation, in folder: FaultyFolder, first: Int, step: Int) throws {
    found = URL(filePath: folder.folder.path + ".found")
    try FileManager.default.createDirectory(at: found, withIntermediateDirectories: true)
    let process = try TimedProcess(
      "fault-splitter", [folder.path, operation.name, "\(first)", "\(step)", found.path],
      variable: "LORABOOK_FAULT_SPLITTER", keepingMessagesIn: found, seconds: 1800)
    let words = process.output.split(separator: "\0")
    let records = words.dropFirst().map { Splits.kind($0) }
    guard process.ending == .exit(0), let calls = words.first.flatMap({ Int($0) }),
      !records.contains(where: { $0 == nil })
    else {
      try FileManager.default.removeItem(at: found)
      throw NoReport(ending: process.ending, errors: process.errors, output: process.output)
    }
    self.calls = calls
    errors = process.errors
    kinds = records.compactMap(\.self).sorted { $0.call < $1.call }
  }

  /// The folder's files afterwards, by name; a subfolder is an empty file.
  func files(of kind: Kind) throws -> [String: Data] {
    let folder = found.appending(path: kind.found)
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let file = folder.appending(path: name)
      files[name] = file.hasDirectoryPath ? Data() : try Data(contentsOf: file)
    }
    return files
  }

  /// Removes the copied folders.
  func remove() { try? FileManager.default.removeItem(at: found) }

  private static func kind(_ record: Substring) -> Kind? {
    let fields = record.split(separator: "\u{1d}", omittingEmptySubsequences: false)
    guard fields.count == 6, let rounds = Int(fields[0]), let injected = Int(fields[1]),
      let call = Int(fields[2])
    else { return nil }
    let outcome = outcome(fields[5])
    guard outcome != nil || Int(fields[5]) != nil else { return nil }
    return Kind(
      rounds: rounds, injected: injected, call: call, forGood: fields[3] == "1",
      found: String(fields[4]), outcome: outcome,
      words: String(fields[5]))
  }

  private static func outcome(_ text: Substring) -> Outcome? {
    let fields = text.split(separator: "\u{1f}", omittingEmptySubsequences: false)
    guard fields.count == 6, let acknowledged = Int(fields[0]) else { return nil }
    let words = String(fields[3])
    let result: Result<String, any Error>
    switch (fields[1], Int32(fields[2])) {
    case ("gave", _): result = .success(words)
    case ("sqlite", let code?): result = .failure(SQLiteError(extendedCode: code, message: words))
    default: result = .failure(OtherError(text: words))
    }
    return Outcome(
      acknowledged: acknowledged, result: result,
      copies: fields[4].split(separator: "\u{1e}").map(String.init),
      complaints: fields[5].split(separator: "\u{1e}").map(String.init))
  }
}
