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
      The page is one HTML file that needs no network: what was found, the rules or the sweeps against each \
      other with their intervals, pictures drawn with gnuplot, tables that sort and copy, how to repeat it, and \
      what was run. Several sweeps are compared with the first of them.

      --open shows it with $BROWSER, else with xdg-open.

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

  @Flag(
    help:
      "Open the page in a browser; without -o it is written into a temporary folder, which is said."
  )
  var open = false

  @Option(parsing: .unconditional, help: "The level of confidence of the intervals.")
  var level: Double = 0.95

  @OptionGroup var modules: ModuleOption
  @OptionGroup var book: BookOptions

  func run() throws {
    guard StudentT.twoSided(level: level, degrees: 1) != nil else {
      throw CommandError(
        "--level: '\(level.shortestText)' is out of range. Give a share between 0 and 1, such as 0.95.",
        .usage)
    }
    guard !open || output != "-" else {
      throw CommandError(
        "--open: a page on standard output cannot be opened. Leave -o out, or name a file.", .usage)
    }
    guard output != nil || open || isatty(STDOUT_FILENO) == 0 else {
      throw CommandError(
        "a page is nothing for a terminal. Name a file for it: -o report.html; or open it: --open.",
        .usage)
    }
    Interruption.watch(mayEndAnywhere: true)
    let path = try book.path()
    let book = try book.reading()
    let ids = try book.namedOnce(sweeps)
    // Before anything is compared, which takes long where there are very many.
    for id in ids { try book.checkSettings(ofSweep: id) }
    let modules = try modules.selection(book, ofSweeps: ids)
    // Opened before anything is drawn, so that an unwritable place is reported at once.
    let place = try output ?? (open ? temporaryPlace() : "-")
    let file = place == "-" ? nil : try AtomicFile(path: place)
    if let output, let ending = OutputFormat.ending(of: output), !["html", "htm"].contains(ending) {
      throw CommandError(
        "'\(printable(output))' ends in '.\(printable(ending))', and a report is a page of HTML. Let it end in .html; a browser prints it as PDF.",
        .usage)
    }
    if !Gnuplot.isThere {
      StandardError.write(
        "lorabook: there is no gnuplot on the PATH, so the page has no pictures. Install it (Debian: apt install gnuplot-nox) and write the page again.\n"
      )
    }
    let contents = try ReportContents(
      book: book, path: path, ids: ids, level: level, modules: modules)
    var text = try contents.page().html(version: lorabookVersion)
    try text.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      if let file { try file.write(bytes) } else { try StandardOutput.write(bytes) }
    }
    try file?.finish()
    if open { show(place) }
  }

  /// A place of its own for a page that is opened and not kept: no file is replaced.
  ///
  /// - Throws: `OutputError`.
  private func temporaryPlace() throws -> String {
    let parent = getenv("TMPDIR").flatMap { String(validatingCString: $0) } ?? "/tmp"
    var template = Array("\(parent)/lorabook-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw OutputError(path: "\(parent)/lorabook-XXXXXX", code: errno, isCreation: true)
    }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      + "/report.html"
  }

  /// Opens the page in a browser, and says where it is unless its user named the place.
  private func show(_ place: String) {
    let whole = realpath(place, nil)
    defer { free(whole) }
    let path = whole.flatMap { String(validatingCString: $0) } ?? place
    let name = printable(path)
    if !Browser.open(path) {
      StandardError.write(
        "lorabook: nothing here opens a page: neither $BROWSER nor xdg-open does. It is in '\(name)'; open it in a browser.\n"
      )
    } else if output == nil {
      StandardError.write("lorabook: the page is in '\(name)'.\n")
    }
  }
}
