import Foundation
import TestSupport
import Testing

@Suite("A shell completes with Tab", Tool.ofInterop)
struct ShellTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let made = try scratch.bash(
      """
      lorabook sweep --quiet && lorabook sweep --quiet --name 'two words' &&
      lorabook sweep --quiet --name "awk'ward \\"q\\" \\\\b;&|*?[x](y){a,b}~#<>" &&
      lorabook sweep --quiet --name '試験👍' && lorabook sweep --quiet --name 'power:0.75' &&
      lorabook sweep --quiet --name '$(touch hacked)' && lorabook sweep --quiet --name '`touch hacked`' &&
      lorabook sweep --quiet --name 'touchy;touch hacked' &&
      for mark in $'\\u0301' $'\\ufe0f' $'\\u20e3' $'\\u0903'; do
        lorabook sweep --quiet --name "'$mark\\`$mark;touch hacked;\\`$mark'$mark" &&
        lorabook sweep --quiet --name "q$mark'$mark\\$$mark(touch hacked)'$mark" &&
        lorabook sweep --quiet --name "!$mark touch;$mark touch hacked" || exit; done
      lorabook sweep --quiet --name $'acce\\u0301nt\\'\\u0301 "\\u0301;\\u0301' &&
      lorabook sweep --quiet --name elsewhere --db other.db &&
      lorabook sweep --quiet --name spacious --db 'sp ace.db' && mkdir mine &&
      echo '-- What is 1.' > mine/my-own.sql && echo 'SELECT 1' >> mine/my-own.sql &&
      for shell in bash zsh fish; do lorabook --generate-completion-script $shell > lorabook.$shell; done
      """)
    #expect(made.status == 0, "\(made.errors)")
  }

  /// The calls of lorabook by each line, after Tab and Enter were pressed at its end.
  private func calls(_ shell: Tool, _ lines: [String]) throws -> [[String]] {
    let path = try #require(shell.path, "\(shell.rawValue) is missing")
    let program = Scratch.project.appending(path: "Tests/InteropTests/Programs/press_tab.py").path
    let quoted = lines.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
    let result = try scratch.bash(
      "python3 '\(program)' '\(path)' \"$PWD/lorabook.\(shell.rawValue)\" \"$(command -v lorabook)\" \(quoted)"
    )
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode([[String]].self, from: Data(result.output.utf8))
  }

  @Test(
    "commands, options, values, files, and the names of the book's sweeps and queries, quoted as need be",
    .serialized, arguments: [Tool.bash, .zsh, .fish])
  func names(shell: Tool) throws {
    let expected: [(line: String, words: [String])] = [
      ("lorabook exp", ["export"]),
      ("lorabook ls --form", ["ls", "--format"]),
      ("lorabook ls --format mark", ["ls", "--format", "markdown"]),
      ("lorabook show art", ["show", "article"]),
      ("lorabook show lat", ["show", "latest"]),
      ("lorabook show two", ["show", "two words"]),
      ("lorabook show awk", ["show", "awk'ward \"q\" \\b;&|*?[x](y){a,b}~#<>"]),
      ("lorabook show pow", ["show", "power:0.75"]),
      ("lorabook show 試", ["show", "試験👍"]),
      ("lorabook show touchy", ["show", "touchy;touch hacked"]),
      ("lorabook show acc", ["show", "acce\u{301}nt'\u{301} \"\u{301};\u{301}"]),
      ("lorabook compare article two", ["compare", "article", "two words"]),
      ("lorabook log --sweep art", ["log", "--sweep", "article"]),
      ("lorabook show --db other.db else", ["show", "--db", "other.db", "elsewhere"]),
      ("lorabook show --db 'sp ace.db' spac", ["show", "--db", "sp ace.db", "spacious"]),
      ("lorabook show --db nowhere.db x", ["show", "--db", "nowhere.db", "x"]),
      ("lorabook query best-s", ["query", "best-setting"]),
      ("lorabook query --queries mine my-", ["query", "--queries", "mine", "my-own"]),
    ]
    let called = try calls(shell, expected.map(\.line))
    #expect(called == expected.map(\.words))
    #expect(!(try scratch.files()).contains("hacked"))
    #expect(!(try scratch.files()).contains("nowhere.db"))
  }

  @Test("and runs nothing that a name says", .serialized, arguments: [Tool.bash, .zsh, .fish])
  func hostileNames(shell: Tool) throws {
    _ = try calls(
      shell,
      [
        "lorabook show ", "lorabook show $", "lorabook show '$", "lorabook show `", "lorabook rm t",
        "lorabook show q",
        "lorabook show \\!",
      ])
    #expect(!(try scratch.files()).contains("hacked"))
  }
}

@Suite("Manual pages", Tool.ofInterop)
struct ManualTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(
    "there is one of each command, and neither groff nor mandoc finds fault")
  func lint() throws {
    let manual = Scratch.project.appending(path: "docs/manual.py").path
    let made = try scratch.bash(
      "lorabook --experimental-dump-help | python3 '\(manual)' man \"$(lorabook --version)\" && ls man"
    )
    #expect(made.status == 0, "\(made.errors)")
    let commands = try scratch.bash("lorabook --help").output
      .firstMatch(of: /(?s)SUBCOMMANDS:\n(.*)\n\n/)?.output.1.matches(of: /(?m)^  (\w[\w-]*)/).map {
        "lorabook-\($0.output.1).1"
      }
    #expect(made.lines.map(String.init) == (try #require(commands) + ["lorabook.1"]).sorted())
    for page in made.lines {
      try scratch.succeed(
        with: .groff,
        "test -z \"$(\"$TOOL\" -man -ww -Tutf8 man/\(page) 2>&1 >/dev/null | tee /dev/stderr)\"")
      try scratch.succeed(with: .mandoc, "\"$TOOL\" -Tlint man/\(page)")
    }
  }
}
