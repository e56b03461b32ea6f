import CArguments
import Glibc

/// The words of lorabook's command line and the variables of its environment.
///
/// The system passes bytes. Bytes that are not UTF-8 are refused: in a Swift text each of them
/// would become U+FFFD, so that two files, or two names, would be the same.
enum CalledWith {
  /// The words after the program's own name, as bytes.
  private static let words = (0..<Int(lorabook_argument_count())).dropFirst().compactMap { index in
    lorabook_arguments()[index].map { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
  }

  /// Whether a shell asks to complete a line.
  static var isCompletion: Bool {
    words.first?.starts(with: "---completion".utf8.map(CChar.init(bitPattern:))) == true
  }

  /// The words after the program's own name.
  ///
  /// - Throws: `CommandError` for a word that is not UTF-8.
  static func arguments() throws -> [String] {
    try words.map { try text($0, "an argument is") }
  }

  /// An environment variable; nil if it is empty or not set.
  ///
  /// - Throws: `CommandError` if it is not UTF-8.
  static func variable(_ name: String) throws -> String? {
    guard let value = getenv(name), value[0] != 0 else { return nil }
    return try text(
      Array(UnsafeBufferPointer(start: value, count: strlen(value))), "$\(name) is")
  }

  private static func text(_ bytes: [CChar], _ what: String) throws -> String {
    let bytes = bytes.map(UInt8.init(bitPattern:))
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    throw CommandError(
      "\(what) no UTF-8: \(Host.spelledOut(bytes)). lorabook takes no other text and no other path; give the text in UTF-8, or rename the file.",
      .usage)
  }
}
