import Foundation
import TestSupport

/// A page of `docs`, whose blocks are run as they stand.
struct Page {
  /// The page has no such block.
  struct MissingBlock: Error {
    /// The block that was looked for.
    var heading: String
    var number: Int
  }

  private let text: String

  /// Reads a page of the project, such as `docs/scale.md`.
  init(_ path: String) throws {
    text = try String(contentsOf: Scratch.project.appending(path: path), encoding: .utf8)
  }

  /// The text of a block.
  ///
  /// - Parameters:
  ///   - number: counts the blocks of the language under the heading, from 1.
  ///   - language: as it stands after ```` ``` ````.
  ///   - heading: the section's title, without `## `.
  /// - Throws: `MissingBlock`.
  func block(_ number: Int = 1, of language: String = "sh", under heading: String) throws -> String
  {
    let sections = ("\n" + text).components(separatedBy: "\n## ")
    guard let section = sections.first(where: { $0.hasPrefix(heading + "\n") }) else {
      throw MissingBlock(heading: heading, number: number)
    }
    let blocks = section.components(separatedBy: "\n```\(language)\n").dropFirst()
    guard let block = blocks.dropFirst(number - 1).first?.components(separatedBy: "\n```").first
    else { throw MissingBlock(heading: heading, number: number) }
    return block + "\n"
  }
}
