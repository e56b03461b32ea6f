import Foundation

/// The package's own files as text.
enum SourceTree {
  /// The folder of Package.swift.
  static let package = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// One file of a target.
  struct File {
    /// Relative to the package's folder.
    var path: String
    var text: String

    /// The folder under `Sources/`.
    var target: String { String(path.split(separator: "/").dropFirst().first ?? "") }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  /// The files of a folder and its subfolders, in the order of their paths.
  static func files(in folder: String, endingIn ending: String) throws -> [File] {
    try FileManager.default.subpathsOfDirectory(atPath: package.appending(path: folder).path)
      .filter { $0.hasSuffix(ending) }.sorted()
      .map { name in
        let path = folder + "/" + name
        let text = try String(contentsOf: package.appending(path: path), encoding: .utf8)
        return File(path: path, text: text)
      }
  }

  /// Every Swift file of `Sources/`.
  static func swiftFiles() throws -> [File] { try files(in: "Sources", endingIn: ".swift") }
}
