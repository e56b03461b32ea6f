import ArgumentParser
import SQLiteStore

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a sweep: its settings, provenance, status and tables.",
    discussion: """
      As a table or markdown it prints the article's tables; in the other formats one row a cell, with the \
      means over its seeds.

      Example:  lorabook show latest
      """)

  @Argument(
    help: "A sweep: an id, a name, the start of a uuid, or 'latest'.", completion: .sweeps)
  var sweep: String

  @Flag(help: "Print every row of a table on a terminal too, however many there are.")
  var all = false

  @OptionGroup var book: BookOptions
  @OptionGroup var output: FormatOption

  func run() throws {
    let book = try book.reading()
    try SweepReport(book: book, sweepID: book.sweepID(sweep)).print(
      output.format, isWhole: all)
  }
}
