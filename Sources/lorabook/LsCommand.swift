import ArgumentParser
import Rendering
import SQLiteStore

struct LsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List the sweeps of a book, newest first.",
    discussion: "Example:  lorabook ls --format csv")

  @OptionGroup var book: BookOptions
  @OptionGroup var output: FormatOption

  func run() throws {
    let sweeps = try Book(reading: book.path()).listSweeps()
    try output.format.write(sweeps)
  }
}
