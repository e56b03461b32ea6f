import ArgumentParser
import Glibc

/// Which book, for every command.
struct BookOptions: ParsableArguments {
  @Option(
    name: .customLong("db"),
    help: ArgumentHelp(
      "The book. (default: $LORABOOK_DB, else lorabook.db here)", valueName: "file"))
  var database: String?

  /// The path of the book.
  ///
  /// - Throws: `Failure` for an empty one.
  func path() throws -> String {
    let fromEnvironment = getenv("LORABOOK_DB").map { String(cString: $0) }
    let path = database ?? fromEnvironment.flatMap { $0.isEmpty ? nil : $0 } ?? "lorabook.db"
    guard !path.isEmpty else {
      throw Failure("--db names no file. Give the book's path.", .usage)
    }
    return path
  }
}
