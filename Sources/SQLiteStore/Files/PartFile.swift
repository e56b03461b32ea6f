import Glibc

/// A file that is written beside its place, as `FILE.lorabook-XXXXXX.part`. The process that writes it holds a lock on it:
/// what a killed one has left, the next that writes to the same place takes away.
package enum PartFile {
  private static let start = ".lorabook-"
  private static let ending = ".part"
  private static let letters = 6

  /// Makes one that its owner alone may read, and takes away what others have left of theirs.
  ///
  /// - Returns: its descriptor, closed on exec, and its path; nil where it cannot be made, with the reason in `errno`.
  package static func make(for place: String) -> (descriptor: Int32, path: String)? {
    clearAway(besides: place)
    // Who clears away may take one that is not locked yet.
    for _ in 0..<100 {
      var template = Array(
        (place + start + String(repeating: "X", count: letters) + ending).utf8CString)
      let descriptor = mkstemps(&template, Int32(ending.utf8.count))
      guard descriptor >= 0 else { return nil }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      if lock(descriptor) != .another, isNamed(path, descriptor) { return (descriptor, path) }
      close(descriptor)
      unlink(path)
    }
    errno = EAGAIN
    return nil
  }

  /// Takes away what processes that are gone have left beside a place.
  private static func clearAway(besides place: String) {
    let slash = place.lastIndex(of: "/")
    let folder = slash.map { String(place[...$0]) } ?? "./"
    let name = slash.map { String(place[place.index(after: $0)...]) } ?? place
    guard let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let found = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if isPart(found, of: name) { takeAway(folder + found) }
    }
  }

  private static func isPart(_ file: String, of name: String) -> Bool {
    file.utf8.count == (name + start + ending).utf8.count + letters
      && file.hasPrefix(name + start) && file.hasSuffix(ending)
  }

  private static func takeAway(_ path: String) {
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      lock(descriptor) == .here
    else { return }
    // The last name goes last, so that another process finds what is left after a kill here.
    for ending in ["-journal", "-wal", "-shm", ""] { unlink(path + ending) }
  }

  private enum Holder {
    case here, another
    /// The file system knows no such locks.
    case unknown
  }

  /// Takes the lock of a part, on a byte that SQLite never comes to, until its descriptor is closed.
  private static func lock(_ descriptor: Int32) -> Holder {
    var byte = flock()
    byte.l_type = Int16(F_WRLCK)
    byte.l_whence = Int16(SEEK_SET)
    byte.l_start = 1 << 62
    byte.l_len = 1
    if fcntl(descriptor, SweepLock.setLock, &byte) == 0 { return .here }
    return errno == EAGAIN || errno == EACCES ? .another : .unknown
  }

  /// Whether a path is still that of an open file.
  private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
    var (named, opened) = (stat(), stat())
    return lstat(path, &named) == 0 && fstat(descriptor, &opened) == 0
      && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
  }
}
