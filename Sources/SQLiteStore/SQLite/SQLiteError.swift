import CSQLite
import Glibc

/// An error that SQLite reports for a failed call.
package struct SQLiteError: Error, Equatable, CustomStringConvertible {
  /// The primary result code, such as `SQLITE_BUSY` (sqlite.org/rescode.html).
  package var code: Int32 { extendedCode & 0xff }
  /// The extended result code.
  package var extendedCode: Int32
  /// Whether the system refused to open a file because too many are open.
  private(set) var isOutOfFiles = false
  /// SQLite's message.
  package var message: String
  /// The statement, if there was one.
  package var sql: String?

  package init(extendedCode: Int32, message: String, sql: String? = nil) {
    self.extendedCode = extendedCode
    self.message = message
    self.sql = sql
  }

  /// Damage that SQLite does not detect, because the file is valid for it.
  init(damage message: String) {
    self.init(extendedCode: SQLITE_CORRUPT, message: message)
  }

  /// The error of a call, with the connection's message if it belongs to this call: some calls
  /// leave none.
  init(_ handle: OpaquePointer?, code: Int32, sql: String? = nil) {
    let systemError = errno
    let extended = handle.map { sqlite3_extended_errcode($0) }
    if let handle, let extended, extended & 0xff == code & 0xff {
      self.init(
        extendedCode: extended, message: String(cString: sqlite3_errmsg(handle)), sql: sql)
    } else {
      self.init(extendedCode: code, message: String(cString: sqlite3_errstr(code)), sql: sql)
    }
    // Neither connection has a backup's error, but the system's last error is still set.
    isOutOfFiles =
      code & 0xff == SQLITE_CANTOPEN
      && [systemError, handle.map { sqlite3_system_errno($0) } ?? 0].contains {
        [EMFILE, ENFILE].contains($0)
      }
  }

  /// SQLite's error for a failed allocation.
  static func outOfMemory(sql: String?) -> SQLiteError {
    SQLiteError(nil, code: SQLITE_NOMEM, sql: sql)
  }

  /// SQLite's error for a file that is no longer at its path.
  static func moved() -> SQLiteError {
    SQLiteError(extendedCode: movedCode, message: "the file has been moved or removed")
  }

  /// SQLite's error for a file system without shared memory.
  static let noSharedMemory = SQLiteError(nil, code: SQLITE_IOERR | (21 << 8))

  /// Whether the index of the write-ahead log could not be created, so that nobody has it.
  var isWithoutIndex: Bool {
    extendedCode == SQLITE_IOERR | (19 << 8) || kind == .noSharedMemory
  }

  /// Whether a file could not be written or put on the disk, mostly because that is full.
  var isOfWriting: Bool {
    code == SQLITE_FULL || SQLiteError.writingCodes.contains(extendedCode)
  }

  // SQLITE_IOERR_WRITE, _FSYNC, _DIR_FSYNC and _TRUNCATE.
  private static let writingCodes = [3, 4, 5, 6].map { SQLITE_IOERR | ($0 << 8) }

  // Names that C joins from others, which Swift does not import (sqlite.org/rescode.html).
  private static let movedCode = SQLITE_READONLY | (4 << 8)
  private static let memoryCode = SQLITE_IOERR | (12 << 8)
  private static let sharedMemoryCodes = [18, 21].map { SQLITE_IOERR | ($0 << 8) }

  package var description: String { "\(message) (SQLite code \(extendedCode))" }

  /// The kind of failure, for choosing the remedy.
  package var kind: Kind {
    switch code {
    case _ where extendedCode == SQLiteError.movedCode: .moved
    case _ where SQLiteError.sharedMemoryCodes.contains(extendedCode): .noSharedMemory
    case _ where extendedCode == SQLiteError.memoryCode: .outOfMemory
    case SQLITE_NOMEM: .outOfMemory
    // SQLite returns PROTOCOL if another process held the log's index during all retries.
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
    case SQLITE_FULL, SQLITE_IOERR, SQLITE_NOLFS: .inputOutput
    case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
    case SQLITE_CANTOPEN where isOutOfFiles: .tooManyFiles
    case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: .cannotCreate
    case SQLITE_INTERRUPT: .interrupted
    default: .other
    }
  }

  /// Failures by their remedy.
  package enum Kind: Sendable {
    case busy, inputOutput, corrupt, cannotCreate, interrupted, outOfMemory, other
    /// The file system does not let processes share the memory of the write-ahead log's index.
    case noSharedMemory
    /// The process, or the system, has as many files open as allowed.
    case tooManyFiles
    /// The file, its log or the log's index is no longer at its path.
    case moved
  }
}
