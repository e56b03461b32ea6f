import Foundation

/// The state of the code that a sweep was started from: git is asked, and may answer while other things are done.
struct GitCommit {
  private let process = Process()
  private let output = Pipe()

  /// Asks git about the working directory; nil where there is no git to be asked.
  init?() {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "git", "--no-optional-locks", "describe", "--always", "--dirty", "--abbrev=40", "--exclude",
      "*",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
  }

  /// Waits for the answer: the commit, `-dirty` behind it where tracked files have changed; nil outside a
  /// repository or without git.
  func name() -> String? {
    guard let data = try? output.fileHandleForReading.readToEnd() else { return nil }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    let commit = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
    return commit.isEmpty ? nil : String(commit)
  }
}
