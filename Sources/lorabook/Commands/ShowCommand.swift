import ArgumentParser
import SQLiteStore

struct ShowCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a sweep: what it found, its tables, settings and provenance.",
    discussion: """
      As a table or markdown it begins with what was found; in the other formats one row a cell, with the \
      means over its seeds, of metrics of your own too.

      Example:  lorabook show latest
      """)

  @Argument(
    help: "A sweep: an id, a name, the start of a uuid, or 'latest'. (default: latest)",
    completion: .sweeps)
  var sweep: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: "Pool the runs over this parameter of your own: may be given again.")
  var ignore: [String] = []

  @OptionGroup var modules: ModuleOption
  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  func run() throws {
    let book = try book.reading()
    let id = try book.named(sweep)
    try book.check(ignored: ignore, ofSweeps: [id])
    try SweepReport(
      book: book, sweepID: id, ignored: ignore,
      modules: modules.selection(book, ofSweeps: [id])
    ).print(output)
  }
}
