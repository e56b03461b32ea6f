import Glibc
import Synchronization

/// Files and folders that are useless until they are finished. The holder removes them; when the
/// process ends at once, ``takeAll()`` does.
package final class PendingFiles {
  /// One path; never freed, because a signal may come while the list is read.
  private struct Entry {
    var path: UnsafeMutablePointer<CChar>?
    var isFinished = false
    var next: UnsafeMutablePointer<Entry>?
  }

  /// The address of the newest entry; 0 if there is none.
  private static let newest = Atomic<UInt>(0)

  private var entries: [UnsafeMutablePointer<Entry>] = []

  /// - Parameter paths: a folder before its contents. They need not exist yet.
  package init(_ paths: [String]) {
    for path in paths {
      let entry = UnsafeMutablePointer<Entry>.allocate(capacity: 1)
      entry.initialize(to: Entry(path: strdup(path), next: nil))
      var next = PendingFiles.newest.load(ordering: .relaxed)
      while true {
        entry.pointee.next = UnsafeMutablePointer(bitPattern: next)
        let (isExchanged, original) = PendingFiles.newest.compareExchange(
          expected: next, desired: UInt(bitPattern: entry), ordering: .acquiringAndReleasing)
        if isExchanged { break }
        next = original
      }
      entries.append(entry)
    }
  }

  deinit { finish() }

  /// Runs `body`, which creates files and registers them, while signals to this thread are blocked.
  package static func holdingSignals<Result>(_ body: () throws -> Result) rethrows -> Result {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try body()
  }

  /// Keeps the files: the holder is responsible for them from here on.
  package func finish() {
    for entry in entries { entry.pointee.isFinished = true }
    entries = []
  }

  /// Initialises the state that a signal handler must not be the first to touch.
  package static func touch() { _ = newest.load(ordering: .relaxed) }

  /// Removes all unfinished files; safe in a signal handler.
  package static func takeAll() {
    var entry = UnsafeMutablePointer<Entry>(bitPattern: newest.load(ordering: .acquiring))
    while let current = entry {
      if !current.pointee.isFinished, let path = current.pointee.path, unlink(path) != 0 {
        rmdir(path)
      }
      entry = current.pointee.next
    }
  }
}
