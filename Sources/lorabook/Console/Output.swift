import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

/// The reader of standard output has closed it.
struct ClosedPipe: Error {}

/// A file or stream could not be written.
struct OutputError: Error {
  var path: String
  /// The system's error number.
  var code: Int32
  /// Whether the file could not be created; otherwise it could not be written to its end.
  var isCreation: Bool
}

/// Standard output, for results; with `-o` they go to a file in its place.
enum StandardOutput {
  /// The file in its place. It is set once, before the command runs.
  private nonisolated(unsafe) static var file: AtomicFile?
  /// Whether all that was begun is written.
  nonisolated(unsafe) static var isWhole = true

  /// Sends what follows to a file.
  static func redirect(to file: AtomicFile) { self.file = file }

  /// Makes the file appear.
  ///
  /// - Throws: `OutputError`.
  static func finish() throws {
    try file?.finish()
    file = nil
  }

  /// Removes a file that is not whole.
  static func discard() { file = nil }

  /// Whether it is a file, which nobody watches.
  static var isFile: Bool {
    if file != nil { return true }
    var status = stat()
    return fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  static func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  static func write(_ bytes: UnsafeRawBufferPointer) throws {
    if let file { return try file.write(bytes) }
    try writeAll(bytes, to: STDOUT_FILENO, path: "standard output")
  }

  /// Writes whole lines of data unchanged; at a terminal their control characters are escaped.
  static func writeData(_ bytes: UnsafeRawBufferPointer) throws {
    guard isTerminal else { return try write(bytes) }
    try write(printableLines(String(decoding: bytes, as: UTF8.self)))
  }

  static var isTerminal: Bool { file == nil && leadsToTerminal }

  private static let leadsToTerminal = isatty(STDOUT_FILENO) == 1
}

/// Standard error, for progress and messages; a message that cannot be written is dropped.
enum StandardError {
  static func write(_ text: String) {
    var text = text
    text.withUTF8 {
      try? writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO, path: "standard error")
    }
  }
}

/// A file that appears whole or not at all: written to a file beside the target, and renamed at the
/// end.
///
/// A device or a pipe is written directly, because a renamed file would replace it.
final class AtomicFile {
  private let path: String
  /// The temporary file's path; nil if the target is written directly.
  private let temporary: String?
  /// The path with symbolic links resolved, so that a link keeps pointing at its file.
  private let target: String
  private var descriptor: Int32
  private let unfinished: PendingFiles

  /// - Throws: `OutputError` if the folder takes no file, `CommandError` for a file of SQLite's: a
  ///   book, or its log.
  init(path: String) throws {
    guard !path.isEmpty else {
      throw CommandError(
        "'' is no name of a file. Give one, such as 'results.csv', or '-' for standard output.",
        .usage)
    }
    self.path = path
    target = try AtomicFile.target(of: path)
    var status = stat()
    let isThere = stat(target, &status) == 0
    let kind = status.st_mode & S_IFMT
    if isThere, kind == S_IFDIR {
      throw OutputError(path: path, code: EISDIR, isCreation: true)
    }
    if isThere, kind == S_IFREG, AtomicFile.isSQLite(target) {
      throw CommandError(
        "'\(path)' is a book or belongs to one, and would be lost. Choose another place, or remove it first.",
        .cannotCreate)
    }
    if isThere, kind != S_IFREG {
      temporary = nil
      unfinished = PendingFiles([])
      descriptor = open(target, O_WRONLY | O_CLOEXEC)
    } else {
      let part: String
      (descriptor, part, unfinished) = try PendingFiles.holdingSignals { [target] in
        guard let part = PartFile.make(for: target) else {
          throw OutputError(path: path, code: errno, isCreation: true)
        }
        return (part.descriptor, part.path, PendingFiles([part.path]))
      }
      temporary = part
    }
    guard descriptor >= 0 else {
      throw OutputError(path: path, code: errno, isCreation: true)
    }
    // Who could not read the file before cannot read the one in its place.
    if temporary != nil {
      _ = fchmod(descriptor, isThere ? status.st_mode & 0o777 : 0o666 & ~Book.creationMask())
    }
  }

  /// The target of symbolic links; the path itself if it is not a link.
  ///
  /// - Throws: `CommandError` if the target is not UTF-8.
  private static func target(of path: String) throws -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
      let resolved = realpath(path, nil)
    else { return path }
    defer { free(resolved) }
    guard let target = String(validatingCString: resolved) else {
      throw CommandError(
        "'\(path)' is a link to a path that is no UTF-8. Choose another place.", .cannotCreate)
    }
    return target
  }

  /// Whether a file begins like a SQLite database (sqlite.org/fileformat.html, 1.3), a write-ahead
  /// log (4.1) or the log's index (sqlite.org/walformat.html, 2.1).
  static func isSQLite(_ path: String) -> Bool {
    var status = stat()
    // Opening a pipe would wait for its writer.
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var start = [UInt8](repeating: 0, count: 16)
    let count = read(file, &start, start.count)
    guard count > 0 else { return false }
    let beginnings: [[UInt8]] = [
      Array("SQLite format 3\0".utf8), [0x37, 0x7f, 0x06, 0x82], [0x37, 0x7f, 0x06, 0x83],
      [0x18, 0xe2, 0x2d, 0x00], [0x00, 0x2d, 0xe2, 0x18],
    ]
    return beginnings.contains { start[..<count].starts(with: $0) }
  }

  /// An unfinished file is removed.
  deinit {
    if descriptor >= 0 {
      close(descriptor)
      if let temporary { unlink(temporary) }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    try writeAll(bytes, to: descriptor, path: path)
  }

  /// Renames the file to its target.
  func finish() throws {
    if let temporary {
      guard fsync(descriptor) == 0, rename(temporary, target) == 0 else {
        throw OutputError(path: path, code: errno, isCreation: false)
      }
    }
    close(descriptor)
    descriptor = -1
  }
}

/// Writes all of some bytes to an open file.
///
/// - Throws: `ClosedPipe`, `OutputError`.
func writeAll(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
) throws {
  var rest = bytes[...]
  while !rest.isEmpty {
    let written = Glibc.write(
      descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
    if written >= 0 {
      rest = rest.dropFirst(written)
    } else if errno == EPIPE {
      throw ClosedPipe()
    } else if errno != EINTR {
      throw OutputError(path: path, code: errno, isCreation: false)
    }
  }
}
