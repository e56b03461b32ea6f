import CSQLite
import Glibc

/// Files whose format version is newer than SQLite knows. For one kind SQLite reports that the file
/// cannot be opened, for the other that it cannot be written, as if the permissions were wrong.
enum UnknownFormat {
  /// The only version of a write-ahead log (sqlite.org/fileformat2.html, 4.1).
  private static let knownLog: UInt32 = 3_007_000

  /// The message for a header with a write version above 2 (sqlite.org/fileformat2.html, 1.3.3).
  static let ofHeader = "its header names a format that SQLite can read but not write"

  /// The problem of a book's write-ahead log; nil if its header has the known version or is not a
  /// log's.
  static func ofLog(of path: String) -> String? {
    let file = open(path + "-wal", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var header: (magic: UInt32, version: UInt32) = (0, 0)
    guard pread(file, &header, 8, 0) == 8 else { return nil }
    let version = UInt32(bigEndian: header.version)
    // The last bit gives the byte order of the log's checksums.
    guard UInt32(bigEndian: header.magic) & ~1 == 0x377f_0682, version != knownLog else {
      return nil
    }
    return "its write-ahead log names the format \(version), and SQLite knows \(knownLog) alone"
  }
}

extension Connection {
  /// Whether SQLite opened the file read-only because of its header. Known after the file was first
  /// read.
  var isOfUnknownFormat: Bool { sqlite3_db_readonly(handle, "main") == 1 }
}
