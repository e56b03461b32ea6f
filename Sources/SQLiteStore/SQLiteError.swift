import CSQLite

/// What SQLite reports when a call fails.
package struct SQLiteError: Error, Equatable, CustomStringConvertible {
  /// The primary result code, such as `SQLITE_BUSY` (sqlite.org/rescode.html).
  package var code: Int32 { extendedCode & 0xff }
  /// The extended result code.
  package var extendedCode: Int32
  /// SQLite's message.
  package var message: String
  /// The statement, where there was one.
  package var sql: String?

  package init(extendedCode: Int32, message: String, sql: String? = nil) {
    self.extendedCode = extendedCode
    self.message = message
    self.sql = sql
  }

  /// The last error of a connection.
  init(_ handle: OpaquePointer?, code: Int32, sql: String? = nil) {
    let message = handle.map { String(cString: sqlite3_errmsg($0)) }
    self.init(
      extendedCode: handle.map { sqlite3_extended_errcode($0) } ?? code,
      message: message ?? String(cString: sqlite3_errstr(code)), sql: sql)
  }

  package var description: String { "\(message) (SQLite code \(extendedCode))" }

  /// What kind of failure it is, for whoever has to say what to do about it.
  package var kind: Kind {
    switch code {
    case SQLITE_BUSY, SQLITE_LOCKED: .busy
    case SQLITE_FULL, SQLITE_IOERR: .inputOutput
    case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
    case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: .cannotCreate
    case SQLITE_INTERRUPT: .interrupted
    default: .other
    }
  }

  /// Failures by what a person can do about them.
  package enum Kind: Sendable {
    case busy, inputOutput, corrupt, cannotCreate, interrupted, other
  }
}
