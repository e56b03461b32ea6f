import ArgumentParser
import LoRASpectra
import Rendering
import SQLiteStore

struct LsCommand: ParsableCommand, RowPrinting {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List the sweeps of a book, newest first.",
    discussion: """
      --where takes any SQL expression over the columns of 'sweeps'.

      Example:  lorabook ls --where "status = 'finished'" --limit 10
      """,
    aliases: ["list"])

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("List only the sweeps for which it holds.", valueName: "expression"))
  var `where`: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: "List only the sweeps that have this tag, or all of several; may be given again.")
  var tag: [String] = []

  @Option(
    name: [.customShort("n"), .long], parsing: .unconditional, help: "List so many at the most.")
  var limit: Int?

  @OptionGroup var book: BookOptions
  @OptionGroup var output: RowOptions

  func run() throws {
    if let limit, limit < 0 {
      throw CommandError("--limit: '\(limit)' is below 0. Give how many sweeps to list.", .usage)
    }
    let tags = ListText.tags(tag)
    let asked = [
      `where`.map { "for which \(printable($0)) holds" },
      tags.isEmpty
        ? nil
        : "with the tag\(tags.count == 1 ? "" : "s") '\(printable(tags.joined(separator: "', '")))'",
    ].compactMap(\.self).joined(separator: " and ")
    let nothing = asked.isEmpty ? "no sweep is listed" : "there is no sweep \(asked)"
    Interruption.watch(mayEndAnywhere: true)
    let session = try ReadOnlySession(book.reading(), shouldStop: { Interruption.isAsked })
    let sweeps = try session.listSweeps(where: `where`, tags: tags, limit: limit)
    let isWhole = `where` == nil && tags.isEmpty && limit == nil
    try output.write(
      output.format.isForPeople ? SweepList.glance(sweeps) : sweeps,
      whenEmpty: isWhole
        ? "the book has no sweep. Record a first one with 'lorabook sweep'."
        : "\(nothing). 'lorabook ls' lists them all.")
  }
}
