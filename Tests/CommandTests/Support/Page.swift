import Foundation
import TestSupport

/// The parts of a page, from an HTML parser.
struct Page: Decodable {
  /// Faults of its structure.
  var faults: [String]
  /// Number of each element.
  var elements: [String: Int]
  /// The texts of its headings, in order.
  var headings: [String]
  /// Texts to type or to save.
  var preformatted: String
  /// The window's title.
  var titles: String
  /// The texts of all cells of all tables.
  var cells: [String]
}

extension Scratch {
  /// Reads a page of the folder.
  func page(_ name: String) throws -> Page {
    let program = Scratch.project.appending(path: "Tests/CommandTests/Programs/page_outline.py")
    let result = try bash("python3 '\(program.path)' '\(name)'")
    return try JSONDecoder().decode(Page.self, from: Data(result.output.utf8))
  }
}
