import Foundation
import Testing

@Suite("README")
struct ReadmeTests {
  /// A command of a console block, and the lines it is said to print.
  private struct Example {
    var command: String
    var expected: [String]
  }

  /// Console blocks: a line that begins with `$ ` is a command, `> ` goes on with it, the rest is output.
  private func examples() throws -> [Example] {
    let text = try String(
      contentsOf: Scratch.project.appending(path: "README.md"), encoding: .utf8)
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
    return examples
  }

  @Test("Every command block prints what it says, where … stands for anything")
  func blocks() throws {
    let scratch = try Scratch()
    let examples = try examples()
    #expect(examples.count > 8)
    for example in examples {
      if example.command.hasPrefix("cat ") {
        // What a block shows of a file is how the file is made.
        try scratch.write(
          example.expected.joined(separator: "\n") + "\n", to: String(example.command.dropFirst(4)))
        continue
      }
      let result = try scratch.bash(example.command)
      #expect(result.status == 0, "\(example.command): \(result.errors)")
      var lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
      if lines.last == "" { lines.removeLast() }
      let pattern = Self.pattern(example.expected)
      #expect(
        try pattern.wholeMatch(in: lines.joined(separator: "\n")) != nil,
        "\(example.command) printed:\n\(result.output)")
    }
  }

  /// `…` is anything in a line, and a line of it alone any lines.
  private static func pattern(_ lines: [String]) -> Regex<Substring> {
    let escaped = lines.map { line in
      line == "…"
        ? "(?:.*\\n)*?.*"
        : line.split(separator: "…", omittingEmptySubsequences: false)
          .map { NSRegularExpression.escapedPattern(for: String($0)) }.joined(separator: ".*")
    }
    // A pattern that does not compile matches nothing, and the expectation above fails.
    return (try? Regex(escaped.joined(separator: "\\n"), as: Substring.self)) ?? #/$^/#
  }

  @Test("The numbers that the text draws from the article's tables are the recorded ones")
  func claims() throws {
    let scratch = try Scratch()
    _ = try scratch.lorabook("sweep", "--quiet")
    let text = try String(
      contentsOf: Scratch.project.appending(path: "README.md"), encoding: .utf8)
    let start = try #require(text.range(of: "## What the article claims"))
    let end = try #require(text.range(of: "## Exit status"))
    let section = text[start.upperBound..<end.lowerBound]
    let recorded = Set(
      try scratch.sqlite(
        """
        SELECT printf('%.4f', error) FROM runs UNION SELECT printf('%.4f', truncation_error) FROM runs
        UNION SELECT printf('%.4f', variance_captured) FROM runs
        """
      ).split(separator: "\n"))
    let claimed = section.matches(of: #/\d\.\d{4}/#).map(\.output)
    #expect(claimed.count > 12)
    for number in claimed { #expect(recorded.contains(number), "\(number) is not recorded") }
    #expect(
      try scratch.sqlite(
        "SELECT min(scale) > 1, min(error) > 1 FROM runs WHERE rule = 'rslora'") == "1|1")
    #expect(
      try scratch.sqlite(
        "SELECT max(abs(error - 1)) < 1e-12 FROM runs WHERE rule = 'lora' AND rank = 8") == "1")
  }
}
