import ArgumentParser
import Glibc
import Rendering
import SQLiteStore

extension CompletionKind {
  /// The names of the sweeps in the book that the line or the environment names.
  static var sweeps: CompletionKind {
    .custom { words, index, _ in
      let line = CompletedLine(words, upTo: index)
      let path = line.value(of: "--db") ?? CompletedLine.environment("LORABOOK_DB") ?? "lorabook.db"
      // A shell that completes is no place for a word on what is wrong with a book.
      let names = (try? Book(reading: path).sweepNames()) ?? []
      return line.offered(["latest"] + names)
    }
  }

  /// The names of the queries, those of the folder that the line or the environment names among them.
  static var queries: CompletionKind {
    .custom { words, index, _ in
      let line = CompletedLine(words, upTo: index)
      let folder = line.value(of: "--queries") ?? CompletedLine.environment("LORABOOK_QUERIES")
      let shelf = (try? QueryShelf(folder: folder)) ?? (try? QueryShelf(folder: nil))
      return line.offered(shelf?.entries.map(\.name) ?? [])
    }
  }
}

/// A command line that a shell asks to complete.
struct CompletedLine {
  private let words: [String]
  /// What of the word stands before where the shell's own word begins, as bash parts words at colons.
  private let begun: String

  /// - Parameters:
  ///   - words: as they were typed, quotes and all.
  ///   - index: the word to complete.
  init(_ words: [String], upTo index: Int) {
    self.words = words
    guard CompletionShell.requesting == .bash, words.indices.contains(index) else {
      begun = ""
      return
    }
    var start = words[index] == ":" ? index + 1 : index
    // A colon is a word of its own in bash, and what stands beside it belongs to it.
    while start >= 2, words[start - 1] == ":" { start -= 2 }
    begun = start < index + 1
      ? words[max(0, start)..<(words[index] == ":" ? index + 1 : index)].joined() : ""
  }

  /// The value that an option has on the line, unquoted; nil where it has none.
  func value(of option: String) -> String? {
    for (index, word) in words.enumerated().reversed() {
      if word.hasPrefix(option + "=") {
        return CompletedLine.unquoted(String(word.dropFirst(option.count + 1)))
      }
      guard word == option else { continue }
      // bash makes a word of the sign.
      let next = words.dropFirst(index + 1).drop { $0 == "=" }.first
      return next.flatMap { $0.isEmpty ? nil : CompletedLine.unquoted($0) }
    }
    return nil
  }

  /// Names as the asking shell takes them; those that would command a terminal are left out.
  func offered(_ names: [String]) -> [String] {
    names.filter { !$0.isEmpty && printable($0) == $0 }.compactMap { name in
      switch CompletionShell.requesting {
      case .bash:
        guard name.hasPrefix(begun) else { return nil }
        // compgen expands its words as a command line does, command substitutions too.
        return "'" + name.dropFirst(begun.count).replacing("'", with: "'\\''") + "'"
      case .zsh:
        // _describe takes what follows a colon for a description.
        return name.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
      default: return name
      }
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
