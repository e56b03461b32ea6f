import CSQLite
import Glibc

/// Whether what a connection writes is still what others find under its names: a file that was removed or
/// replaced goes on to take writes, which are lost when it is closed (sqlite.org/howtocorrupt.html, 4).
final class WrittenFiles {
  private struct Identity: Equatable {
    var device: dev_t
    var number: ino_t
  }

  /// The log and its index as they were first seen: they stay as long as anybody has the book open.
  private var beside: [Identity]?

  /// - Throws: `SQLiteError` of the kind `moved`, `BookError.hardLinked`.
  func check(_ connection: Connection) throws {
    var hasMoved: Int32 = 0
    let code = sqlite3_file_control(connection.handle, nil, SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    // What is in no file cannot move.
    if code == SQLITE_NOTFOUND { return }
    try connection.check(code)
    guard hasMoved == 0 else { throw SQLiteError.moved() }
    // SQLite's own name of the file: links are resolved in it.
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
