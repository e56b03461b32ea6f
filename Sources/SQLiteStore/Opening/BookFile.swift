import Glibc

extension Book {
  /// Who may do what with a new book: its owner and group alone.
  private static let newMode: mode_t = 0o640

  /// What this process takes from the mode of every file that it makes.
  package static func creationMask() -> mode_t {
    let mask = umask(0o077)
    umask(mask)
    return mask
  }

  /// Has `body` fill a new book that appears at its path whole and on the disk, or not at all.
  ///
  /// - Parameters: as of ``init(recording:time:version:wait:)``.
  /// - Throws: `BookError.copyExists` where there is a file by then, or the log or journal of one that is gone,
  ///   `BookError.cannotCreate`, `BookError.cannotWrite`, `SQLiteError`, what `body` throws.
  package static func make<Result>(
    at path: String, time: String, version: String, wait: Int32 = Book.defaultWait,
    _ body: (Book) throws -> Result
  ) throws -> Result {
    try make(
      at: path, time: time, version: version, wait: wait, migrations: Migration.known, body)
  }

  /// The same with the migrations given.
  static func make<Result>(
    at path: String, time: String, version: String, wait: Int32, migrations: [Migration],
    _ body: (Book) throws -> Result
  ) throws -> Result {
    let place = target(of: path)
    try DraftFile.checkPlace(place)
    let draft = try DraftFile(
      for: place, access: DraftFile.Access(mode: newMode & ~creationMask()))
    let result = try draft.fill { connection in
      let result = try body(
        Book(
          draft: connection, path: path, time: time, version: version, wait: wait,
          migrations: migrations))
      try connection.execute(Statements.enterWal)
      return result
    }
    try draft.place()
    return result
  }

  /// Makes a book without a sweep where there is no file. It appears whole, so that nobody meets half of one.
  ///
  /// - Returns: what was done; nil where there is a file, a new one of another process's too.
  /// - Throws: `BookError` where it cannot, or for a file that SQLite would wrongly take for empty; `SQLiteError`.
  static func makeWhereMissing(
    _ path: String, time: String, version: String, wait: Int32, migrations: [Migration]
  ) throws -> Upgrade? {
    var status = stat()
    guard stat(path, &status) != 0 else {
      // SQLite takes a file of one byte for an empty one (unixFileSize in its os_unix.c).
      guard status.st_size != 1 else {
        throw BookError.notABook(path: path, reason: "file is not a database")
      }
      return nil
    }
    do {
      return try make(
        at: path, time: time, version: version, wait: wait, migrations: migrations
      ) { $0.upgrade }
    } catch BookError.copyExists {
      // Another process was first, or the log of a book that is gone lies here: SQLite takes it away from an
      // empty file, with locks that keep it from the log of a book that has come meanwhile.
      let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, newMode)
      guard file >= 0 else {
        throw BookError.cannotCreate(path: path, reason: String(cString: strerror(errno)))
      }
      close(file)
      return nil
    }
  }

  /// Refuses to record into a file that has several names. Each name has a write-ahead log of its own, and what is
  /// in one is lost or damaged by what is moved from the other (sqlite.org/howtocorrupt.html, 2.5).
  ///
  /// - Throws: `BookError.hardLinked`.
  static func checkOneName(_ path: String) throws {
    var names: UInt64 = 1
    // Where a file system cannot rename, a new book has two names for a moment.
    for _ in 0..<20 {
      names = self.names(of: path)
      if names < 2 { return }
      usleep(5_000)
    }
    throw BookError.hardLinked(path: path, names: names)
  }

  /// How many names a file has; 0 where there is none, or it is a folder or a device.
  static func names(of path: UnsafePointer<CChar>) -> UInt64 {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
    return UInt64(status.st_nlink)
  }

  /// Where a file of that name would come to lie: a symbolic link may point to what is yet to be made.
  private static func target(of path: String) -> String {
    var path = path
    // So many links Linux follows (path_resolution(7)).
    for _ in 0..<40 {
      var name = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path, &name, name.count - 1)
      guard count > 0 else { return path }
      let bytes = name[..<count].map(UInt8.init(bitPattern:))
      // What cannot be told in a message is left to the system.
      guard let link = String(validating: bytes, as: UTF8.self) else { return path }
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      path = link.hasPrefix("/") ? link : folder + link
    }
    return path
  }
}
