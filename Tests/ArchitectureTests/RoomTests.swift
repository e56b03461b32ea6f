import Foundation
import Testing

@Suite("Rooms")
struct RoomTests {
  /// Each folder that contains files itself, with their number.
  static func folders(in tops: [String]) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for top in tops {
      let folder = SourceTree.package.appending(path: top).path
      for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
        if isFolder.boolValue || path.contains("__pycache__") { continue }
        let folders = [top] + path.split(separator: "/").dropLast().map(String.init)
        counts[folders.joined(separator: "/"), default: 0] += 1
      }
    }
    return counts
  }

  @Test("docs/rooms.md names every folder of the sources, and no other")
  func pageMatchesTree() throws {
    let page = try String(
      contentsOf: SourceTree.package.appending(path: "docs/rooms.md"), encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let named = rows.flatMap { row in
      (row.split(separator: "|").first ?? "").matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }
    // The headers of a C target are part of it.
    let found = try Self.folders(in: ["Sources", "migrations", "queries", "views"]).keys
      .filter { !$0.hasSuffix("/include") }
    #expect(Set(named) == Set(found))
    #expect(Set(named).count == named.count)
  }

  @Test("A folder of code holds at most 24 files")
  func foldersAreSmall() throws {
    let folders = try Self.folders(in: ["Sources", "Tests", "Plugins"])
    #expect(folders.count > 40)
    for (folder, count) in folders where !folder.hasPrefix("Tests/Fixtures") {
      #expect(count <= 24, "\(folder) holds \(count) files")
    }
  }

  @Test("Every path of the project that a page names is there")
  func namedPathsExist() throws {
    let pages = try ["README.md", "RELIABILITY.md"].map { name in
      try String(contentsOf: SourceTree.package.appending(path: name), encoding: .utf8)
    }
    let docs = try SourceTree.files(in: "docs", endingIn: ".md").map(\.text)
    var count = 0
    for page in pages + docs {
      for match in page.matches(of: /\b(?:Sources|Tests)\/[\w\/.-]+\.(?:swift|sql|py|c|sh)\b/) {
        count += 1
        let path = SourceTree.package.appending(path: String(match.output)).path
        #expect(FileManager.default.fileExists(atPath: path), "\(match.output)")
      }
    }
    #expect(count > 20)
  }
}
