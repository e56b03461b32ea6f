import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

/// Milliseconds that a completion may wait for a process that writes.
private let patience: Int32 = 300

extension CompletionKind {
  /// The names of the sweeps in the book named by the command line or the environment.
  static var sweeps: CompletionKind {
    .custom { words, _, _ in
      let line = CompletedLine(words: words)
      // A completion must not print messages about a broken book.
      let names = try? Book(
        reading: line.value(of: "--db") ?? CalledWith.variable("LORABOOK_DB") ?? "lorabook.db",
        wait: patience
      ).sweepNames()
      return line.offered(["latest"] + (names ?? []))
    }
  }

  /// The names of the queries, including those in the folder named by the command line or the
  /// environment.
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

/// A command line for which a shell asks for completions.
struct CompletedLine {
  /// The words as typed, with their quotes.
  var words: [String]

  /// The value of an option on the line, unquoted; nil if it has none.
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

  /// Names in the form that the asking shell expects.
  ///
  /// Names are left out if they would command a terminal, or if they contain characters that the
  /// shell inserts unquoted. Bytes are compared, because a shell reads bytes: for Swift a quote
  /// with an accent is one Character, which does not equal a quote.
  func offered(_ names: [String]) -> [String] {
    let names = names.filter { !$0.isEmpty && printable($0).utf8.elementsEqual($0.utf8) }
    return switch CompletionShell.requesting {
    case .bash:
      // compgen expands its words like a command line, including command substitutions. Readline
      // inserts substitutions unchanged, and they run with the line.
      names.filter { !$0.utf8.contains { "$`".utf8.contains($0) } }.map(Host.singleQuoted)
    case .zsh:
      // _describe takes the text after a colon for a description.
      names.filter { !$0.utf8.contains(UInt8(ascii: "!")) }.map { name in
        name.unicodeScalars.map { "\\:".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
      }
    default: names
    }
  }

  /// A word after removing a shell's quotes and backslashes, and with a leading tilde expanded.
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
