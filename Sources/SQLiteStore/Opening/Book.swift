import CSQLite
import Glibc
import LoRASpectra

/// A SQLite file that holds all records.
package final class Book {
  /// `PRAGMA application_id` of a book: "LoRA".
  static let applicationID: Int64 = 0x4c6f_5241

  /// The file's path as given.
  package let path: String
  let connection: Connection
  /// Milliseconds that a statement waits for another process.
  package let wait: Int32

  /// Default milliseconds that a statement waits for another process before the book counts as
  /// busy.
  package static let defaultWait: Int32 = 30_000

  /// Opens an existing book for reading alone.
  ///
  /// - Throws: `BookError`, `SQLiteError`.
  package convenience init(reading path: String, wait: Int32 = Book.defaultWait) throws {
    try self.init(reading: path, wait: wait, asMigrated: true)
    try connection.showStale()
  }

  /// Opens a book for checking it, even if its tables are not lorabook's.
  ///
  /// - Throws: `BookError`, `SQLiteError`.
  package convenience init(examining path: String, wait: Int32 = Book.defaultWait) throws {
    try self.init(reading: path, wait: wait, asMigrated: false)
  }

  private init(reading path: String, wait: Int32, asMigrated: Bool) throws {
    guard access(path, F_OK) == 0 else { throw BookError.missing(path: path) }
    self.path = path
    self.wait = wait
    let identity: (version: Int64, objects: Int64)
    (connection, identity) = try Book.connectForReading(path, wait, asMigrated: asMigrated)
    guard identity.version > 0 else {
      throw BookError.notABook(path: path, reason: "it is empty")
    }
    guard identity.version == Int64(Migration.known.count) else {
      throw BookError.older(
        path: path, version: identity.version, known: Migration.known.count)
    }
    try connection.execute(Statements.configure)
    try connection.setCheckpointOnClose(true)
    upgrade = nil
  }

  /// The migrations not yet applied to a book, in order; empty if it is up to date.
  ///
  /// - Throws: `BookError`, `SQLiteError`.
  package static func pendingMigrations(
    of path: String, wait: Int32 = Book.defaultWait
  ) throws -> [Migration] {
    let version = try connectToAnyVersion(path, wait).identity().version
    return Migration.known.filter { $0.version > version }
  }

  /// Opens an existing book of this version or an older one for reading alone.
  ///
  /// - Throws: `BookError`, `SQLiteError`.
  static func connectToAnyVersion(
    _ path: String, _ wait: Int32 = Book.defaultWait
  ) throws -> Connection {
    guard access(path, F_OK) == 0 else { throw BookError.missing(path: path) }
    let (connection, identity) = try connectForReading(path, wait)
    guard identity.version > 0 else {
      throw BookError.notABook(path: path, reason: "it is empty")
    }
    try connection.execute(Statements.configure)
    try connection.setCheckpointOnClose(true)
    return connection
  }

  /// The upgrade made on opening; nil if the book was up to date.
  package let upgrade: Upgrade?

  /// Opens a book for recording; creates it if there is none, and upgrades an older one after
  /// copying it to a file beside it.
  ///
  /// - Parameters:
  ///   - time: now, in UTC and ISO 8601.
  ///   - version: the program's version, recorded with each migration applied.
  ///   - settles: whether running sweeps without a live process are recorded as interrupted.
  ///   - shouldStop: polled during an upgrade; when it returns true, the upgrade ends and the book
  ///   is
  ///     unchanged.
  /// - Throws: `BookError`, `SQLiteError`.
  package convenience init(
    recording path: String, time: String, version: String, wait: Int32 = Book.defaultWait,
    settles: Bool = true, shouldStop: @escaping () -> Bool = { false }
  ) throws {
    try self.init(
      recording: path, time: time, version: version, wait: wait, settles: settles,
      shouldStop: shouldStop, migrations: Migration.known)
  }

  /// The same with given migrations.
  init(
    recording path: String, time: String, version: String, wait: Int32 = Book.defaultWait,
    settles: Bool = true, shouldStop: @escaping () -> Bool = { false }, migrations: [Migration]
  ) throws {
    self.path = path
    self.wait = wait
    var upgrade = try Book.makeWhereMissing(
      path, time: time, version: version, wait: wait, migrations: migrations)
    try Book.checkOneName(path)
    connection = try Book.connect(path, .writing, wait)
    let identity = try Book.identify(connection, path, migrations)
    if access(path, W_OK) == 0, connection.isOfUnknownFormat {
      throw BookError.damaged(path: path, what: UnknownFormat.ofHeader)
    }
    try connection.setCheckpointOnClose(true)
    if identity.version == 0 { try connection.execute(Statements.largePages) }
    // The switch is itself a write, and the busy handler does not cover it: two processes that open
    // a new book at once collide here (sqlite.org/wal.html).
    let mode = try Book.retrying(milliseconds: wait) { [connection] in
      try connection.table(Statements.enterWal).rows
    }
    // Without shared memory SQLite silently stays in its old mode.
    guard mode == [[.text("wal")]] else { throw SQLiteError.noSharedMemory }
    try connection.execute(Statements.configure)
    if identity.version < Int64(migrations.count) {
      upgrade = try Upgrader(
        connection: connection, path: path, migrations: migrations, time: time,
        programVersion: version, stop: StopCheck(shouldStop)
      ).upgrade()
      // Another process, perhaps of another program, may have been first.
      _ = try Book.identify(connection, path, migrations)
    }
    self.upgrade = upgrade
    // The statements are those of the newest schema.
    if settles, migrations.last == Migration.known.last {
      try connection.settleStaleSweeps()
      try connection.settleCrashedRuns()
    }
  }

  /// A new book in a file that is yet empty, which no other process has open.
  init(
    draft: Connection, path: String, time: String, version: String, wait: Int32,
    migrations: [Migration]
  ) throws {
    self.path = path
    self.wait = wait
    connection = draft
    try connection.execute(Statements.largePages)
    upgrade = try Upgrader(
      connection: connection, path: path, migrations: migrations, time: time,
      programVersion: version
    ).upgrade()
    // Afterwards the connection is set up like any other to a book.
    try connection.execute(Statements.writeDraft)
  }

  /// Opens an existing book for changing the descriptions of sweeps.
  ///
  /// - Throws: `BookError`, `SQLiteError`.
  package convenience init(
    changing path: String, time: String, version: String, wait: Int32 = Book.defaultWait,
    shouldStop: @escaping () -> Bool = { false }
  ) throws {
    guard access(path, F_OK) == 0 else { throw BookError.missing(path: path) }
    try self.init(
      recording: path, time: time, version: version, wait: wait, shouldStop: shouldStop)
  }

  /// Opens and identifies a book. In a read-only folder, on a full disk or without shared memory
  /// SQLite cannot create its log and the log's index beside the book; if they do not exist, nobody
  /// is writing, and the file can be read without them.
  private static func connectForReading(
    _ path: String, _ wait: Int32, asMigrated: Bool = true
  ) throws -> (Connection, (version: Int64, objects: Int64)) {
    do {
      let connection = try Book.connect(path, .reading, wait)
      return (connection, try Book.identify(connection, path, asMigrated: asMigrated))
    } catch let error as SQLiteError where error.kind == .cannotCreate || error.isWithoutIndex {
      var log = stat()
      let isThere = stat(path + "-wal", &log) == 0
      // SQLite creates the log before it fails to create the index; without an index nobody writes.
      guard !isThere || (error.isWithoutIndex && log.st_size == 0) else { throw error }
      let connection = try Connection(path: path, access: .reading, wait: wait, immutable: true)
      return (connection, try Book.identify(connection, path, asMigrated: asMigrated))
    }
  }

  private static func connect(
    _ path: String, _ access: Connection.Access, _ wait: Int32
  ) throws -> Connection {
    do {
      return try Connection(path: path, access: access, wait: wait)
    } catch let error as SQLiteError where error.kind == .cannotCreate {
      throw BookError.cannotCreate(path: path, reason: error.message)
    }
  }

  /// Refuses a file that is no book of a version known here, or not as lorabook makes one, before anything is
  /// changed in it.
  private static func identify(
    _ connection: Connection, _ path: String, _ migrations: [Migration] = Migration.known,
    asMigrated: Bool = true
  ) throws -> (version: Int64, objects: Int64) {
    do {
      // In one snapshot, as another process may be upgrading the book.
      return try connection.snapshot {
        let identity = try Book.version(connection, path, known: migrations.count)
        if asMigrated {
          try connection.checkOrigin(migrations, upTo: identity.version, path: path)
        }
        return identity
      }
    } catch let error as SQLiteError where error.kind == .cannotCreate {
      guard let what = UnknownFormat.ofLog(of: path) else { throw error }
      throw BookError.damaged(path: path, what: what)
    }
  }

  private static func version(
    _ connection: Connection, _ path: String, known: Int
  ) throws -> (version: Int64, objects: Int64) {
    let found: (application: Int64, version: Int64, objects: Int64)
    do {
      if let shadow = try connection.table(Statements.shadowingNames).rows.first?.first?.text {
        throw BookError.foreignObject(path: path, type: "table or view", name: shadow)
      }
      found = try connection.identity()
    } catch let error as SQLiteError where error.kind == .corrupt {
      let application = try? connection.table(Statements.applicationId).rows.first?.first?.integer
      guard application == applicationID else {
        throw BookError.notABook(path: path, reason: error.message)
      }
      throw BookError.damaged(path: path, what: error.message)
    }
    let fresh = found.application == 0 && found.version == 0 && found.objects == 0
    guard fresh || found.application == applicationID else {
      throw BookError.notABook(path: path, reason: "it is another program's SQLite file")
    }
    guard found.version <= Int64(known) else {
      throw BookError.newer(path: path, version: found.version, known: known)
    }
    return (found.version, found.objects)
  }

  private static func retrying<Result>(
    milliseconds: Int32, _ body: () throws -> Result
  ) throws -> Result {
    let deadline = ContinuousClock.now + .milliseconds(Int(milliseconds))
    while true {
      do {
        return try body()
      } catch let error as SQLiteError where error.kind == .busy && ContinuousClock.now < deadline {
        usleep(5_000)
      }
    }
  }
}
