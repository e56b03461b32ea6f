import Glibc

/// A temporary file without a name: one stream can be kept while another is written, and no file
/// remains.
final class TemporaryFile {
  let descriptor: Int32

  /// - Throws: `OutputError` if no file can be created.
  init() throws {
    guard let file = tmpfile() else { throw TemporaryFile.error(isCreation: true) }
    defer { fclose(file) }
    descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { throw TemporaryFile.error(isCreation: true) }
  }

  deinit { close(descriptor) }

  /// Writes a text, and seeks to its start.
  ///
  /// - Throws: `OutputError`.
  func fill(_ text: String) throws {
    var text = text
    try text.withUTF8 {
      try writeAll(UnsafeRawBufferPointer($0), to: descriptor, path: TemporaryFile.name)
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  /// The whole contents.
  ///
  /// - Throws: `OutputError`.
  func contents() throws -> [UInt8] {
    lseek(descriptor, 0, SEEK_SET)
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes.append(contentsOf: piece[..<count])
      } else if errno != EINTR {
        throw TemporaryFile.error(isCreation: false)
      }
    }
  }

  private static let name = "a temporary file"

  private static func error(isCreation: Bool) -> OutputError {
    OutputError(path: name, code: errno, isCreation: isCreation)
  }
}
