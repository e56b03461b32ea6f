import Glibc
import Rendering

/// gnuplot, a separate program that draws the pictures.
enum Gnuplot {
  /// Whether it is installed.
  static var isThere: Bool { path() != nil }

  /// Draws a script's picture.
  ///
  /// - Returns: the bytes that gnuplot wrote, and its warnings.
  /// - Throws: `CommandError` if there is no gnuplot or it fails, and on Ctrl-C.
  static func draw(_ script: String) throws -> (picture: [UInt8], warnings: String) {
    guard let program = path() else {
      throw CommandError(
        "there is no gnuplot on the PATH, and it draws the pictures. Install it (Debian: apt install gnuplot-nox), or write what it would draw with --script; every other command works without it.",
        .failure)
    }
    let input = try TemporaryFile()
    let output = try TemporaryFile()
    let errors = try TemporaryFile()
    try input.fill(script)
    let process: ChildProcess
    do {
      // Read from a file, so that it stops at the first error; -d skips the user's own settings.
      process = try ChildProcess(
        program, ["-d", "/dev/stdin"], environment: ["LC_ALL": "C.UTF-8"],
        streams: (input.descriptor, output.descriptor, errors.descriptor))
    } catch {
      throw CommandError(
        "'\(program)' cannot be started: \(String(cString: strerror(error.code))). Install gnuplot anew.",
        .failure)
    }
    let ending = process.wait(shouldStop: { Interruption.isAsked })
    guard !Interruption.isAsked else {
      throw CommandError("interrupted: no picture was drawn.", .interrupted)
    }
    let picture = try output.contents()
    let said = String(decoding: try errors.contents(), as: UTF8.self)
    guard case .exited(0) = ending, !picture.isEmpty else {
      throw CommandError(
        "gnuplot \(words(ending)): \(words(said)). Version 5.2 or newer is needed; --script shows what it was given.",
        .failure)
    }
    return (picture, said)
  }

  private static func path() -> String? { ChildProcess.path(of: "gnuplot") }

  private static func words(_ ending: ChildProcess.Ending) -> String {
    switch ending {
    case .killed(let signal): "was ended by signal \(signal)"
    case .exited(0): "drew nothing"
    case .exited(let status): "failed with status \(status)"
    }
  }

  /// gnuplot's message in one short line, without the caret that marks the place.
  private static func words(_ said: String) -> String {
    let lines = said.split(whereSeparator: \.isNewline)
      .map { $0.trimmingPrefix(while: \.isWhitespace) }
      .map { $0.prefix(through: $0.lastIndex { !$0.isWhitespace } ?? $0.startIndex) }
      .filter { !$0.isEmpty && $0 != "^" }
    // The last line gives the reason, the earlier ones quote the script.
    return lines.last.map { "\"\($0.prefix(300))\"" } ?? "it said nothing"
  }
}
