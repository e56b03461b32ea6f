import CSQLite
import Glibc

/// Checks that a connection still writes to the files at its paths: a file that was removed or
/// replaced still takes writes, which are lost when it is closed (sqlite.org/howtocorrupt.html, 4).
final class WrittenFiles {
  private struct Identity: Equatable {
    var device: dev_t
    var number: ino_t
  }

  /// The log and its index as first seen: they exist as long as any connection to the book is open.
  private var beside: [Identity]?

  /// - Throws: `SQLiteError` of the kind `moved`, `BookError.hardLinked`.
  func check(_ connection: Connection) throws {
    var hasMoved: Int32 = 0
    let code = sqlite3_file_control(connection.handle, nil, SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    // A database without a file cannot move.
    if code == SQLITE_NOTFOUND { return }
    try connection.check(code)
    guard hasMoved == 0 else { throw SQLiteError.moved() }
    // SQLite's own name for the file, with links resolved.
    guard let name = sqlite3_db_filename(connection.handle, nil) else { return }
    let names = Book.names(of: name)
    guard names < 2 else {
      throw BookError.hardLinked(path: String(cString: name), names: names)
    }
    // As bytes: a folder's path may be no UTF-8.
    let path = Array(UnsafeBufferPointer(start: name, count: strlen(name)))
    let found = ["-wal", "-shm"].compactMap { WrittenFiles.identity(of: path + $0.utf8CString) }
    if let beside {
      guard found == beside else { throw SQLiteError.moved() }
    } else if found.count == 2 {
      beside = found
    }
  }

  private static func identity(of path: [CChar]) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Identity(device: status.st_dev, number: status.st_ino)
  }
}
