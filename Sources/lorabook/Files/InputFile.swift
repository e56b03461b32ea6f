import Glibc
import LoRASpectra
import Rendering

/// A file or stream that is read in large pieces, until its end or Ctrl-C.
final class InputFile {
  /// Its name in messages.
  let name: String
  private let descriptor: Int32
  private let isStandardInput: Bool
  /// An unnamed file with the rest of a stream; -1 if the stream itself is read.
  private var rest: Int32 = -1
  /// Whether it is a file rather than a stream.
  let canBeReadAgain: Bool
  private let line: ProgressLine
  private var bytesRead = 0

  /// - Parameter path: `-` is standard input.
  /// - Throws: `CommandError` if there is no file, or it cannot be read.
  init(path: String) throws {
    isStandardInput = path == "-"
    name = isStandardInput ? "standard input" : printable(path)
    // A pipe that nobody writes yet would be waited for here, and not be given up on Ctrl-C.
    descriptor =
      isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      throw CommandError("cannot read '\(name)': \(reason). Check the path.", .noInput)
    }
    canBeReadAgain = lseek(descriptor, 0, SEEK_CUR) >= 0
    var status = stat()
    let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    line = ProgressLine(
      total: isFile ? Int(status.st_size) : nil, unit: "MB", size: 1_000_000,
      isQuiet: isatty(descriptor) == 1)
  }

  deinit {
    if !isStandardInput, descriptor >= 0 { close(descriptor) }
    if rest >= 0 { close(rest) }
  }

  /// Reads a stream to its end and keeps the rest on disk, so that no one waits for the stream's
  /// writer afterwards. Does nothing for a file.
  ///
  /// - Throws: `CommandError` if it cannot be read or kept, and on Ctrl-C.
  func awaitEnd() throws {
    guard !canBeReadAgain else { return }
    let folder = try CalledWith.variable("TMPDIR") ?? "/tmp"
    func refusal(_ code: Int32) -> CommandError {
      CommandError(
        "cannot keep \(name) in '\(printable(folder))' until its end: \(String(cString: strerror(code))). Make room there, name another folder in TMPDIR, or import a file; nothing was imported.",
        .inputOutput)
    }
    var template = Array("\(folder)/lorabook-XXXXXX".utf8CString)
    let kept = mkstemp(&template)
    guard kept >= 0 else { throw refusal(errno) }
    unlink(template)
    defer { if rest < 0 { close(kept) } }
    try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { bytes in
      while true {
        var piece = UnsafeMutableRawBufferPointer(rebasing: bytes[..<(try read(into: bytes))])
        if piece.isEmpty { return }
        while !piece.isEmpty {
          let written = Glibc.write(kept, piece.baseAddress, piece.count)
          if written < 0, errno != EINTR { throw refusal(errno) }
          piece = UnsafeMutableRawBufferPointer(rebasing: piece[max(0, written)...])
        }
      }
    }
    guard lseek(kept, 0, SEEK_SET) == 0 else { throw refusal(errno) }
    rest = kept
  }

  /// Reads the next bytes.
  ///
  /// - Returns: number of bytes; 0 at the end.
  /// - Throws: `CommandError` if it cannot be read, and on Ctrl-C.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      // A stream may send nothing for a long time; poll, unlike read, is not restarted after a
      // signal (signal(7)).
      var waiting = pollfd(fd: rest < 0 ? descriptor : rest, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, 200)
      guard !Interruption.isAsked else {
        line.clear()
        throw CommandError("interrupted: nothing was imported.", .interrupted)
      }
      guard ready > 0 else {
        if ready < 0, errno != EINTR { throw failure() }
        continue
      }
      let count = Glibc.read(rest < 0 ? descriptor : rest, bytes.baseAddress, bytes.count)
      if count >= 0, rest >= 0 { return count }
      if count >= 0 {
        bytesRead += count
        if count > 0 { line.show(bytesRead) } else { line.clear() }
        return count
      }
      // Of a pipe that does not wait another reader was first.
      if errno != EINTR, errno != EAGAIN { throw failure() }
    }
  }

  private func failure() -> CommandError {
    let code = errno
    return CommandError(
      "cannot read '\(name)': \(String(cString: strerror(code))). Check the file.",
      code == EISDIR ? .noInput : .inputOutput)
  }
}
