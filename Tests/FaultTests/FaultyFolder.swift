import CFaultInjection
import Foundation

/// A folder in which calls on files and threads can be made to fail.
final class FaultyFolder: Sendable {
  let folder: URL
  let watch: Int32
  var path: String { folder.path + "/book.db" }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "lorabook-faults-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    watch = faults_watch(folder.path + "/")
    guard watch >= 0 else { throw CocoaError(.featureUnsupported) }
  }

  deinit {
    faults_unwatch(watch)
    try? FileManager.default.removeItem(at: folder)
  }

  /// Replaces the folder's contents by some files.
  ///
  /// - Parameter areUntouched: whether ``isUntouched(from:)`` compares with these files.
  func reset(to files: [String: Data], areUntouched: Bool = true) throws {
    for name in try names() {
      // No operation removes a folder.
      if unlink("\(folder.path)/\(name)") != 0 {
        try FileManager.default.removeItem(at: folder.appending(path: name))
      }
    }
    for (name, bytes) in files {
      let file = folder.appending(path: name)
      try bytes.write(to: file)
      guard areUntouched else { continue }
      // Any later write gives the file the current time.
      var times = [FaultyFolder.longAgo, FaultyFolder.longAgo]
      guard utimes(file.path, &times) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
  }

  private static let longAgo = timeval(tv_sec: 1_000_000_000, tv_usec: 0)

  /// Whether the folder is unchanged since it was last set to some files.
  func isUntouched(from files: [String: Data]) throws -> Bool {
    guard try Set(names()) == Set(files.keys) else { return false }
    return files.allSatisfy { name, bytes in
      var status = stat()
      return stat("\(folder.path)/\(name)", &status) == 0
        && status.st_mtim.tv_sec == FaultyFolder.longAgo.tv_sec && status.st_size == bytes.count
    }
  }

  /// Whether there is a log or journal of the book, or its shared memory.
  func hasLog() throws -> Bool { try names().contains { $0.hasPrefix("book.db-") } }

  /// A hash of the names and bytes in the folder; nil if there is still a log, as no two logs are
  /// the same.
  func hash() throws -> Int? {
    guard try !hasLog() else { return nil }
    var hasher = Hasher()
    for name in try names().sorted() {
      hasher.combine(name)
      try Data(contentsOf: folder.appending(path: name)).withUnsafeBytes {
        hasher.combine(bytes: $0)
      }
    }
    return hasher.finalize()
  }

  /// The names in the folder.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
  }

  /// Number of calls of a kind since the watch was armed.
  func calls(_ fault: Fault) -> Int { faults_calls(watch, Int32(fault.kind.rawValue)) }

  var injected: Int { faults_injected(watch) }

  /// Leaves in the folder what a power cut leaves; the round's number seeds the random choice.
  func losePower(keeping unsynced: Fault.Unsynced, round: Int) {
    let chance =
      switch unsynced {
      case .nothing: UInt32(0)
      case .all: UInt32(1)
      case .some: UInt32(clamping: round) &+ 2
      }
    faults_lose_power(watch, chance)
  }

  /// Runs `body` on this thread with the nth call of a kind failing, 0 for none.
  func failing<Result>(
    _ fault: Fault, nth: Int, forGood: Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    faults_join(watch)
    faults_arm(watch, Int32(fault.kind.rawValue), nth, forGood ? 1 : 0, fault.code)
    defer {
      // Only the calls stop failing; the counts are read later.
      faults_disarm(watch)
      faults_join(-1)
    }
    return try body()
  }
}
