import ArgumentParser
import BoostStatistics
import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page on one sweep or several: pictures, tables, and in words what they say.",
    discussion: """
      The page is one HTML file that needs no network: what was run and on what, the rules or the sweeps \
      against each other with their intervals, pictures drawn with gnuplot, tables that sort and copy, and how \
      to repeat it. Several sweeps are compared with the first of them.

      Example:  lorabook report latest -o report.html
      """)

  @Argument(
    help: "Sweeps: ids, names, starts of uuids, or 'latest'. (default: latest)",
    completion: .sweeps)
  var sweeps: [String] = []

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "The page, which appears whole or not at all; '-' is standard output.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String?

  @Option(parsing: .unconditional, help: "The level of confidence of the intervals.")
  var level: Double = 0.95

  @OptionGroup var book: BookOptions

  func run() throws {
    guard StudentT.twoSided(level: level, degrees: 1) != nil else {
      throw CommandError(
        "--level: '\(level.shortestText)' is out of range. Give a share between 0 and 1, such as 0.95.",
        .usage)
    }
    guard output != nil || isatty(STDOUT_FILENO) == 0 else {
      throw CommandError(
        "a page is nothing for a terminal. Name a file for it: -o report.html.", .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    let path = try book.path()
    let book = try book.reading()
    let ids = try book.named(sweeps)
    if let twice = ids.indices.first(where: { ids[..<$0].contains(ids[$0]) }) {
      throw CommandError(
        "'\(printable(sweeps[twice]))' is a sweep that was named before. Name every sweep once.",
        .usage)
    }
    // Before anything is compared, which takes long where there are very many.
    for id in ids { try book.checkSettings(ofSweep: id) }
    // Opened before anything is drawn, so that an unwritable place is reported at once.
    let file = try output.flatMap { $0 == "-" ? nil : try AtomicFile(path: $0) }
    if !Gnuplot.isThere {
      StandardError.write(
        "lorabook: there is no gnuplot on the PATH, so the page has no pictures. Install it (Debian: apt install gnuplot-nox) and write the page again.\n"
      )
    }
    let contents = try ReportContents(book: book, path: path, ids: ids, level: level)
    var text = try contents.page().html(version: lorabookVersion)
    try text.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      if let file { try file.write(bytes) } else { try StandardOutput.write(bytes) }
    }
    try file?.finish()
  }
}
