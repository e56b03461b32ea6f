import CMessageDigest
import Foundation

/// Writes one Swift file that holds every `.sql` file of three folders: the migrations and the named
/// queries as lists with their names, the store's own statements as constants named after their files.
///
/// Arguments: the file to write, then the folders `migrations`, `queries` and `SQL`.
@main
enum EmbedSQL {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5 else {
      throw CocoaError(.featureUnsupported)
    }
    let migrations = try files(in: arguments[2])
    let queries = try files(in: arguments[3])
    let statements = try files(in: arguments[4])
    var source = "// Written by embed-sql from the .sql files: edit those.\n\n"
    source += "enum EmbeddedSQL {\n"
    source += "  static let migrations: [(name: String, sha256: String, sql: String)] = [\n"
    for file in migrations {
      source +=
        "    (\(literal(file.stem)), \(literal(sha256(file.text))), \(literal(file.text))),\n"
    }
    source += "  ]\n  static let queries: [(name: String, sql: String)] = [\n"
    for file in queries {
      source += "    (\(literal(file.stem)), \(literal(file.text))),\n"
    }
    source += "  ]\n}\n\nenum Statements {\n"
    for file in statements {
      source += "  static let \(identifier(file.stem)) = \(literal(file.text))\n"
    }
    source +=
      "  static let all = [\(statements.map { identifier($0.stem) }.joined(separator: ", "))]\n}\n"
    try source.write(toFile: arguments[1], atomically: true, encoding: .utf8)
  }

  /// The `.sql` files of a folder in the order of their names, which is the migrations' order.
  static func files(in folder: String) throws -> [(stem: String, text: String)] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".sql") }
      .sorted()
      .map { name in
        (
          String(name.dropLast(4)),
          try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        )
      }
  }

  /// `list-sweeps` as `listSweeps`.
  static func identifier(_ stem: String) -> String {
    let words = stem.split(separator: "-")
    return words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
  }

  /// A raw string literal: `##` because no SQL file holds `"##`.
  static func literal(_ text: String) -> String {
    text.contains("\n") ? "##\"\"\"\n\(text)\n\"\"\"##" : "##\"\(text)\"##"
  }

  static func sha256(_ text: String) -> String {
    var context = SHA2_CTX()
    SHA256Init(&context)
    let bytes = Array(text.utf8)
    SHA256Update(&context, bytes, bytes.count)
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256Final(&digest, &context)
    return digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
