import Foundation

/// A temporary folder for one test, with the built `lorabook` to run in it.
package final class Scratch {
  /// The folder in which commands run; removed with the test.
  package let folder: URL
  /// The output and the status of a command.
  package struct Result {
    /// The exit status.
    package var status: Int32
    /// Its standard output.
    package var output: String
    /// Its standard error.
    package var errors: String
    /// The lines of the output that are not empty.
    package var lines: [Substring] { output.split(separator: "\n") }
  }

  /// A program used by a test failed.
  private struct ProgramFailure: Error {
    var message: String
  }

  /// Creates the folder.
  package init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "lorabook-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The project's folder.
  package static let project = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of the built program, from which this test bundle runs.
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

  /// Runs SQL in SQLite's own shell.
  package func sqlite(
    _ sql: String, book: String = "lorabook.db", wait milliseconds: Int = 10_000
  ) throws -> String {
    // Unlike lorabook, the shell does not wait by default.
    let result = try run(
      URL(filePath: "/usr/bin/env"), ["sqlite3", "-cmd", ".timeout \(milliseconds)", book, sql])
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

  /// Starts `lorabook` without waiting for it; its output is discarded.
  package func start(_ arguments: String...) throws -> Process { try start(arguments) }

  /// Starts `lorabook` without waiting for it; its output is discarded.
  package func start(_ arguments: [String]) throws -> Process {
    try start(program: Scratch.products.appending(path: "lorabook").path, arguments)
  }

  /// Starts a program without waiting for it; its output is discarded.
  package func start(program: String, _ arguments: [String]) throws -> Process {
    let process = process(URL(filePath: program), arguments)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Starts a script of bash without waiting for it; its output is discarded.
  package func startShell(_ script: String) throws -> Process {
    let process = process(URL(filePath: "/bin/bash"), ["-c", script])
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func run(_ program: URL, _ arguments: [String]) throws -> Result {
    let process = process(program, arguments)
    // Files instead of pipes: none has to be read while the other fills.
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
    // Pages of the documentation copy small files from there.
    environment["LORABOOK_SOURCE"] = Scratch.project.path
    environment["PATH"] = Scratch.products.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    process.environment = environment
    return process
  }
}
