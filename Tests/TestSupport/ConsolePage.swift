import Foundation

/// The console blocks of a markdown page, run in order in a separate folder.
///
/// In a block that opens with ```` ```console ````, a line that begins with `$ ` is a command,
/// lines with `> ` continue it, and the rest is its output: `…` stands for any text within a line,
/// and alone on a line for any lines. `$ cat FILE` creates the file with the contents that the
/// block shows.
package struct ConsolePage {
  /// A command, and its documented output.
  package struct Example {
    /// The command line.
    package var command: String
    /// The documented output.
    package var expected: [String]
  }

  /// A difference between a command's output and the page.
  package struct Surprise: CustomStringConvertible {
    /// The command and its actual output.
    package var description: String
  }

  /// The commands, in the order of the page.
  package let examples: [Example]

  /// Reads a page of the project, such as `README.md`.
  package init(_ path: String) throws {
    self.init(
      text: try String(contentsOf: Scratch.project.appending(path: path), encoding: .utf8))
  }

  /// Parses a page's text.
  package init(text: String) {
    var examples: [Example] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        examples.append(Example(command: String(line.dropFirst(2)), expected: []))
      } else if isInside, let last = examples.indices.last {
        if line.hasPrefix("> ") {
          examples[last].command += "\n" + line.dropFirst(2)
        } else {
          examples[last].expected.append(String(line))
        }
      }
    }
    self.examples = examples
  }

  /// The project's pages that have such blocks, by their paths.
  package static func paths() throws -> [String] {
    let folders = ["docs", "Examples"]
    let pages = try folders.flatMap { folder in
      try FileManager.default.contentsOfDirectory(
        atPath: Scratch.project.appending(path: folder).path
      ).filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
    }
    return try (["README.md"] + pages).filter { try !ConsolePage($0).examples.isEmpty }
  }

  /// Runs the commands and returns the differences from the page.
  package func run(in scratch: Scratch) throws -> [Surprise] {
    var surprises: [Surprise] = []
    for example in examples {
      if example.command.hasPrefix("cat ") {
        try scratch.write(
          example.expected.joined(separator: "\n") + "\n", to: String(example.command.dropFirst(4)))
        continue
      }
      let result = try scratch.bash(example.command)
      var lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
      if lines.last == "" { lines.removeLast() }
      let isAsSaid =
        try Self.pattern(example.expected).wholeMatch(in: lines.joined(separator: "\n")) != nil
      if result.status != 0 || !isAsSaid {
        surprises.append(
          Surprise(
            description:
              "\(example.command) ended with \(result.status), and printed:\n\(result.output)\(result.errors)"
          ))
      }
    }
    return surprises
  }

  private static func pattern(_ lines: [String]) throws -> Regex<Substring> {
    let escaped = lines.map { line in
      line == "…"
        ? "(?:.*\\n)*?.*"
        : line.split(separator: "…", omittingEmptySubsequences: false)
          .map { NSRegularExpression.escapedPattern(for: String($0)) }.joined(separator: ".*")
    }
    return try Regex(escaped.joined(separator: "\\n"), as: Substring.self)
  }
}
