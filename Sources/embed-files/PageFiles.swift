import Foundation

/// The parts of the page: its templates by name, and its style and script with their hashes for the
/// content security policy.
enum PageFiles {
  static func source(folder: String) throws -> String {
    var source = "// Written by embed-files from the page's parts: edit those.\n\n"
    source += "enum EmbeddedPage {\n  static let templates: [(name: String, text: String)] = [\n"
    for file in try EmbedFiles.files(in: folder, endingIn: ".mustache") {
      source += "    (\(EmbedFiles.literal(file.stem)), \(EmbedFiles.literal(file.text))),\n"
    }
    source += "  ]\n"
    for (name, ending) in [("style", ".css"), ("script", ".js")] {
      let text = try EmbedFiles.files(in: folder, endingIn: ending).map(\.text).joined()
      let hash = "sha256-" + Data(EmbedFiles.sha256(text)).base64EncodedString()
      source += "  static let \(name) = \(EmbedFiles.literal(text))\n"
      source += "  static let \(name)Hash = \(EmbedFiles.literal(hash))\n"
    }
    return source + "}\n"
  }
}
