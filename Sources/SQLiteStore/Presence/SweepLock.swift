import CSQLite
import Glibc

/// A lock that a process holds while it records a sweep; the kernel releases it however the process
/// ends.
///
/// It is an open-file-description lock (fcntl_locking(2)) on the byte of the book's write-ahead log
/// whose offset is the sweep's id. The log exists as long as any connection to the book is open.
/// SQLite neither locks the log nor depends on who else has it open, unlike the book itself
/// (sqlite.org/howtocorrupt.html, 2.2). Such a lock is visible from every container that sees the
/// file, and no later process inherits it with a process id.
final class SweepLock: Sendable {
  /// F_OFD_GETLK and F_OFD_SETLK of Linux's fcntl.h, which the C library defines only with
  /// _GNU_SOURCE.
  private static let getLock: Int32 = 36
  static let setLock: Int32 = 37

  private let descriptor: Int32

  /// What is added to an execution's id, whose lock a process holds while it logs: no sweep's id is as large.
  static let executions: Int64 = 1 << 40

  /// The holder of a lock, apart from this process.
  enum Holder {
    case somebody, nobody
    /// The system does not report it.
    case unknown
  }

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Another process holds the lock.
  struct Held: Error {}

  /// Takes a sweep's lock until the last reference goes, in a transaction so that the log exists.
  ///
  /// - Returns: nil if the file system has no such locks.
  /// - Throws: if another process holds it and does not release it shortly.
  static func take(_ sweepID: Int64, of connection: Connection) throws(Held) -> SweepLock? {
    let log = open(connection.logPath, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    guard log >= 0 else { return nil }
    let lock = SweepLock(descriptor: log)
    // A process that has recorded the end of its sweep releases the lock directly after.
    for _ in 0..<100 {
      var byte = SweepLock.byte(of: sweepID)
      if fcntl(log, setLock, &byte) == 0 { return lock }
      guard errno == EAGAIN || errno == EACCES else { return nil }
      usleep(10_000)
    }
    throw Held()
  }

  /// The locks of a book's sweeps, as others hold them.
  final class View {
    private let log: Int32
    private let hasNoLog: Bool

    init(of connection: Connection) {
      log = open(connection.logPath, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      // Without a log nobody has the book open.
      hasNoLog = log < 0 && errno == ENOENT
    }

    deinit { if log >= 0 { close(log) } }

    /// Who holds a sweep's lock.
    func holder(of sweepID: Int64) -> Holder {
      if hasNoLog { return .nobody }
      var byte = SweepLock.byte(of: sweepID)
      guard log >= 0, fcntl(log, SweepLock.getLock, &byte) == 0 else { return .unknown }
      return byte.l_type == Int16(F_UNLCK) ? .nobody : .somebody
    }
  }

  private static func byte(of sweepID: Int64) -> flock {
    var byte = flock()
    byte.l_type = Int16(F_WRLCK)
    byte.l_whence = Int16(SEEK_SET)
    byte.l_start = off_t(sweepID)
    byte.l_len = 1
    return byte
  }
}

extension Connection {
  /// The path of the book's write-ahead log.
  fileprivate var logPath: [CChar] {
    // SQLite resolves symbolic links first (sqlite.org/c3ref/filename_database.html). As bytes: a
    // folder's path may not be UTF-8.
    guard let path = sqlite3_filename_wal(sqlite3_db_filename(handle, "main")) else { return [0] }
    return Array(UnsafeBufferPointer(start: path, count: strlen(path) + 1))
  }
}
