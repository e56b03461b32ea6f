import ArgumentParser
import SQLiteStore

struct ShowCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a sweep: what it found, its tables, settings and provenance.",
    discussion: """
      As a table or markdown it begins with what was found; in the other formats one row a cell, with the \
      means over its seeds.

      Example:  lorabook show latest
      """)

  @Argument(
    help: "A sweep: an id, a name, the start of a uuid, or 'latest'. (default: latest)",
    completion: .sweeps)
  var sweep: String?

  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  func run() throws {
    let book = try book.reading()
    try SweepReport(book: book, sweepID: book.named(sweep)).print(output)
  }
}
