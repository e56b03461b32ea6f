import Foundation

/// A folder of its own for one test, with the built `lorabook` to run in it.
package final class Scratch {
  /// Where its commands run; gone with the test.
  package let folder: URL
  /// What a command printed, and how it ended.
  package struct Result {
    /// The exit status.
    package var status: Int32
    /// What it wrote to standard output.
    package var output: String
    /// What it wrote to standard error.
    package var errors: String
    /// The lines of the output that are not empty.
    package var lines: [Substring] { output.split(separator: "\n") }
  }

  /// A program that a test asks ended badly.
  private struct ProgramFailure: Error {
    var message: String
  }

  /// Makes the folder.
  package init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "lorabook-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The project's folder.
  package static let project = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The folder that holds the built program: the one that this test bundle runs from.
  package static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// Runs `lorabook` with arguments.
  package func lorabook(_ arguments: String...) throws -> Result {
    try run(Scratch.products.appending(path: "lorabook"), arguments)
  }

  /// Runs a line of bash, in which `lorabook` is the built program.
  package func bash(_ line: String) throws -> Result {
    try run(URL(filePath: "/bin/bash"), ["-c", line])
  }

  /// Asks SQLite's own shell.
  package func sqlite(_ sql: String, book: String = "lorabook.db") throws -> String {
    // Unlike lorabook, the shell does not wait unless told to.
    let result = try run(
      URL(filePath: "/usr/bin/env"), ["sqlite3", "-cmd", ".timeout 10000", book, sql])
    guard result.status == 0 else { throw ProgramFailure(message: "sqlite3: \(result.errors)") }
    return result.output.trimmingCharacters(in: .newlines)
  }

  /// Writes a file into the folder.
  package func write(_ text: String, to name: String) throws {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// The text of a file of the folder.
  package func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// The names of the files in the folder, sorted.
  package func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// Starts `lorabook` without waiting for it; its output goes nowhere.
  package func start(_ arguments: String...) throws -> Process { try start(arguments) }

  /// Starts `lorabook` without waiting for it; its output goes nowhere.
  package func start(_ arguments: [String]) throws -> Process {
    try start(program: Scratch.products.appending(path: "lorabook").path, arguments)
  }

  /// Starts a program without waiting for it; its output goes nowhere.
  package func start(program: String, _ arguments: [String]) throws -> Process {
    let process = process(URL(filePath: program), arguments)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Starts a script of bash without waiting for it; its output goes nowhere.
  package func startShell(_ script: String) throws -> Process {
    let process = process(URL(filePath: "/bin/bash"), ["-c", script])
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func run(_ program: URL, _ arguments: [String]) throws -> Result {
    let process = process(program, arguments)
    // Files, not pipes: nothing has to read one while the other fills.
    let captured = try ["out", "err"].map { name -> (URL, FileHandle) in
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).\(name)")
      try Data().write(to: file)
      return (file, try FileHandle(forWritingTo: file))
    }
    process.standardOutput = captured[0].1
    process.standardError = captured[1].1
    try process.run()
    process.waitUntilExit()
    let texts = try captured.map { file, handle in
      try handle.close()
      defer { try? FileManager.default.removeItem(at: file) }
      return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
    return Result(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  private func process(_ program: URL, _ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    var environment = ProcessInfo.processInfo.environment
    environment["LORABOOK_DB"] = nil
    environment["LORABOOK_QUERIES"] = nil
    environment["PATH"] = Scratch.products.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    process.environment = environment
    return process
  }
}
