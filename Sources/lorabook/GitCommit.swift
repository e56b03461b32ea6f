import Foundation

/// The state of the code that a sweep was started from.
enum GitCommit {
  /// The commit of the working directory, `-dirty` behind it where tracked files have changed; nil outside
  /// a repository or without git.
  static func ofWorkingDirectory() -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "git", "--no-optional-locks", "describe", "--always", "--dirty", "--abbrev=40", "--exclude",
      "*",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil,
      let data = try? output.fileHandleForReading.readToEnd()
    else { return nil }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    let commit = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
    return commit.isEmpty ? nil : String(commit)
  }
}
