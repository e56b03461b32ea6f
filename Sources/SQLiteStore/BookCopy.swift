import Glibc
import LoRASpectra

extension Connection {
  /// Writes one consistent state of the book to a new file, whatever others write meanwhile. The file
  /// appears whole, and is on the disk when this returns; readable by its owner and group alone.
  ///
  /// - Throws: `BookError.copyExists` where there is a file already, `BookError.cannotCreate`, `SQLiteError`.
  func copy(to path: String) throws {
    guard access(path, F_OK) != 0 else { throw BookError.copyExists(path: path) }
    var template = Array("\(path).XXXXXX".utf8CString)
    let file = mkstemp(&template)
    let draft = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard file >= 0, fchmod(file, 0o640) == 0 else {
      throw BookError.cannotCreate(path: path, reason: String(cString: strerror(errno)))
    }
    defer {
      close(file)
      unlink(draft)
    }
    try run(Statements.copyInto, ["file": .text(draft)])
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

  /// Makes the names in a file's folder last. A file system that cannot has nothing that would be lost by it.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
