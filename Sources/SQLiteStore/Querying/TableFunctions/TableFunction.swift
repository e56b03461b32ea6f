import CSQLite
import LoRASpectra

/// A function whose rows a query reads like those of a table (sqlite.org/vtab.html#tabfunc2), as in
/// `FROM outlying_runs(:sweep, 3.5, 5, 1e-9)`.
///
/// It reads the book on the connection that asks, within the snapshot of the statement. What sorting
/// and joining in SQL would put into temporary files is kept in arrays.
final class TableFunction: Sendable {
  /// Yields a row at each call, and nil after the last one.
  typealias Rows = () throws -> [Value]?

  let name: String
  /// The statement that declares the columns; its hidden ones are the arguments.
  fileprivate let declaration: String
  /// Number of columns that are not hidden, and of those that are.
  fileprivate let columnCount: Int
  fileprivate let argumentCount: Int
  /// Starts reading, with a value for each argument; one that is not given is absent.
  fileprivate let start: @Sendable (Connection, [Value]) throws -> Rows

  init(
    _ name: String, declaration: String, columnCount: Int, argumentCount: Int,
    start: @escaping @Sendable (Connection, [Value]) throws -> Rows
  ) {
    self.name = name
    self.declaration = declaration
    self.columnCount = columnCount
    self.argumentCount = argumentCount
    self.start = start
  }

  /// All of them.
  static let all = [outlyingRuns, ruleWins, spectrumRanks, spectrumMoments, spectrumMeans]

  /// Offers all functions to the statements of a connection, which must outlive them.
  static func register(on connection: Connection) throws {
    for function in all {
      let registration = Registration(function, connection)
      try connection.check(
        sqlite3_create_module_v2(
          connection.handle, function.name, module,
          Unmanaged.passRetained(registration).toOpaque(),
          { data in data.map { Unmanaged<Registration>.fromOpaque($0).release() } }))
    }
  }

  fileprivate final class Registration {
    let function: TableFunction
    /// It outlives its modules.
    unowned let connection: Connection

    init(_ function: TableFunction, _ connection: Connection) {
      self.function = function
      self.connection = connection
    }
  }
}

/// SQLite's structures begin with its own fields, which are followed by ours.
private struct Table {
  var base = sqlite3_vtab()
  var registration: Unmanaged<TableFunction.Registration>
}

private struct Cursor {
  var base = sqlite3_vtab_cursor()
  var reading: Unmanaged<Reading>
}

/// The rows of one use of a function.
private final class Reading {
  var arguments: [Value] = []
  var rows: TableFunction.Rows?
  var row: [Value]?
  var number: Int64 = 0

  func advance() throws {
    row = try rows?()
    number += 1
    if row == nil { rows = nil }
  }
}

/// What SQLite calls of any function. It keeps the pointer, which must live as long as any connection.
nonisolated(unsafe) private let module: UnsafePointer<sqlite3_module> = {
  var module = sqlite3_module()
  module.xConnect = { handle, data, _, _, table, message in
    guard let handle, let data, let table else { return SQLITE_MISUSE }
    let registration = Unmanaged<TableFunction.Registration>.fromOpaque(data)
    let code = sqlite3_declare_vtab(
      handle, registration.takeUnretainedValue().function.declaration)
    guard code == SQLITE_OK else { return code }
    // A view of a stranger's book cannot call it.
    guard lorabook_vtab_direct_only(handle) == SQLITE_OK else { return SQLITE_ERROR }
    let made = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    made.initialize(to: Table(registration: registration))
    table.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab.self)
    return SQLITE_OK
  }
  module.xDisconnect = { table in
    table.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: Table.self).deallocate() }
    return SQLITE_OK
  }
  module.xBestIndex = { table, plan in
    guard let table, let plan else { return SQLITE_MISUSE }
    let function = UnsafeMutableRawPointer(table).assumingMemoryBound(to: Table.self).pointee
      .registration.takeUnretainedValue().function
    var given: Int32 = 0
    for argument in 0..<function.argumentCount {
      let constraints = (0..<Int(plan.pointee.nConstraint)).filter {
        plan.pointee.aConstraint[$0].iColumn == Int32(function.columnCount + argument)
          && plan.pointee.aConstraint[$0].op == UInt8(SQLITE_INDEX_CONSTRAINT_EQ)
      }
      guard let constraint = constraints.first else { continue }
      // Each argument must be known before the first row.
      guard plan.pointee.aConstraint[constraint].usable != 0 else { return SQLITE_CONSTRAINT }
      plan.pointee.aConstraintUsage[constraint].argvIndex = Int32(given.nonzeroBitCount) + 1
      plan.pointee.aConstraintUsage[constraint].omit = 1
      given |= 1 << Int32(argument)
    }
    plan.pointee.idxNum = given
    plan.pointee.estimatedCost = 1000
    return SQLITE_OK
  }
  module.xOpen = { _, cursor in
    let made = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
    made.initialize(to: Cursor(reading: Unmanaged.passRetained(Reading())))
    cursor?.pointee = UnsafeMutableRawPointer(made)
      .assumingMemoryBound(to: sqlite3_vtab_cursor.self)
    return SQLITE_OK
  }
  module.xClose = { cursor in
    guard let cursor else { return SQLITE_OK }
    let made = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self)
    made.pointee.reading.release()
    made.deallocate()
    return SQLITE_OK
  }
  module.xFilter = { cursor, given, _, _, values in
    attempt(cursor) { reading, registration in
      var place = 0
      reading.arguments = try (0..<registration.function.argumentCount).map { argument in
        guard given & (1 << Int32(argument)) != 0 else { return .absent }
        defer { place += 1 }
        return try value(values?[place])
      }
      reading.number = 0
      reading.rows = try registration.function.start(registration.connection, reading.arguments)
      try reading.advance()
    }
  }
  module.xNext = { cursor in attempt(cursor) { reading, _ in try reading.advance() } }
  module.xEof = { cursor in reading(cursor)?.row == nil ? 1 : 0 }
  module.xColumn = { cursor, result, column in
    guard let reading = reading(cursor), let row = reading.row else { return SQLITE_OK }
    let (column, argument) = (Int(column), Int(column) - row.count)
    setResult(result, argument < 0 ? row[column] : reading.arguments[argument])
    return SQLITE_OK
  }
  module.xRowid = { cursor, number in
    number?.pointee = reading(cursor)?.number ?? 0
    return SQLITE_OK
  }
  let kept = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
  kept.initialize(to: module)
  return UnsafePointer(kept)
}()

private func reading(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Reading? {
  cursor.map {
    UnsafeMutableRawPointer($0).assumingMemoryBound(to: Cursor.self).pointee.reading
      .takeUnretainedValue()
  }
}

/// Runs a step of a cursor, and gives an error to SQLite.
private func attempt(
  _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?,
  _ body: (Reading, TableFunction.Registration) throws -> Void
) -> Int32 {
  guard let reading = reading(cursor), let table = cursor?.pointee.pVtab else {
    return SQLITE_MISUSE
  }
  let registration = UnsafeMutableRawPointer(table).assumingMemoryBound(to: Table.self)
    .pointee.registration.takeUnretainedValue()
  do {
    try body(reading, registration)
    return SQLITE_OK
  } catch {
    reading.row = nil
    let error = error as? SQLiteError
    table.pointee.zErrMsg = lorabook_copied_text(
      error?.message ?? "\(registration.function.name) cannot read the book")
    return error?.extendedCode ?? SQLITE_ERROR
  }
}

/// An argument.
private func value(_ value: OpaquePointer??) throws -> Value {
  guard let value = value ?? nil else { return .absent }
  switch sqlite3_value_type(value) {
  case SQLITE_INTEGER: return .integer(sqlite3_value_int64(value))
  case SQLITE_FLOAT: return .real(sqlite3_value_double(value))
  case SQLITE_NULL: return .absent
  default:
    guard let text = sqlite3_value_text(value) else { throw SQLiteError.outOfMemory(sql: nil) }
    return .text(String(cString: text))
  }
}

/// The result of a function or column.
func setResult(_ result: OpaquePointer?, _ value: Value) {
  switch value {
  case .absent: sqlite3_result_null(result)
  case .integer(let number): sqlite3_result_int64(result, number)
  case .real(let number): sqlite3_result_double(result, number)
  case .text(let text): lorabook_result_text(result, text, Int32(clamping: text.utf8.count))
  }
}
