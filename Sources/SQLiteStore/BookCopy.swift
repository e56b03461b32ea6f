import CSQLite
import Glibc
import LoRASpectra

extension Connection {
  /// Writes one consistent state of the book to a new file, whatever others write meanwhile. The file
  /// appears whole, and is on the disk when this returns; readable by its owner and group alone, and by nobody
  /// who may not read the book.
  ///
  /// - Throws: `BookError.copyExists` where there is a file already, `BookError.cannotCreate`, `SQLiteError`.
  func copy(to path: String) throws {
    guard access(path, F_OK) != 0 else { throw BookError.copyExists(path: path) }
    var template = Array("\(path).XXXXXX".utf8CString)
    let file = mkstemp(&template)
    let draft = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard file >= 0, fchmod(file, 0o640 & mode()) == 0 else {
      throw BookError.cannotCreate(path: path, reason: String(cString: strerror(errno)))
    }
    defer {
      close(file)
      unlink(draft)
    }
    do {
      try run(Statements.copyInto, ["file": .text(draft)])
    } catch let error as SQLiteError where error.code == SQLITE_ERROR {
      // SQLite takes a file whose size it cannot tell for one that holds something; this one is new.
      throw SQLiteError(nil, code: SQLITE_IOERR)
    }
    // SQLite does not wait for the disk here (sqlite.org/lang_vacuum.html). A link, unlike a renaming, never
    // takes the place of a file that has come meanwhile.
    guard fsync(file) == 0 else {
      throw BookError.cannotCreate(path: path, reason: String(cString: strerror(errno)))
    }
    guard link(draft, path) == 0 else {
      if errno == EEXIST { throw BookError.copyExists(path: path) }
      throw BookError.cannotCreate(path: path, reason: String(cString: strerror(errno)))
    }
    Connection.syncFolder(of: path)
  }

  /// Who may do what with the book's file.
  private func mode() -> mode_t {
    var status = stat()
    guard let name = sqlite3_db_filename(handle, nil), stat(name, &status) == 0 else {
      return 0o600
    }
    return status.st_mode | 0o600
  }

  /// Makes the names in a file's folder last. A file system that cannot has nothing that would be lost by it.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
