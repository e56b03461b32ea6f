import CSQLite
import LoRASpectra

/// One compiled statement.
package final class Statement {
  private let connection: Connection
  private let handle: OpaquePointer
  private let sql: String

  private init(_ connection: Connection, _ handle: OpaquePointer, sql: String) {
    self.connection = connection
    self.handle = handle
    self.sql = sql
  }

  /// Compiles a text with exactly one statement.
  convenience init(_ connection: Connection, _ sql: String) throws {
    guard let handle = try Statement.compile(sql, on: connection).handle else {
      throw SQLiteError(extendedCode: SQLITE_MISUSE, message: "there is no statement", sql: sql)
    }
    self.init(connection, handle, sql: sql)
  }

  /// Compiles the first statement of a text, nil if there is none, and returns the rest of the
  /// text.
  static func first(
    of sql: String, on connection: Connection
  ) throws -> (statement: Statement?, rest: String) {
    let (handle, rest) = try compile(sql, on: connection)
    return (handle.map { Statement(connection, $0, sql: sql) }, rest)
  }

  private static func compile(
    _ sql: String, on connection: Connection
  ) throws -> (handle: OpaquePointer?, rest: String) {
    var compiled: OpaquePointer?
    let rest = try sql.withCString { text in
      var tail: UnsafePointer<CChar>?
      try connection.check(
        sqlite3_prepare_v3(
          connection.handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, &tail),
        sql: sql)
      return tail.map { String(cString: $0) } ?? ""
    }
    return (compiled, rest)
  }

  deinit { sqlite3_finalize(handle) }

  /// The names of the parameters, without the colon, in the order of their first use.
  package private(set) lazy var parameters: [String] =
    (0..<sqlite3_bind_parameter_count(handle)).map { index in
      sqlite3_bind_parameter_name(handle, index + 1).map { String(String(cString: $0).dropFirst()) }
        ?? "?\(index + 1)"
    }

  /// The number of a parameter, for binding it repeatedly.
  func index(of name: String) throws -> Int32 {
    let index = sqlite3_bind_parameter_index(handle, ":" + name)
    guard index > 0 else {
      throw SQLiteError(
        extendedCode: SQLITE_MISUSE, message: "there is no parameter :\(name)", sql: sql)
    }
    return index
  }

  /// Binds parameters by their names, without the colon; the others stay NULL.
  func bind(_ bindings: [String: Value]) throws {
    for (name, value) in bindings {
      try bind(index(of: name), value)
    }
  }

  func bind(_ index: Int32, _ value: Value) throws {
    switch value {
    case .absent: try connection.check(sqlite3_bind_null(handle, index), sql: sql)
    case .integer(let number): try bind(index, number)
    case .real(let number): try bind(index, number)
    case .text(let text): try bind(index, text)
    }
  }

  func bind(_ index: Int32, _ number: Int64) throws {
    try connection.check(sqlite3_bind_int64(handle, index, number), sql: sql)
  }

  func bind(_ index: Int32, _ number: Double) throws {
    try connection.check(sqlite3_bind_double(handle, index, number), sql: sql)
  }

  func bind(_ index: Int32, _ text: String) throws {
    var text = text
    let code = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        // An empty text has no address, and a null pointer would bind NULL.
        lorabook_bind_text(handle, index, $0.baseAddress ?? emptyText, Int32(clamping: $0.count))
      }
    }
    try connection.check(code, sql: sql)
  }

  /// Moves to the next row.
  ///
  /// - Returns: false after the last one; the statement can then be bound and run again.
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(handle)
      return false
    case let code:
      let error = SQLiteError(connection.handle, code: code, sql: sql)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Runs a statement that returns one row if it found the row to change, and commits if no
  /// transaction is open.
  func stepOnce(orThrow error: BookError) throws {
    guard try step() else { throw error }
    while try step() {}
  }

  /// Drops the remaining rows, so that the statement can be bound and run again.
  func reset() { sqlite3_reset(handle) }

  /// The names of the columns.
  package var columns: [String] {
    get throws {
      try (0..<sqlite3_column_count(handle)).map { column in
        guard let name = sqlite3_column_name(handle, column) else {
          throw SQLiteError.outOfMemory(sql: sql)
        }
        return String(cString: name)
      }
    }
  }

  /// A column of the current row as a whole number; 0 for other types.
  package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  /// A column of the current row as a number; 0 for other types.
  package func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  /// Appends the numbers of consecutive columns of the current row, up to the first NULL.
  func appendNumbers(from first: Int32, count: Int32, to numbers: inout [Double]) {
    for column in first..<first + count {
      guard sqlite3_column_type(handle, column) != SQLITE_NULL else { return }
      numbers.append(sqlite3_column_double(handle, column))
    }
  }

  /// A column of the current row as a text; empty for NULL.
  package func text(_ column: Int32) throws -> String {
    // By its length: a text from a YAML file may contain NUL.
    guard let start = sqlite3_column_text(handle, column) else {
      guard sqlite3_column_type(handle, column) == SQLITE_NULL else {
        throw SQLiteError.outOfMemory(sql: sql)
      }
      return ""
    }
    let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A column of the current row, in the type it is stored in.
  package func value(_ column: Int32) throws -> Value {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: .integer(integer(column))
    case SQLITE_FLOAT: .real(real(column))
    case SQLITE_NULL: .absent
    default: .text(try text(column))
    }
  }

  /// The type of a column's value, when the value itself is not needed yet.
  enum Kind {
    case absent, real, text
  }

  func kind(_ column: Int32) -> Kind {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_NULL: .absent
    case SQLITE_INTEGER, SQLITE_FLOAT: .real
    default: .text
    }
  }

  /// The current row.
  package var row: [Value] {
    get throws { try (0..<sqlite3_column_count(handle)).map { try value($0) } }
  }
}

/// One NUL byte that lives as long as the process.
nonisolated(unsafe) private let emptyText: UnsafePointer<CChar> = {
  let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
  byte.initialize(to: 0)
  return UnsafePointer(byte)
}()

extension Int64? {
  /// NULL where there is none.
  var value: Value { map(Value.integer) ?? .absent }
}

extension Double? {
  /// NULL where there is none.
  var value: Value { map(Value.real) ?? .absent }
}

extension String? {
  /// NULL where there is none.
  var value: Value { map(Value.text) ?? .absent }
}
