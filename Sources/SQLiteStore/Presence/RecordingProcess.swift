import Glibc
import LoRASpectra

/// The identity of a process that records a sweep.
package struct RecordingProcess: Equatable, Sendable {
  /// The machine's name; a container may have its own.
  package var host: String
  /// The running system's boot id: shared by all its containers, and new after each restart.
  package var bootID: String?
  /// The process id, in its own process namespace.
  package var processID: Int?
  /// Start time in the kernel's clock ticks since boot, which tells processes with a reused id
  /// apart.
  package var processStart: Int?

  package init(host: String, bootID: String?, processID: Int?, processStart: Int?) {
    self.host = host
    self.bootID = bootID
    self.processID = processID
    self.processStart = processStart
  }

  /// The process named in a sweep's row.
  init(_ provenance: Provenance) {
    self.init(
      host: provenance.host, bootID: provenance.bootID, processID: provenance.processID,
      processStart: provenance.processStart)
  }

  /// This process.
  package static var current: RecordingProcess {
    RecordingProcess(
      host: hostName, bootID: firstLine(of: "/proc/sys/kernel/random/boot_id"),
      processID: Int(getpid()), processStart: state(of: "self")?.start)
  }

  /// Whether it is seen to live from this process, which is `here`. Where it is not it may still, out of sight in another
  /// container.
  func isSeenAlive(from here: RecordingProcess) -> Bool {
    guard let bootID, bootID == here.bootID, let processID, let processStart,
      let found = RecordingProcess.state(of: String(processID))
    else { return false }
    // A process that has ended stays listed until its parent reaps it.
    return found.start == processStart && !["Z", "X", "x"].contains(found.letter)
  }

  /// Whether it runs, or ran before a restart, on the machine of this process, which is `here`.
  func isOfMachine(of here: RecordingProcess) -> Bool {
    (bootID != nil && bootID == here.bootID) || host == here.host
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Fields 3 and 22 of /proc/PID/stat (proc(5)); the name in field 2 may contain spaces and ends
  /// at the last parenthesis.
  private static func state(of process: String) -> (letter: String, start: Int)? {
    guard let stat = firstLine(of: "/proc/\(process)/stat"), let name = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[name...].split(separator: " ")
    guard fields.count > 20, let start = Int(fields[20]) else { return nil }
    return (String(fields[1]), start)
  }

  private static func firstLine(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    // Longer than any line of /proc read here.
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(
      decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
