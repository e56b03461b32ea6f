import Glibc
import LoRASpectra
import Rendering

/// Small text files named by a user.
enum TextFile {
  /// A larger file cannot be a spec or a spectrum.
  private static let largest = 16 << 20

  /// The whole text of a file.
  ///
  /// - Parameter mayBeStream: whether a pipe or a device is read to its end, which may never come.
  /// - Throws: `SpecError` where there is none, it is no UTF-8, or too large to be meant.
  static func read(_ path: String, mayBeStream: Bool = true) throws -> String {
    let name = printable(path)
    func refusal(_ reason: String) -> SpecError {
      SpecError(
        description: "cannot read '\(name)': \(reason). Check the path.", status: .noInput)
    }
    // A pipe that nobody writes is opened without a wait.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | (mayBeStream ? 0 : O_NONBLOCK))
    guard descriptor >= 0, let file = fdopen(descriptor, "r") else {
      throw refusal(String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var status = stat()
    guard mayBeStream || (fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
    else { throw refusal("it is no file") }
    return try text(of: file, name: name)
  }

  /// Whether two paths lead to one file.
  static func areSame(_ first: String, _ second: String) -> Bool {
    var (one, other) = (stat(), stat())
    return stat(first, &one) == 0 && stat(second, &other) == 0
      && (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
  }

  /// All of standard input, as text.
  ///
  /// - Throws: `SpecError` if it is not UTF-8, or too large.
  static func readStandardInput() throws -> String {
    guard let file = fdopen(dup(STDIN_FILENO), "r") else {
      // A closed standard input was replaced by a stream that cannot be read.
      let reason = errno == EINVAL ? "it is closed" : String(cString: strerror(errno))
      throw SpecError(
        description: "cannot read standard input: \(reason). Give the text itself.",
        status: .noInput)
    }
    defer { fclose(file) }
    return try text(of: file, name: "standard input")
  }

  private static func text(of file: UnsafeMutablePointer<FILE>, name: String) throws -> String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      bytes.append(contentsOf: piece[..<count])
      guard bytes.count <= largest else {
        throw SpecError(
          description: "'\(name)' is larger than 16 MB, too large to be meant. Check the path.",
          status: .badData)
      }
      if count < piece.count { break }
    }
    guard ferror(file) == 0 else {
      throw SpecError(
        description: "cannot read '\(name)': \(String(cString: strerror(errno))). Check the path.",
        status: .noInput)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SpecError(
        description: "'\(name)' is no UTF-8 text. Save it as UTF-8.", status: .badData)
    }
    // Spreadsheets write a byte-order mark.
    return text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
  }
}

extension TextFile {
  /// Whether anything is at a path.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
