import Glibc

/// The bytes of a file, read with pread(2).
///
/// A mapping would save a copy, a thousandth of what a spectrum costs, but touching a page that a shrunken file no
/// longer has ends the process (SIGBUS). pread says how many bytes there were.
package final class FileBytes: ByteSource {
  package let name: String
  package let count: Int
  private let descriptor: Int32

  /// Opens a regular file for reading.
  ///
  /// - Throws: `WeightFileError`.
  package init(_ path: String) throws(WeightFileError) {
    name = path
    // A pipe that is opened must not wait for its other end.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw code == ENOENT || code == ENOTDIR
        ? WeightFileError(.missing, path, "is not there", remedy: "Check the name")
        : WeightFileError(
          .unreadable(code: code), path, "cannot be opened: \(systemMessage(code))",
          remedy: "Check that it may be read")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw WeightFileError(
        .unsupported, path, "is no regular file", remedy: "Name a file, or copy this into one")
    }
    count = Int(status.st_size)
  }

  /// Takes an open file over.
  init(_ descriptor: Int32, count: Int, name: String) {
    self.descriptor = descriptor
    self.count = count
    self.name = name
  }

  deinit { close(descriptor) }

  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(WeightFileError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let read = pread(descriptor, rest.baseAddress, rest.count, offset + done)
      if read < 0, errno == EINTR { continue }
      guard read > 0 else {
        throw read == 0
          ? WeightFileError(
            .unreadable(code: 0), name,
            "ended at byte \(offset + done) of \(count) while it was read",
            remedy: "Run it again when nothing else writes the file")
          : WeightFileError(
            .unreadable(code: errno), name,
            "cannot be read at byte \(offset + done): \(systemMessage(errno))",
            remedy: "Check the disk, or copy the file to another")
      }
      done += read
    }
  }
}

/// What the system calls an error.
func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
