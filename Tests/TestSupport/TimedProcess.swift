import Foundation
import Glibc

/// A program that starts with little overhead, and is killed if it hangs.
package struct TimedProcess {
  /// How it ended.
  package enum Ending: Equatable, Sendable {
    case exit(Int32)
    /// By a signal: a crash.
    case signal(Int32)
    /// It ran for too long, and was killed.
    case hang
  }

  /// How it ended.
  package let ending: Ending
  /// Its standard error.
  package let errors: String
  /// Its standard output; empty if that was discarded.
  package let output: String

  private struct SpawnFailure: Error {
    var code: Int32
  }

  /// Runs the built `lorabook`, or that of `$LORABOOK_PROGRAM`, to its end; its output is
  /// discarded.
  ///
  /// - Parameters:
  ///   - folder: where its messages are kept meanwhile.
  ///   - seconds: the time limit.
  ///   - findsPrograms: whether it finds other programs, such as gnuplot.
  package init(
    lorabook arguments: [String], keepingMessagesIn folder: URL, seconds: Int = 120,
    findsPrograms: Bool = true
  ) throws {
    try self.init(
      "lorabook", arguments, variable: "LORABOOK_PROGRAM", keepingMessagesIn: folder,
      keepsOutput: false, seconds: seconds, findsPrograms: findsPrograms)
  }

  /// Runs a built program to its end.
  ///
  /// - Parameters:
  ///   - variable: the environment variable that names another program to run instead.
  ///   - folder: where its output is kept meanwhile.
  package init(
    _ name: String, _ arguments: [String], variable: String, keepingMessagesIn folder: URL,
    keepsOutput: Bool = true, seconds: Int, findsPrograms: Bool = true
  ) throws {
    let errorFile = folder.appending(path: "\(UUID()).err").path
    let outputFile = keepsOutput ? folder.appending(path: "\(UUID()).out").path : "/dev/null"
    defer {
      unlink(errorFile)
      if keepsOutput { unlink(outputFile) }
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT, 0o600)
    let program =
      ProcessInfo.processInfo.environment[variable] ?? Scratch.products.appending(path: name).path
    var words: [UnsafeMutablePointer<CChar>?] =
      ([name] + arguments).map { strdup($0) }
    words.append(nil)
    // A backtrace takes seconds, and the failure can be repeated.
    let kept = ProcessInfo.processInfo.environment
      .filter { !["LORABOOK_DB", "LORABOOK_QUERIES", "SWIFT_BACKTRACE"].contains($0.key) }
    let variables =
      kept.filter { findsPrograms || $0.key != "PATH" }.map { "\($0.key)=\($0.value)" }
      + ["SWIFT_BACKTRACE=enable=no"] + (findsPrograms ? [] : ["PATH=/nowhere"])
    var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) }
    environment.append(nil)
    defer { for text in words + environment { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, program, &actions, nil, words, environment)
    guard code == 0 else { throw SpawnFailure(code: code) }
    ending = TimedProcess.wait(for: process, seconds: seconds)
    func written(_ file: String) -> String {
      String(decoding: (try? Data(contentsOf: URL(filePath: file))) ?? Data(), as: UTF8.self)
    }
    errors = written(errorFile)
    output = keepsOutput ? written(outputFile) : ""
  }

  private static func wait(for process: pid_t, seconds: Int) -> Ending {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard ContinuousClock.now < deadline else {
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
        return .hang
      }
      usleep(1000)
    }
    // WIFSIGNALED, WTERMSIG and WEXITSTATUS, which are macros (wait(2)).
    return status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
  }
}
