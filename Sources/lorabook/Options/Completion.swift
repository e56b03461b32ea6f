import ArgumentParser
import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

/// How many milliseconds whoever pressed a key is kept waiting by a process that writes.
private let patience: Int32 = 300

extension CompletionKind {
  /// The names of the sweeps in the book that the line or the environment names.
  static var sweeps: CompletionKind {
    .custom { words, _, _ in
      let line = CompletedLine(words: words)
      let path = line.value(of: "--db") ?? CompletedLine.environment("LORABOOK_DB") ?? "lorabook.db"
      // A shell that completes is no place for a word on what is wrong with a book.
      let names = (try? Book(reading: path, wait: patience).sweepNames()) ?? []
      return line.offered(["latest"] + names)
    }
  }

  /// The names of the queries, those of the folder that the line or the environment names among them.
  static var queries: CompletionKind {
    .custom { words, _, _ in
      let line = CompletedLine(words: words)
      let folder = line.value(of: "--queries") ?? CompletedLine.environment("LORABOOK_QUERIES")
      let shelf = (try? QueryCatalog(folder: folder)) ?? (try? QueryCatalog(folder: nil))
      return line.offered(shelf?.entries.map(\.name) ?? [])
    }
  }
}

/// A command line that a shell asks to complete.
struct CompletedLine {
  /// As they were typed, quotes and all.
  var words: [String]

  /// The value that an option has on the line, unquoted; nil where it has none.
  func value(of option: String) -> String? {
    for (index, word) in words.enumerated().reversed() {
      if word.hasPrefix(option + "=") {
        return CompletedLine.unquoted(String(word.dropFirst(option.count + 1)))
      }
      if word == option, words.indices.contains(index + 1), !words[index + 1].isEmpty {
        return CompletedLine.unquoted(words[index + 1])
      }
    }
    return nil
  }

  /// Names as the asking shell takes them.
  ///
  /// Left out are those that would command a terminal, and those with what the shell puts on the line as it
  /// is, and takes for something else.
  func offered(_ names: [String]) -> [String] {
    let names = names.filter { !$0.isEmpty && printable($0) == $0 }
    return switch CompletionShell.requesting {
    case .bash:
      // compgen expands its words as a command line does, command substitutions too.
      // Readline leaves substitutions as they stand, to be run when the line is.
      names.filter { !$0.contains { "$`".contains($0) } }.map {
        "'" + $0.replacing("'", with: "'\\''") + "'"
      }
    case .zsh:
      // _describe takes what follows a colon for a description.
      names.filter { !$0.contains("!") }
        .map { $0.replacing("\\", with: "\\\\").replacing(":", with: "\\:") }
    default: names
    }
  }

  /// A text of the environment; nil for an empty one.
  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A word as a shell's quotes and backslashes spell it, and a home folder by its tilde.
  private static func unquoted(_ word: String) -> String {
    var result = ""
    var quote: Character?
    var characters = word[...]
    if word == "~" || word.hasPrefix("~/"), let home = environment("HOME") {
      result = home
      characters = characters.dropFirst()
    }
    while let character = characters.popFirst() {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else if character == "\\", quote != "'", let next = characters.popFirst() {
        result.append(next)
      } else {
        result.append(character)
      }
    }
    return result
  }
}
