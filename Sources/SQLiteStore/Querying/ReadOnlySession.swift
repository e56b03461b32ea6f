import CSQLite
import LoRASpectra

/// Why a query is not answered.
package enum ReadOnlySessionError: Error, Equatable {
  /// The SQL would do more than read; `action` describes it, as `writes to 'run'`.
  case refused(action: String)
  /// The SQL cannot be compiled, or failed; `message` is SQLite's.
  case malformed(message: String)
  /// A condition cannot be compiled as part of its statement; `message` is SQLite's.
  case malformedCondition(message: String)
  /// There is no statement, or more than one.
  case notOneStatement
  /// A value was given for a parameter that the SQL does not have.
  case unknownParameter(String, known: [String])
  /// A parameter of the SQL has no value.
  case missingParameter(String, known: [String])
  /// It was asked to stop.
  case interrupted
}

/// Runs any SQL on a book, and cannot change it: the connection is read-only, an authorizer allows
/// reading alone, the schema is not trusted and SQLite is in defensive mode.
///
/// The functions of ``SQLFunctions`` are available besides SQLite's own.
package final class ReadOnlySession {
  let connection: Connection
  private let guardian: ReadingGuardian
  private let questions: [RunValueFunctions.Question]

  /// - Parameters:
  ///   - isOfOneMoment: whether every answer comes from the same snapshot of the book, taken at the
  ///   first
  ///     query.
  ///   - shouldStop: polled while a statement runs.
  /// - Throws: `SQLiteError`.
  package init(
    _ book: Book, isOfOneMoment: Bool = false, shouldStop: @escaping () -> Bool = { false }
  ) throws {
    // The last connection to close must be one that may remove the write-ahead log.
    connection = try Connection(
      path: book.path, access: .asking, wait: book.wait, keeper: book.connection,
      immutable: book.connection.isImmutable)
    guardian = ReadingGuardian()
    try connection.execute(Statements.configure)
    try connection.execute(Statements.sortOnDisk)
    // A check of the book judges stale sweeps itself, and other faults of the table.
    if !isOfOneMoment { try connection.showStale() }
    try SQLFunctions.register(on: connection)
    questions = try RunValueFunctions.register(on: connection)
    try TableFunction.register(on: connection)
    // A table-valued function declares its columns at its first use, which looks like a schema
    // change.
    try connection.runScript(Statements.tableFunctions, [:])
    // The transaction ends with the connection.
    if isOfOneMoment { try connection.execute("BEGIN") }
    guardian.watch(connection)
    StopCheck(shouldStop).watch(connection)
  }

  deinit { questions.forEach { $0.forget() } }

  /// Compiles one read-only statement.
  ///
  /// - Throws: `ReadOnlySessionError`.
  package func prepare(_ sql: String) throws -> Statement {
    guardian.refused = nil
    // SQLite would stop at a NUL and ignore the rest.
    guard !sql.utf8.contains(0) else {
      throw ReadOnlySessionError.malformed(message: "it holds a NUL byte")
    }
    do {
      let (statement, rest) = try Statement.first(of: sql, on: connection)
      guard let statement, try Statement.first(of: rest, on: connection).statement == nil else {
        throw ReadOnlySessionError.notOneStatement
      }
      return statement
    } catch let error as SQLiteError {
      let explanation = explain(error)
      guard case ReadOnlySessionError.malformed(let message) = explanation else {
        throw explanation
      }
      throw ReadOnlySessionError.malformed(message: explained(message, in: sql))
    }
  }

  /// Binds a statement's parameters, each of which needs a value.
  ///
  /// - Throws: `ReadOnlySessionError`.
  package func bind(_ values: [String: Value], to statement: Statement) throws {
    let known = statement.parameters
    if let name = values.keys.sorted().first(where: { !known.contains($0) }) {
      throw ReadOnlySessionError.unknownParameter(name, known: known)
    }
    if let name = known.first(where: { values[$0] == nil }) {
      throw ReadOnlySessionError.missingParameter(name, known: known)
    }
    // By number, because SQL may write a parameter as :name, @name or $name.
    for (index, name) in known.enumerated() {
      try statement.bind(Int32(index) + 1, values[name] ?? .absent)
    }
  }

  /// Passes each row to `body` without keeping it.
  ///
  /// - Throws: `ReadOnlySessionError`, errors of `body`.
  package func rows(of statement: Statement, _ body: (Statement) throws -> Void) throws {
    defer { statement.reset() }
    do {
      while try statement.step() { try body(statement) }
    } catch let error as SQLiteError {
      throw explain(error)
    }
  }

  /// Runs `body` on one snapshot of the book.
  func atOneMoment(_ body: () throws -> Void) throws {
    try guardian.standAside { try connection.execute("BEGIN") }
    do {
      try body()
      // Nothing was written, so there is nothing to commit.
      try guardian.standAside { try connection.execute("ROLLBACK") }
    } catch {
      guardian.standAside { connection.rollBack() }
      throw error
    }
  }

  private func explain(_ error: SQLiteError) -> any Error {
    switch error.kind {
    case .interrupted: ReadOnlySessionError.interrupted
    case .cannotCreate, .other:
      if let action = guardian.refused {
        ReadOnlySessionError.refused(action: action)
      } else if error.kind == .other {
        ReadOnlySessionError.malformed(message: error.message)
      } else {
        error
      }
    case .busy, .corrupt, .inputOutput, .outOfMemory, .noSharedMemory, .moved, .tooManyFiles: error
    }
  }
}

/// Allows a statement to read, and remembers other actions it attempted
/// (sqlite.org/c3ref/set_authorizer.html).
private final class ReadingGuardian {
  /// The last refused action.
  var refused: String?
  private var isAside = false

  /// Lifts the restriction while `body` runs.
  func standAside(_ body: () throws -> Void) rethrows {
    isAside = true
    defer { isAside = false }
    try body()
  }

  func watch(_ connection: Connection) {
    connection.guardian = self
    sqlite3_set_authorizer(
      connection.handle,
      { context, action, first, second, _, _ in
        guard let context else { return SQLITE_DENY }
        let guardian = Unmanaged<ReadingGuardian>.fromOpaque(context).takeUnretainedValue()
        let names = [first, second].map { name in name.map { String(cString: $0) } ?? "" }
        guard !guardian.isAside,
          let refusal = ReadingGuardian.refusal(action, names[0], names[1])
        else {
          return SQLITE_OK
        }
        guardian.refused = refusal
        return SQLITE_DENY
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Pragmas that only report; those in the second list may have an argument.
  private static let askingPragmas: Set = [
    "application_id", "collation_list", "compile_options", "database_list", "encoding",
    "foreign_key_check", "freelist_count", "function_list", "integrity_check", "journal_mode",
    "module_list", "page_count", "page_size", "pragma_list", "quick_check", "table_list",
    "user_version",
  ]
  private static let askingPragmasWithArgument: Set = [
    "foreign_key_list", "foreign_key_check", "index_info", "index_list", "index_xinfo",
    "integrity_check", "quick_check", "table_info", "table_list", "table_xinfo",
  ]

  /// Describes a forbidden action; nil for reading.
  private static func refusal(_ action: Int32, _ first: String, _ second: String) -> String? {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: nil
    case SQLITE_FUNCTION:
      ["load_extension", "fts3_tokenizer"].contains(second.lowercased())
        ? "loads code with '\(second.lowercased())'" : nil
    case SQLITE_PRAGMA:
      (second.isEmpty ? askingPragmas : askingPragmasWithArgument).contains(first.lowercased())
        ? nil : "sets or runs the pragma '\(first)'"
    // At the first use of such a function SQLite declares its table as if it were created.
    case SQLITE_UPDATE where first == "sqlite_master":
      "changes the schema, or uses a table-valued function that is not offered"
    case SQLITE_INSERT: "inserts into '\(first)'"
    case SQLITE_UPDATE: "updates '\(first)'"
    case SQLITE_DELETE: "deletes from '\(first)'"
    case SQLITE_ATTACH: "attaches the file '\(first)'"
    case SQLITE_DETACH: "detaches '\(first)'"
    case SQLITE_TRANSACTION, SQLITE_SAVEPOINT: "starts or ends a transaction"
    case SQLITE_ANALYZE, SQLITE_REINDEX: "rebuilds statistics or indexes"
    default: "changes the schema"
    }
  }
}
