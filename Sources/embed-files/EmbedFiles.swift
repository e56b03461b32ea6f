import CNettle
import Foundation

/// Writes a Swift file that contains other files, so that the program is one file.
///
/// Arguments: `sql`, the output file, then the folders `migrations`, `queries` and the store's own;
/// or `page`, the output file, then the folder of the page's parts.
@main
enum EmbedFiles {
  static func main() throws {
    let arguments = CommandLine.arguments
    let source =
      switch (arguments.dropFirst().first, arguments.count) {
      case ("sql", 7):
        try SQLFiles.source(
          migrations: arguments[3], queries: arguments[4], views: arguments[5],
          statements: arguments[6])
      case ("page", 4): try PageFiles.source(folder: arguments[3])
      default: throw CocoaError(.featureUnsupported)
      }
    try source.write(toFile: arguments[2], atomically: true, encoding: .utf8)
  }

  /// The files with an ending in a folder and its subfolders, in the order of their names.
  static func files(
    in folder: String, endingIn ending: String
  ) throws -> [(stem: String, text: String)] {
    try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(ending) }
      .map { path in
        let name = path.split(separator: "/").last ?? ""
        return (
          String(name.dropLast(ending.count)),
          try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
        )
      }
      .sorted { $0.0 < $1.0 }
  }

  /// A raw string literal: `##` because no file contains `"##`.
  static func literal(_ text: String) -> String {
    text.contains("\n") ? "##\"\"\"\n\(text)\n\"\"\"##" : "##\"\(text)\"##"
  }

  static func sha256(_ text: String) -> [UInt8] {
    var context = sha256_ctx()
    nettle_sha256_init(&context)
    let bytes = Array(text.utf8)
    nettle_sha256_update(&context, bytes.count, bytes)
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
    nettle_sha256_digest(&context, digest.count, &digest)
    return digest
  }
}
