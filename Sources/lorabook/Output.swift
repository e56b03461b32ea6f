import Glibc
import Rendering
import SQLiteStore

/// The reader of standard output has left.
struct ClosedPipe: Error {}

/// A file or stream could not be written.
struct OutputError: Error {
  var path: String
  /// The system's error number.
  var code: Int32
  /// Whether it could not be made, rather than not be written to its end.
  var isCreation: Bool
}

/// Where results go.
enum StandardOutput {
  /// Whether it is a file, which shows nothing by itself.
  static var isFile: Bool {
    var status = stat()
    return fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  static func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  static func write(_ bytes: UnsafeRawBufferPointer) throws {
    try writeAll(bytes, to: STDOUT_FILENO, path: "standard output")
  }

  /// Writes whole lines of data, to the byte; at a terminal their control characters are spelled out.
  static func writeData(_ bytes: UnsafeRawBufferPointer) throws {
    guard isTerminal else { return try write(bytes) }
    try write(printableLines(String(decoding: bytes, as: UTF8.self)))
  }

  private static let isTerminal = isatty(STDOUT_FILENO) == 1
}

/// Where progress and messages go; a message that cannot be written is dropped.
enum StandardError {
  static func write(_ text: String) {
    var text = text
    text.withUTF8 {
      try? writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO, path: "standard error")
    }
  }
}

/// A file that appears whole or not at all: written beside its place, and moved there at the end.
///
/// A device or a pipe is written to as it stands, because a file moved there would take its place.
final class WholeFile {
  private let path: String
  /// Where the bytes go until they are all there; nil where they go straight to the path.
  private let temporary: String?
  /// The path with no symbolic link in it, so that a link goes on to point at its file.
  private let target: String
  private var descriptor: Int32
  private let unfinished: UnfinishedFiles

  /// - Throws: `OutputError` where the folder takes no file.
  init(path: String) throws {
    self.path = path
    target =
      realpath(path, nil).map { resolved in
        defer { free(resolved) }
        return String(cString: resolved)
      } ?? path
    var status = stat()
    let isThere = stat(target, &status) == 0
    let kind = status.st_mode & S_IFMT
    if isThere, kind == S_IFDIR {
      throw OutputError(path: path, code: EISDIR, isCreation: true)
    }
    if isThere, kind != S_IFREG {
      temporary = nil
      unfinished = UnfinishedFiles([])
      descriptor = open(target, O_WRONLY | O_CLOEXEC)
    } else {
      let name = "\(target).\(getpid()).part"
      temporary = name
      (descriptor, unfinished) = try UnfinishedFiles.holdingSignals {
        let descriptor = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
          throw OutputError(path: path, code: errno, isCreation: true)
        }
        return (descriptor, UnfinishedFiles([name]))
      }
    }
    guard descriptor >= 0 else {
      throw OutputError(path: path, code: errno, isCreation: true)
    }
  }

  /// What was not finished leaves nothing behind.
  deinit {
    if descriptor >= 0 {
      close(descriptor)
      if let temporary { unlink(temporary) }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    try writeAll(bytes, to: descriptor, path: path)
  }

  /// Puts the file in its place.
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

private func writeAll(
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
