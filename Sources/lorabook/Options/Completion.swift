import ArgumentParser
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
      // A shell that completes is no place for a word on what is wrong with a book.
      let names = try? Book(
        reading: line.value(of: "--db") ?? CalledWith.variable("LORABOOK_DB") ?? "lorabook.db",
        wait: patience
      ).sweepNames()
      return line.offered(["latest"] + (names ?? []))
    }
  }

  /// The names of the queries, those of the folder that the line or the environment names among them.
  static var queries: CompletionKind {
    .custom { words, _, _ in
      let line = CompletedLine(words: words)
      let own = try? QueryCatalog(
        folder: line.value(of: "--queries") ?? CalledWith.variable("LORABOOK_QUERIES"))
      let shelf = own ?? (try? QueryCatalog(folder: nil))
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
      if word.utf8.starts(with: "\(option)=".utf8) {
        return CompletedLine.unquoted(String(word.unicodeScalars.dropFirst(option.count + 1)))
      }
      if word == option, words.indices.contains(index + 1), !words[index + 1].isEmpty {
        return CompletedLine.unquoted(words[index + 1])
      }
    }
    return nil
  }

  /// Names as the asking shell takes them.
  ///
  /// Left out are names that would command a terminal, and names with characters that the shell puts on the line
  /// unquoted. A shell reads bytes, so bytes decide: to Swift a quote and an accent on it are one Character, which
  /// is no quote.
  func offered(_ names: [String]) -> [String] {
    let names = names.filter { !$0.isEmpty && printable($0).utf8.elementsEqual($0.utf8) }
    return switch CompletionShell.requesting {
    case .bash:
      // compgen expands its words as a command line does, command substitutions too.
      // Readline leaves substitutions as they stand, to be run when the line is.
      names.filter { !$0.utf8.contains { "$`".utf8.contains($0) } }.map(Host.singleQuoted)
    case .zsh:
      // _describe takes what follows a colon for a description.
      names.filter { !$0.utf8.contains(UInt8(ascii: "!")) }.map { name in
        name.unicodeScalars.map { "\\:".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
      }
    default: names
    }
  }

  /// A word as a shell's quotes and backslashes spell it, and a home folder by its tilde.
  private static func unquoted(_ word: String) -> String {
    var result = String.UnicodeScalarView()
    var quote: Unicode.Scalar?
    var scalars = word.unicodeScalars[...]
    if word == "~" || word.utf8.starts(with: "~/".utf8), let home = try? CalledWith.variable("HOME")
    {
      result = home.unicodeScalars
      scalars = scalars.dropFirst()
    }
    while let scalar = scalars.popFirst() {
      if scalar == quote {
        quote = nil
      } else if quote == nil, scalar == "'" || scalar == "\"" {
        quote = scalar
      } else if scalar == "\\", quote != "'", let next = scalars.popFirst() {
        result.append(next)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}
