import FoundationEssentials
import Glibc
import LAPACKSpectra
import LoRASpectra
import Rendering
import SQLiteStore

/// The properties of this machine and process that a sweep records.
enum Host {
  /// - Throws: `LAPACKError.missing`.
  static func provenance(jobs: Int) throws -> Provenance {
    let lapack = try BLASBuild.description()
    let process = RecordingProcess.current
    return try Provenance(
      lorabookVersion: lorabookVersion, gitCommit: GitCommit.current(), lapack: lapack,
      lapackThreads: BLASThreads.shared().largeCount, jobs: jobs, host: process.host,
      processor: processor, command: commandLine, bootID: process.bootID,
      processID: Int(getpid()), processStart: process.processStart)
  }

  /// The origin of runs measured elsewhere.
  ///
  /// - Parameter isStream: whether they go on until this process ends.
  static func origin(
    _ source: ExternalOrigin.Source, isStream: Bool = false
  ) -> ExternalOrigin {
    let process = RecordingProcess.current
    return ExternalOrigin(
      source: source, lorabookVersion: lorabookVersion, host: process.host,
      command: commandLine, process: isStream ? process : nil,
      makeUUID: { uuid }, now: { now })
  }

  /// Now, in UTC and ISO 8601 with milliseconds.
  static var now: String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = [
      padded(Int(parts.tm_year) + 1900, 4), padded(Int(parts.tm_mon) + 1, 2),
      padded(Int(parts.tm_mday), 2),
    ].joined(separator: "-")
    let clock = [
      padded(Int(parts.tm_hour), 2), padded(Int(parts.tm_min), 2), padded(Int(parts.tm_sec), 2),
    ].joined(separator: ":")
    return "\(date)T\(clock).\(padded(time.tv_nsec / 1_000_000, 3))Z"
  }

  /// A new random uuid.
  static var uuid: String { UUID().uuidString.lowercased() }

  private static var processor: String? {
    let lines = (try? TextFile.read("/proc/cpuinfo"))?.split(separator: "\n") ?? []
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1)
    return model?.last.map { $0.trimmingPrefix(" ") }.map(String.init)
  }

  /// The command line, quoted for a shell.
  static var commandLine: String {
    (["lorabook"] + ((try? CalledWith.arguments()) ?? [])).map(shellQuoted).joined(separator: " ")
  }

  static func shellQuoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || "_-./:=,@%+".utf8.contains(byte)
      }
    if isPlain { return word }
    guard printable(word) != word else { return singleQuoted(word) }
    return spelledOut(word.utf8)
  }

  /// Bytes escaped as ASCII that bash, zsh and ksh read: nothing commands a terminal.
  static func spelledOut(_ bytes: some Sequence<UInt8>) -> String {
    let spelled = bytes.map { byte in
      (32..<127).contains(byte) && byte != UInt8(ascii: "'") && byte != UInt8(ascii: "\\")
        ? String(UnicodeScalar(byte))
        : "\\" + String(String(Int(byte) + 0o1000, radix: 8).dropFirst())
    }
    return "$'" + spelled.joined() + "'"
  }

  /// A text in a shell's single quotes, in which only a quote has a meaning.
  static func singleQuoted(_ text: String) -> String {
    // Replaced by scalars: a quote and a combining mark form one character, which would not equal a
    // quote, and a shell reads bytes.
    "'" + text.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
  }
}
