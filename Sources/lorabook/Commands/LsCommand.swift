import ArgumentParser
import Rendering
import SQLiteStore

struct LsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List the sweeps of a book, newest first.",
    discussion: """
      --where takes any SQL expression over the columns of 'sweeps'.

      Example:  lorabook ls --where "status = 'finished'" --limit 10
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("List only the sweeps for which it holds.", valueName: "expression"))
  var `where`: String?

  @Option(parsing: .unconditional, help: "List only the sweeps that have this tag.")
  var tag: String?

  @Option(parsing: .unconditional, help: "List so many at the most.")
  var limit: Int?

  @OptionGroup var book: BookOptions
  @OptionGroup var output: FormatOption

  func run() throws {
    if let limit, limit < 0 {
      throw CommandError("--limit: '\(limit)' is below 0. Give how many sweeps to list.", .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    let session = try ReadOnlySession(book.reading(), shouldStop: { Interruption.isAsked })
    let sweeps = try session.listSweeps(where: `where`, tag: tag, limit: limit)
    let isWhole = `where` == nil && tag == nil && limit == nil
    try output.format.write(
      output.format.isForPeople ? SweepList.glance(sweeps) : sweeps,
      whenEmpty: isWhole
        ? "the book has no sweep. Record a first one with 'lorabook sweep'."
        : "no sweep is so. 'lorabook ls' lists them all.")
  }
}
