import CLinux
import CSQLite
import Glibc
import LoRASpectra

extension Connection {
  /// Writes a consistent snapshot of the book to a new file while others may write. The file is
  /// read back, appears whole, and is on disk when this returns. Only its owner and group can read
  /// it, and nobody who may not read the book.
  ///
  /// - Parameters:
  ///   - source: the book's name in messages.
  ///   - stop: polled; when it stops the copy, no file is left.
  ///   - look: inspects the copy before it appears; if it throws, there is no copy.
  /// - Throws: `BookError.copyExists` if there is a file already, `BookError.cannotCreate`,
  ///   `BookError.cannotWrite`, `BookError.damaged`, `SQLiteError`, errors of `look`.
  func copy(
    to path: String, of source: String, stop: StopCheck = StopCheck { false },
    look: (Connection) throws -> Void = { _ in }
  ) throws {
    try DraftFile.checkPlace(path)
    let draft = try DraftFile(for: path, access: access())
    try draft.fill { target in
      do { try copyPages(to: target, stop) } catch let error as SQLiteError
        where error.isOfWriting
      {
        // The book itself is only read.
        throw BookError.cannotWrite(path: path, reason: error.message)
      }
      do { try target.execute(Statements.leaveWal) } catch {
        guard target.isOfUnknownFormat else { throw error }
        throw BookError.damaged(path: source, what: UnknownFormat.ofHeader)
      }
      try target.stopping(stop) {
        try target.checkIntegrity(of: source)
        try look(target)
      }
    }
    try draft.place()
  }

  /// The permissions of a copy of the book's file.
  private func access() -> DraftFile.Access {
    var status = stat()
    guard let name = sqlite3_db_filename(handle, nil), stat(name, &status) == 0 else {
      return DraftFile.Access(mode: 0o600)
    }
    return DraftFile.Access(mode: 0o640 & (status.st_mode | 0o600), group: status.st_gid)
  }

  /// Reads all pages of a copy: a page that the disk could not read became a page of zeros.
  private func checkIntegrity(of source: String) throws {
    if let fault = try integrityFaults().first {
      throw BookError.damaged(path: source, what: fault)
    }
  }

  /// Copies the pages of one read transaction (sqlite.org/backup.html). VACUUM INTO is not used:
  /// before SQLite 3.46 it fails on some tables that have both a generated column and a CHECK.
  private func copyPages(to target: Connection, _ stop: StopCheck) throws {
    try snapshot {
      try run(Statements.startSnapshot)
      guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
        throw SQLiteError(target.handle, code: sqlite3_errcode(target.handle))
      }
      var code = SQLITE_OK
      var stopped: (any Error)?
      while code == SQLITE_OK, stopped == nil {
        code = sqlite3_backup_step(backup, 256)
        do { try stop.check() } catch { stopped = error }
      }
      let end = sqlite3_backup_finish(backup)
      if let stopped { throw stopped }
      guard code == SQLITE_DONE else { throw SQLiteError(nil, code: code) }
      try target.check(end)
    }
  }
}

/// A file under a temporary name, which is moved to its place when it is complete, or removed.
final class DraftFile {
  /// The permissions of a file.
  struct Access {
    var mode: mode_t
    /// The group for `mode`; nil for this process's default group.
    var group: gid_t?
  }

  /// The temporary path.
  let draft: String
  private let path: String
  private let descriptor: Int32
  private let unfinished: PendingFiles

  /// Refuses a place where there is a file, or the log or journal of one that is gone, which would be taken for the new
  /// one's (sqlite.org/howtocorrupt.html, 1.4).
  ///
  /// - Throws: `BookError.copyExists`.
  static func checkPlace(_ path: String) throws {
    for name in [path, path + "-wal", path + "-journal"] {
      var status = stat()
      guard lstat(name, &status) != 0 else { throw BookError.copyExists(path: name) }
    }
  }

  /// - Throws: `BookError.cannotCreate` where the folder takes no file.
  init(for path: String, access: Access) throws {
    self.path = path
    (descriptor, draft, unfinished) = try PendingFiles.holdingSignals {
      guard let part = PartFile.make(for: path) else {
        throw BookError.cannotCreate(path: path, reason: String(cString: strerror(errno)))
      }
      return (part.descriptor, part.path, PendingFiles([part.path, part.path + "-journal"]))
    }
    var mode = access.mode
    // This process cannot give the file to a group that it is not a member of, and no other group
    // should have access.
    if let group = access.group, fchown(descriptor, uid_t.max, group) != 0 { mode &= ~0o070 }
    // Some file systems have no permissions.
    _ = fchmod(descriptor, mode)
  }

  deinit {
    for ending in ["-journal", "-wal", "-shm", ""] { unlink(draft + ending) }
    close(descriptor)
  }

  /// Calls `body` with a connection to the file, which is closed when `body` returns.
  func fill<Result>(_ body: (Connection) throws -> Result) throws -> Result {
    let target = try Connection(path: draft, access: .writing, wait: 0)
    try target.execute(Statements.writeDraft)
    return try body(target)
  }

  /// Syncs the file and moves it to its place, where no file may exist.
  ///
  /// - Parameters:
  ///   - renameNew: gives a file another name where there is no file, 0 on success.
  ///   - link: gives a file a second name, 0 on success, as link(2) does.
  func place(
    renameNew: (String, String) -> Int32 = { lorabook_rename_new($0, $1) },
    link: (String, String) -> Int32 = { Glibc.link($0, $1) }
  ) throws {
    guard fsync(descriptor) == 0 else {
      throw BookError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    if renameNew(draft, path) != 0 {
      // A file system that renames only over what is there, as over a network.
      guard [EINVAL, ENOTSUP, ENOSYS].contains(errno) else { throw refusal }
      try place(link)
    }
    DraftFile.syncFolder(of: path)
  }

  private func place(_ link: (String, String) -> Int32) throws {
    if link(draft, path) == 0 {
      // Nobody records into a file that has two names.
      unlink(draft)
      return
    }
    guard [EPERM, ENOTSUP, ENOSYS, EMLINK].contains(errno) else { throw refusal }
    // A file system that knows no links either: an empty file keeps the place.
    let keeper = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o640)
    guard keeper >= 0 else { throw refusal }
    close(keeper)
    guard rename(draft, path) == 0 else { throw refusal }
  }

  /// What the system's last error means for the place.
  private var refusal: BookError {
    errno == EEXIST
      ? .copyExists(path: path)
      : .cannotCreate(path: path, reason: String(cString: strerror(errno)))
  }

  /// Syncs a file's folder, so that its names last. A file system that cannot do this needs no
  /// sync.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
