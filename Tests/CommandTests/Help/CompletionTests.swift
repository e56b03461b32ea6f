import Foundation
import Testing

@Suite("Completion of names from a stranger's book")
struct CompletionTests {
  let scratch: Scratch
  /// Scalars that form one Character with a neighbour: an accent, a variation selector, a keycap, a
  /// spacing mark, and a letter that joins the next one.
  static let joiners = ["\u{301}", "\u{fe0f}", "\u{20e3}", "\u{903}", "\u{d4e}"]

  init() throws { scratch = try Scratch() }

  /// Records a sweep with each name, and returns the completions of `lorabook show ` in a shell.
  private func offers(of names: [String], to shell: String) throws -> [String] {
    for name in names {
      let made = try scratch.lorabook(
        "log", "--sweep", name, "--seed", "1", "--shape", "8x8", "--profile", "p", "--rank", "2",
        "--alpha", "1", "--rule", "lora", "--error", "1")
      #expect(made.status == 0, "\(made.errors)")
    }
    let asked = try scratch.bash(
      "SAP_SHELL=\(shell) lorabook ---completion show -- positional@0 2 0 lorabook show ''")
    #expect(asked.status == 0, "\(asked.errors)")
    // zsh marks the end with a line that contains a space.
    return asked.output.unicodeScalars.split(separator: "\n").map(String.init).filter { $0 != " " }
  }

  @Test("runs nothing in bash, and gives each harmless name byte for byte")
  func bash() throws {
    let commands = Self.joiners.flatMap { u in
      [
        "'\(u)`\(u);touch hacked;`\(u)'\(u)", "'\(u)$\(u)(touch hacked)'\(u)",
        "\(u)`\(u)touch hacked`\(u)",
      ]
    }
    let harmless = Self.joiners.map { "it'\($0)s \"\($0)\\\($0);\($0) a" }
    let offers = try offers(of: commands + harmless, to: "bash")
    #expect(offers.count == harmless.count + 1)
    let completed = try scratch.bash(
      """
      lorabook --generate-completion-script bash > script && source ./script 2> errors
      COMP_WORDS=(lorabook show '') COMP_CWORD=2 COMP_LINE='lorabook show ' COMP_POINT=14
      _lorabook lorabook '' show && printf '%s\\n' "${COMPREPLY[@]}"
      """)
    #expect(!(try scratch.files()).contains("hacked"))
    let expected = (["latest"] + harmless).map { Array($0.utf8) }
    let words = completed.output.utf8.split(separator: UInt8(ascii: "\n")).map(Array.init)
    #expect(Set(words) == Set(expected), "\(completed.output)\(completed.errors)")
  }

  @Test("escapes what zsh takes for a description, and leaves out what it would expand")
  func zsh() throws {
    let offers = try offers(
      of: Self.joiners.flatMap { ["a:\($0)b\\\($0)c", "a!\($0)b"] }, to: "zsh")
    let expected = Self.joiners.map { "a\\:\($0)b\\\\\($0)c" }
    #expect(
      Set(offers.map { Array($0.utf8) }) == Set((["latest"] + expected).map { Array($0.utf8) }))
  }

  @Test("finds the book whose path is quoted with such characters beside the quotes")
  func quotedPath() throws {
    let made = try scratch.bash("lorabook sweep --quiet --name far --db $'\\u0301x\\u0301.db'")
    #expect(made.status == 0, "\(made.errors)")
    let asked = try scratch.bash(
      """
      SAP_SHELL=fish lorabook ---completion show -- positional@0 3 0 \
        lorabook show $'--db=\\'\\u0301x\\u0301.db\\'' ''
      """)
    #expect(asked.lines == ["latest", "far"], "\(asked.errors)")
  }
}
