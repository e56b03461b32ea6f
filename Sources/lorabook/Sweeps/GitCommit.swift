import Glibc
import Rendering

/// The state of the code that a sweep was started from: git is asked, and may answer while other things are done.
struct GitCommit {
  private let process: ChildProcess
  private let answer: TemporaryFile

  /// Asks git about the working directory; nil where there is no git to be asked.
  init?() {
    guard let answer = try? TemporaryFile(), let nothing = NullDevice() else { return nil }
    let process = try? ChildProcess(
      "/usr/bin/env",
      [
        "git", "--no-optional-locks", "describe", "--always", "--dirty", "--abbrev=40",
        "--exclude", "*",
      ], streams: (nothing.descriptor, answer.descriptor, nothing.descriptor))
    guard let process else { return nil }
    self.process = process
    self.answer = answer
  }

  /// Waits for the answer: the commit, `-dirty` behind it where tracked files have changed; nil outside a
  /// repository or without git.
  func name() -> String? {
    guard case .exited(0) = process.wait(), let bytes = try? answer.contents() else { return nil }
    let commit = String(decoding: bytes, as: UTF8.self).prefix { !$0.isNewline }
    return commit.isEmpty ? nil : String(commit)
  }
}

/// What swallows all that is written to it.
private final class NullDevice {
  let descriptor: Int32

  init?() {
    descriptor = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }
}
