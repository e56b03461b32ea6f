import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct SqlCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Ask the book in SQL; nothing can be changed.",
    discussion: """
      The views are 'runs', 'sweeps' and 'spectra'. Beside SQLite's own there are the functions stddev, \
      median, quantile(x, p), sqrt, ln, exp and pow.

      Example:  lorabook sql 'SELECT rule, avg(error) FROM runs GROUP BY rule'
      """)

  @Argument(help: "One SELECT, or '-' to read it from standard input.")
  var sql: String

  @OptionGroup var parameters: ParameterOptions
  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  func run() throws {
    let text = sql == "-" ? try TextFile.readStandardInput() : sql
    Interruption.watch(mayEndAnywhere: true)
    let session = try ReadOnlySession(book.reading(), shouldStop: { Interruption.isAsked })
    let statement = try session.prepare(text)
    try session.bind(parameters.untyped(), to: statement)
    try session.write(statement, output)
  }
}
