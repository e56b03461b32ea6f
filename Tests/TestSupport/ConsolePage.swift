import Foundation

/// The console blocks of a page of markdown, run in order in a folder of their own.
///
/// In a block that opens with ```` ```console ````, a line that begins with `$ ` is a command, lines with `> ` go on
/// with it, and the rest is what it prints: `…` stands for anything in a line, and a line of it alone for any lines.
/// `$ cat FILE` makes the file of what the block shows of it.
package struct ConsolePage {
  /// A command, and the lines it is said to print.
  package struct Example {
    /// What is typed.
    package var command: String
    /// What is said to be printed.
    package var expected: [String]
  }

  /// What went otherwise than the page says.
  package struct Surprise: CustomStringConvertible {
    /// The command and what it did.
    package var description: String
  }

  /// The commands, in the order of the page.
  package let examples: [Example]

  /// Reads a page of the project: `README.md`.
  package init(_ path: String) throws {
    self.init(
      text: try String(contentsOf: Scratch.project.appending(path: path), encoding: .utf8))
  }

  /// Reads a page's text.
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

  /// Runs the commands; what they did that the page does not say.
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
