import CArguments
import Glibc

/// What lorabook is called with: the words of its command line and the variables of its environment.
///
/// To the system they are bytes. What is no UTF-8 is refused: a Swift text of it would have U+FFFD in the place of each
/// wrong byte, so that two files, or two names, would be one.
enum CalledWith {
  /// The words behind the program's own name, as bytes.
  private static let words = (0..<Int(lorabook_argument_count())).dropFirst().compactMap { index in
    lorabook_arguments()[index].map { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
  }

  /// Whether a shell asks to complete a line.
  static var isCompletion: Bool {
    words.first?.starts(with: "---completion".utf8.map(CChar.init(bitPattern:))) == true
  }

  /// The words behind the program's own name.
  ///
  /// - Throws: `CommandError` for one that is no UTF-8.
  static func arguments() throws -> [String] {
    try words.map { try text($0, "an argument is") }
  }

  /// A variable of the environment; nil for one that is not set, or empty.
  ///
  /// - Throws: `CommandError` where it is no UTF-8.
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
