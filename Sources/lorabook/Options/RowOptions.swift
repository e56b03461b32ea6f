import ArgumentParser
import LoRASpectra
import Rendering

extension OutputFormat: ExpressibleByArgument {}

/// A command that prints rows.
protocol RowPrinting {
  var output: RowOptions { get }
  /// The format where neither an option nor the file's ending says one.
  var defaultFormat: OutputFormat { get }
  /// Opens the file of the rows.
  ///
  /// - Throws: as ``RowOptions/open(unless:)``.
  func openOutput() throws
}

extension RowPrinting {
  var defaultFormat: OutputFormat { .table }
  func openOutput() throws { try output.open(unless: defaultFormat) }
}

/// Where the rows of a command go, and how a table or a spreadsheet of them looks.
struct RowPlaceOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "A file, which appears whole or not at all; '-' is standard output.", valueName: "file"),
    completion: .file())
  var file: String?

  @Flag(help: "Print every row and column of a table on a terminal too.")
  var full = false

  @OptionGroup var spreadsheet: SpreadsheetOptions
}

/// How the rows of a command look and where they go: the same options everywhere.
struct RowOptions: ParsableArguments {
  @Option(
    name: .customLong("format"),
    help: "How rows are written. (default: as -o ends, csv for spreadsheets, else table)")
  var asked: OutputFormat?

  @OptionGroup var place: RowPlaceOptions

  var file: String? { place.file }
  var full: Bool { place.full }
  var spreadsheet: SpreadsheetOptions { place.spreadsheet }

  /// The format of the rows.
  var format: OutputFormat { format(unless: .table) }

  /// The format of the rows.
  ///
  /// - Parameter other: the format where neither an option nor the file's ending says one.
  func format(unless other: OutputFormat) -> OutputFormat {
    asked ?? path.flatMap { OutputFormat.ending(of: $0) }.flatMap { OutputFormat(ending: $0) }
      ?? (spreadsheet.isAsked ? .csv : other)
  }

  /// Opens the file and sends standard output there.
  ///
  /// - Parameter other: as for ``format(unless:)``.
  /// - Throws: `CommandError` for an ending that cannot be written and for conflicting options,
  ///   `OutputError` if the file cannot be created.
  func open(unless other: OutputFormat) throws {
    _ = try spreadsheet.layout(of: format(unless: other))
    guard let path else { return }
    // First of all, as a book must not be lost.
    let file = try AtomicFile(path: path)
    if let ending = OutputFormat.ending(of: path), OutputFormat(ending: ending) == nil {
      // A file that is named as another format should hold that format.
      guard asked != nil, !RowOptions.otherFormats.contains(ending) else {
        throw CommandError(
          "'\(printable(path))' ends in '.\(printable(ending))', which is not written here. Let it end in .csv, .tsv, .json, .jsonl, .md or .txt\(RowOptions.otherFormats.contains(ending) ? "; a spreadsheet opens a .csv that was written with --excel" : ", or give --format").",
          .usage)
      }
    }
    StandardOutput.redirect(to: file)
  }

  /// Opens the file of one JSON object in place of rows.
  ///
  /// - Parameter format: the name of its format.
  /// - Throws: as ``open(unless:)``.
  func openObject(as format: String) throws {
    guard !spreadsheet.isAsked else {
      throw CommandError(
        "--excel, --delimiter and --decimal-comma are for csv and tsv, not for --format \(format). Leave them out.",
        .usage)
    }
    guard let path else { return }
    let file = try AtomicFile(path: path)
    if let ending = OutputFormat.ending(of: path), ending != "json" {
      throw CommandError(
        "'\(printable(path))' ends in '.\(printable(ending))', and --format \(format) writes JSON. Let it end in .json.",
        .usage)
    }
    StandardOutput.redirect(to: file)
  }

  /// The file; nil for standard output.
  private var path: String? { file.flatMap { $0 == "-" ? nil : $0 } }

  /// Endings of formats that programs would not read rows of text in.
  private static let otherFormats: Set<String> = [
    "xlsx", "xls", "ods", "parquet", "pdf", "html", "svg", "png", "db", "sqlite",
  ]

}

extension RowOptions {
  /// Options of a command that reads the format itself.
  init(_ format: OutputFormat?, _ place: RowPlaceOptions) {
    self.init()
    asked = format
    self.place = place
  }
}

extension OutputFormat {
  /// The ending of a file's name in lower case; nil if it has none.
  static func ending(of path: String) -> String? {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
    return name[name.index(after: dot)...].lowercased()
  }

  /// The format that a file's ending says.
  init?(ending: String) {
    switch ending {
    case "csv": self = .csv
    case "tsv", "tab": self = .tsv
    case "json": self = .json
    case "jsonl", "ndjson": self = .jsonl
    case "md", "markdown": self = .markdown
    case "txt": self = .table
    default: return nil
    }
  }
}
