import Glibc
import LoRASpectra

/// A book that others are merged from, as it was at one moment. It is only read: one of an older lorabook is
/// brought up to date in a copy.
final class MergeSource {
  let path: String
  let connection: Connection
  private let folder: ScratchFolder?
  private let stop: StopCheck

  /// - Parameters:
  ///   - target: the book that takes it in; a copy lies beside it meanwhile.
  ///   - wait: how many milliseconds a statement waits for another process.
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

  /// What is said of a file that no lorabook has left so.
  func damage(_ what: String) -> BookError { .damaged(path: path, what: what) }
}

/// A folder for one book that is not kept; gone with its last reference.
final class ScratchFolder {
  private let path: String
  private let unfinished: PendingFiles
  /// Where the book is to be.
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
