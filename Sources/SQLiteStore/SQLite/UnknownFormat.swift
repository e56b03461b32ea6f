import CSQLite
import Glibc

/// Files that say they are of a format of SQLite's that is yet to come. SQLite itself calls the one a file that
/// cannot be opened and the other one that cannot be written, as if its permissions were to blame.
enum UnknownFormat {
  /// The only version of a write-ahead log (sqlite.org/fileformat2.html, 4.1).
  private static let knownLog: UInt32 = 3_007_000

  /// What is wrong with a book whose header names a write version above 2 (sqlite.org/fileformat2.html, 1.3.3).
  static let ofHeader = "its header names a format that SQLite can read but not write"

  /// What is wrong with the write-ahead log of a book, nil where its header is of the known version or of no log.
  static func ofLog(of path: String) -> String? {
    let file = open(path + "-wal", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var header: (magic: UInt32, version: UInt32) = (0, 0)
    guard pread(file, &header, 8, 0) == 8 else { return nil }
    let version = UInt32(bigEndian: header.version)
    // The last bit says in which order the log's sums take bytes.
    guard UInt32(bigEndian: header.magic) & ~1 == 0x377f_0682, version != knownLog else {
      return nil
    }
    return "its write-ahead log names the format \(version), and SQLite knows \(knownLog) alone"
  }
}

extension Connection {
  /// Whether SQLite takes a file that it may write for one that is to be read alone, for what its header says.
  /// Known once the file has been read.
  var isOfUnknownFormat: Bool { sqlite3_db_readonly(handle, "main") == 1 }
}
