import CSQLite
import Glibc
import LoRASpectra

/// One SQLite file that holds everything recorded.
package final class Book {
  /// `PRAGMA application_id` of a book: "LoRA".
  static let applicationID: Int64 = 0x4c6f_5241

  /// Where the file is, as it was given.
  package let path: String
  let connection: Connection
  /// How many milliseconds a statement waits for another process.
  package let wait: Int32

  /// How many milliseconds a statement waits for another process before the book counts as busy.
  package static let defaultWait: Int32 = 30_000

  /// Opens a book that is there, for reading alone.
  ///
  /// - Throws: `BookError`, `SQLiteError`.
  package convenience init(reading path: String, wait: Int32 = Book.defaultWait) throws {
    try self.init(reading: path, wait: wait, asMigrated: true)
    try connection.showStaleSweeps()
  }

  /// Opens a book for looking it over, also one whose tables are not as lorabook makes them.
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

  /// The migrations that a book has not seen, in order; none where it is up to date.
  ///
  /// - Throws: `BookError`, `SQLiteError`.
  package static func pendingMigrations(
    of path: String, wait: Int32 = Book.defaultWait
  ) throws -> [Migration] {
    let version = try connectToAnyVersion(path, wait).identity().version
    return Migration.known.filter { $0.version > version }
  }

  /// Opens a book that is there, of this version or an older one, for reading alone.
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

  /// What opening it did to bring it up to date, nil where it was.
  package let upgrade: Upgrade?

  /// Opens a book for recording; makes it where there is none, and brings an older one up to date, with a
  /// copy of it from before beside it.
  ///
  /// - Parameters:
  ///   - time: now, in UTC and ISO 8601.
  ///   - version: the program's, kept with each migration that it applies.
  ///   - settles: whether sweeps whose process is gone are recorded as interrupted.
  ///   - shouldStop: asked again and again while an older book is brought up to date; what it ends leaves the
  ///     book as it was.
  /// - Throws: `BookError`, `SQLiteError`.
  package convenience init(
    recording path: String, time: String, version: String, wait: Int32 = Book.defaultWait,
    settles: Bool = true, shouldStop: @escaping () -> Bool = { false }
  ) throws {
    try self.init(
      recording: path, time: time, version: version, wait: wait, settles: settles,
      shouldStop: shouldStop, migrations: Migration.known)
  }

  /// The same with the migrations given.
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
    // The switch is itself a write, and the busy handler does not cover it: two first starts at once
    // collide here (sqlite.org/wal.html).
    let mode = try Book.retrying(milliseconds: wait) { [connection] in
      try connection.table(Statements.enterWal).rows
    }
    // Where there is no shared memory SQLite stays in the mode that it was in, and says no more than that.
    guard mode == [[.text("wal")]] else { throw SQLiteError.noSharedMemory }
    try connection.execute(Statements.configure)
    if identity.version < Int64(migrations.count) {
      upgrade = try Upgrader(
        connection: connection, path: path, migrations: migrations, time: time,
        programVersion: version, stop: StopCheck(shouldStop)
      ).upgrade()
      // Another process, and perhaps another program, may have been first.
      _ = try Book.identify(connection, path, migrations)
    }
    self.upgrade = upgrade
    if settles { try connection.settleStaleSweeps() }
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
    // Which leaves the connection as one to a book.
    try connection.execute(Statements.writeDraft)
  }

  /// Opens a book that is there, for changing what it says of sweeps.
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

  /// Opens and identifies a book. In a folder that takes no file, on a full disk or without shared memory SQLite
  /// cannot keep its log and the log's index beside the book; where there are none, nobody is writing, and the
  /// book can be read as it lies.
  private static func connectForReading(
    _ path: String, _ wait: Int32, asMigrated: Bool = true
  ) throws -> (Connection, (version: Int64, objects: Int64)) {
    do {
      let connection = try Book.connect(path, .reading, wait)
      return (connection, try Book.identify(connection, path, asMigrated: asMigrated))
    } catch let error as SQLiteError where error.kind == .cannotCreate || error.isWithoutIndex {
      var log = stat()
      let isThere = stat(path + "-wal", &log) == 0
      // SQLite makes the log before it finds that there can be no index; without one nobody writes.
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
      // Of one moment, as another process may be bringing the book up to date.
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
