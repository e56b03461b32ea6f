import Foundation
import Glibc
import Rendering

/// gnuplot, which draws the pictures: a program of its own, wanted for nothing else.
enum Gnuplot {
  /// Whether it is installed.
  static var isThere: Bool { path() != nil }

  /// Draws a script's picture.
  ///
  /// - Returns: the bytes that gnuplot wrote, and its warnings.
  /// - Throws: `Failure` where there is no gnuplot, where it fails, and on Ctrl-C.
  static func draw(_ script: String) throws -> (picture: Data, warnings: String) {
    guard let program = path() else {
      throw Failure(
        "there is no gnuplot on the PATH, and it draws the pictures. Install it (Debian: apt install gnuplot-nox), or write what it would draw with --script; every other command works without it.",
        .failure)
    }
    // Files without names: nothing has to be read while something else is written, and nothing stays behind.
    let input = try temporaryFile()
    let output = try temporaryFile()
    let errors = try temporaryFile()
    try input.write(contentsOf: Data(script.utf8))
    try input.seek(toOffset: 0)
    let process = Process()
    process.executableURL = URL(filePath: program)
    // Read as a file, so that it ends at the first error; -d leaves the user's own settings out.
    process.arguments = ["-d", "/dev/stdin"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    var environment = ProcessInfo.processInfo.environment
    environment["LC_ALL"] = "C.UTF-8"
    process.environment = environment
    do {
      try process.run()
    } catch {
      throw Failure(
        "'\(program)' cannot be started: \(error.localizedDescription). Install gnuplot anew.",
        .failure)
    }
    while process.isRunning {
      if Interruption.isAsked {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        throw Failure("interrupted: no picture was drawn.", .interrupted)
      }
      usleep(2_000)
    }
    let picture = try contents(of: output)
    let said = String(decoding: try contents(of: errors), as: UTF8.self)
    guard process.terminationReason == .exit, process.terminationStatus == 0, !picture.isEmpty
    else {
      throw Failure(
        "gnuplot \(ending(of: process)): \(words(said)). Version 5.2 or newer is needed; --script shows what it was given.",
        .failure)
    }
    return (picture, said)
  }

  /// The first gnuplot on the PATH.
  private static func path() -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/gnuplot" }.first { candidate in
      var status = stat()
      return access(candidate, X_OK) == 0 && stat(candidate, &status) == 0
        && status.st_mode & S_IFMT == S_IFREG
    }
  }

  private static func temporaryFile() throws -> FileHandle {
    guard let file = tmpfile() else {
      throw OutputError(path: "a temporary file", code: errno, isCreation: true)
    }
    defer { fclose(file) }
    let descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else {
      throw OutputError(path: "a temporary file", code: errno, isCreation: true)
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  private static func contents(of file: FileHandle) throws -> Data {
    try file.seek(toOffset: 0)
    return try file.readToEnd() ?? Data()
  }

  private static func ending(of process: Process) -> String {
    if process.terminationReason == .uncaughtSignal {
      return "was ended by signal \(process.terminationStatus)"
    }
    return process.terminationStatus == 0
      ? "drew nothing" : "failed with status \(process.terminationStatus)"
  }

  /// What gnuplot said, in one short line: it shows the place with a caret below, which says nothing here.
  private static func words(_ said: String) -> String {
    let lines = said.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && $0 != "^" }
    // The last line says why, those before it quote the script.
    return lines.last.map { "\"\($0.prefix(300))\"" } ?? "it said nothing"
  }
}
