import Glibc
import LoRASpectra

/// A snapshot of a book to merge from. It is only read: an older book is upgraded in a copy.
final class MergeSource {
  let path: String
  let connection: Connection
  private let folder: ScratchFolder?
  private let stop: StopCheck

  /// - Parameters:
  ///   - target: the book to merge into; the temporary copy lies beside it.
  ///   - wait: milliseconds that a statement waits for another process.
  /// - Throws: `BookError`, `SQLiteError`.
  init(
    _ path: String, beside target: String, wait: Int32, time: String, programVersion: String,
    _ stop: StopCheck
  ) throws {
    self.path = path
    self.stop = stop
    let original = try Book.connectToAnyVersion(path, wait)
    if try original.identity().version == Int64(Migration.known.count) {
      folder = nil
      connection = original
    } else {
      let folder = try ScratchFolder(beside: target)
      self.folder = folder
      try original.copy(to: folder.book, of: path, stop: stop)
      let copy = try Connection(path: folder.book, access: .writing, wait: 0)
      _ = try Upgrader(
        connection: copy, path: path, migrations: Migration.known, time: time,
        programVersion: programVersion, keepsCopy: false, stop: stop
      ).upgrade()
      connection = copy
    }
    try connection.execute("BEGIN")
    try connection.run(Statements.startSnapshot)
    stop.watch(connection)
  }

  /// Its sweeps' ids, oldest first.
  func sweepIDs() throws -> [Int64] {
    var ids: [Int64] = []
    try connection.rows(Statements.sweepIds) { ids.append($0.integer(0)) }
    return ids
  }

  /// The error for contents that no lorabook writes.
  func damage(_ what: String) -> BookError { .damaged(path: path, what: what) }
}

/// A temporary folder for one book; removed with the last reference.
final class ScratchFolder {
  private let path: String
  private let unfinished: PendingFiles
  /// The path for the book.
  var book: String { path + "/book.db" }
  private static let endings = ["", "-journal", "-wal", "-shm"]

  /// - Throws: `BookError.cannotCreate`.
  init(beside target: String) throws {
    var template = Array("\(target).merge-XXXXXX".utf8CString)
    (path, unfinished) = try PendingFiles.holdingSignals {
      guard mkdtemp(&template) != nil else {
        throw BookError.cannotCreate(path: target, reason: String(cString: strerror(errno)))
      }
      let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      return (path, PendingFiles([path] + ScratchFolder.endings.map { path + "/book.db" + $0 }))
    }
  }

  deinit {
    for ending in ScratchFolder.endings { unlink(book + ending) }
    rmdir(path)
  }
}
