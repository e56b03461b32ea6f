import CSQLite
import LoRASpectra

/// A connection to a SQLite file: thin, typed, and closed with its last reference.
///
/// Use a connection on one thread at a time: SQLite serialises single calls, and this class adds no
/// locking.
package final class Connection {
  enum Access {
    /// Changes no records. The file is opened for writing if possible, because only such a
    /// connection removes the write-ahead log when it is the last to close.
    case reading
    case writing
    /// Cannot write: SQLite opens the file read-only.
    case asking
  }

  let handle: OpaquePointer
  /// A connection that must be closed after this one.
  private let keeper: Connection?
  /// Whether the file is treated as one that nobody writes.
  let isImmutable: Bool
  private let files = WrittenFiles()
  /// Called by SQLite through its address while it compiles: it must live as long as the
  /// statements.
  var guardian: AnyObject?
  /// Called by SQLite through its address while a statement runs.
  var stop: StopCheck?

  /// Opens an existing file.
  ///
  /// - Parameters:
  ///   - wait: milliseconds that a statement waits for another process's lock.
  ///   - keeper: a connection to close after this one.
  ///   - immutable: reads the file alone, without locks or a log, for a read-only folder
  ///     (sqlite.org/uri.html, "immutable").
  /// - Throws: `SQLiteError`.
  init(
    path: String, access: Access, wait: Int32, keeper: Connection? = nil, immutable: Bool = false
  )
    throws
  {
    self.keeper = keeper
    isImmutable = immutable
    var opened: OpaquePointer?
    // For SQLite `:memory:` is not a file, and `file:` begins a URI; a folder before them makes
    // them file names (sqlite.org/c3ref/open.html).
    let name = path.utf8.first == UInt8(ascii: "/") ? path : "./" + path
    let flags =
      immutable
      ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      : access == .asking ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
    let code = sqlite3_open_v2(
      immutable ? Connection.immutableURI(name) : name, &opened,
      flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard let handle = opened, code == SQLITE_OK else {
      defer { sqlite3_close_v2(opened) }
      throw SQLiteError(opened, code: code)
    }
    self.handle = handle
    sqlite3_busy_timeout(handle, wait)
    try harden(access)
    try setCheckpointOnClose(false)
    if access != .writing { try execute(Statements.allowReadingAlone) }
  }

  /// An empty database in memory, which disappears with its connection.
  init(inMemory: Void) throws {
    keeper = nil
    isImmutable = false
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(
      ":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nil)
    guard let handle = opened, code == SQLITE_OK else {
      defer { sqlite3_close_v2(opened) }
      throw SQLiteError(opened, code: code)
    }
    self.handle = handle
    try harden(.writing)
  }

  deinit { sqlite3_close_v2(handle) }

  /// A path as a URI, with every byte that has a meaning there percent-encoded.
  private static func immutableURI(_ path: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
    let encoded = path.utf8.map { byte in
      plain.contains(byte)
        ? String(UnicodeScalar(byte))
        : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
    return "file:\(encoded.joined())?immutable=1"
  }

  /// Whether the last connection to close moves the write-ahead log into the file, which is
  /// SQLite's default. Off at first: the file and its log may be another program's.
  func setCheckpointOnClose(_ on: Bool) throws {
    try check(lorabook_db_switch(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on ? 0 : 1))
  }

  /// Runs every statement of a script and ignores rows.
  func execute(_ sql: String) throws {
    try check(sqlite3_exec(handle, sql, nil, nil, nil), sql: sql)
  }

  /// Compiles one statement.
  func prepare(_ sql: String) throws -> Statement { try Statement(self, sql) }

  /// Runs a statement once with named parameters and passes each row to `body`.
  func rows(
    _ sql: String, _ bindings: [String: Value] = [:], _ body: (Statement) throws -> Void
  ) throws {
    let statement = try prepare(sql)
    try statement.bind(bindings)
    while try statement.step() { try body(statement) }
  }

  /// All rows of a statement.
  ///
  /// - Parameter left: columns that are not read, such as those that are known to be absent.
  func table(
    _ sql: String, _ bindings: [String: Value] = [:], without left: Set<String> = []
  ) throws -> ResultTable {
    let statement = try prepare(sql)
    try statement.bind(bindings)
    let columns = try statement.columns
    let kept = columns.indices.filter { !left.contains(columns[$0]) }
    var result = ResultTable(columns: kept.map { columns[$0] }, rows: [])
    while try statement.step() {
      result.rows.append(
        try left.isEmpty ? statement.row : kept.map { try statement.value(Int32($0)) })
    }
    return result
  }

  /// Runs a statement without rows, once.
  func run(_ sql: String, _ bindings: [String: Value] = [:]) throws {
    try rows(sql, bindings) { _ in }
  }

  /// Runs the statements of a script; each gets the parameters that it uses.
  func runScript(_ script: String, _ bindings: [String: Value]) throws {
    var rest = script
    while true {
      let (statement, tail) = try Statement.first(of: rest, on: self)
      guard let statement else { return }
      try statement.bind(bindings.filter { statement.parameters.contains($0.key) })
      while try statement.step() {}
      rest = tail
    }
  }

  /// Number of rows that the last INSERT, UPDATE or DELETE changed.
  var changedRows: Int { Int(sqlite3_changes(handle)) }

  /// The id of the row inserted last.
  var lastInsertedID: Int64 { sqlite3_last_insert_rowid(handle) }

  /// Runs `body` in a write transaction: either all of it is kept, or nothing.
  ///
  /// IMMEDIATE, because a transaction that starts by reading cannot wait for a writer later
  /// (sqlite.org/lang_transaction.html).
  ///
  /// - Throws: errors of `body`, `SQLiteError`. After a failed commit the changes may or may not be
  ///   in the
  ///   file, but never in part.
  func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try files.check(self)
      try execute("COMMIT")
      // The file may have moved between the check and the commit.
      try files.check(self)
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  /// Ends the transaction, if there is one: some errors have ended it already. If this fails, the
  /// next statement reports it, and nothing is kept when the connection closes.
  func rollBack() {
    if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
  }

  /// Runs `body` on one snapshot of the book.
  func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
    try execute("BEGIN")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  func check(_ code: Int32, sql: String? = nil) throws {
    guard code == SQLITE_OK else { throw SQLiteError(handle, code: code, sql: sql) }
  }
}
