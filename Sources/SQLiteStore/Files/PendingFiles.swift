import Glibc
import Synchronization

/// Files and folders that are worth nothing before they are finished. Who holds one takes it away; a process that
/// ends at once has ``takeAll()`` do it.
package final class PendingFiles {
  /// One name; never given back, because a signal may come while the list is read.
  private struct Entry {
    var path: UnsafeMutablePointer<CChar>?
    var isFinished = false
    var next: UnsafeMutablePointer<Entry>?
  }

  /// The address of the last entry that was made; 0 for none.
  private static let newest = Atomic<UInt>(0)

  private var entries: [UnsafeMutablePointer<Entry>] = []

  /// - Parameter paths: a folder before what lies in it. They need not be there yet.
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

  /// Runs `body`, which makes files and takes note of them, while a signal to this thread waits.
  package static func holdingSignals<Result>(_ body: () throws -> Result) rethrows -> Result {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try body()
  }

  /// Leaves them to who holds them from here on.
  package func finish() {
    for entry in entries { entry.pointee.isFinished = true }
    entries = []
  }

  /// Makes what a signal's handler may not be the first to touch.
  package static func touch() { _ = newest.load(ordering: .relaxed) }

  /// Takes away what is unfinished; a signal's handler may call it.
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
