import ArgumentParser
import LoRASpectra
import Rendering

/// The layout options of CSV for spreadsheets.
struct SpreadsheetOptions: ParsableArguments {
  @Flag(
    help: """
      For spreadsheets: a byte-order mark, CRLF, and an apostrophe before a text that would turn into a \
      formula, a number or a date.
      """)
  var excel = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What stands between cells: a character, or 'tab'. (default: ',', or ';' with --decimal-comma)",
      valueName: "char"))
  var delimiter: String?

  @Flag(help: "Numbers with a decimal comma, as much of Europe writes them.")
  var decimalComma = false

  /// Whether any of them is given.
  var isAsked: Bool { excel || delimiter != nil || decimalComma }

  /// The requested layout; nil if the format alone decides.
  ///
  /// - Throws: `CommandError` for conflicting options.
  func layout(of format: OutputFormat) throws -> DelimitedLayout? {
    let given = [
      excel ? "--excel" : nil, delimiter.map { _ in "--delimiter" },
      decimalComma ? "--decimal-comma" : nil,
    ].compactMap(\.self)
    guard let first = given.first else { return nil }
    guard format == .csv || format == .tsv else {
      throw CommandError(
        "\(first) is for csv and tsv, not for --format \(format.rawValue). Leave one of the two out.",
        .usage)
    }
    let layout = DelimitedLayout(
      delimiter: try byte(of: format), hasDecimalComma: decimalComma, isForSpreadsheets: excel)
    guard !(decimalComma && layout.delimiter == UInt8(ascii: ",")) else {
      throw CommandError(
        "a comma cannot both divide cells and stand in numbers with --decimal-comma. Give another --delimiter, such as ';'.",
        .usage)
    }
    return layout
  }

  private func byte(of format: OutputFormat) throws -> UInt8 {
    let tab = UInt8(ascii: "\t")
    guard let delimiter else {
      return format == .tsv ? tab : UInt8(ascii: decimalComma ? ";" : ",")
    }
    let spelled = ["tab", "\\t"].contains(delimiter) ? "\t" : delimiter
    guard let character = spelled.unicodeScalars.first, spelled.unicodeScalars.count == 1,
      DelimitedLayout.canDelimit(character)
    else {
      throw CommandError(
        "--delimiter '\(printable(delimiter))' cannot divide cells. Give one ASCII character that numbers and quotes do without, such as ';' or tab.",
        .usage)
    }
    guard format == .csv || character == "\t" else {
      throw CommandError(
        "--format tsv has tabs between cells, not '\(printable(delimiter))'. Leave out --format or --delimiter.",
        .usage)
    }
    return UInt8(ascii: character)
  }
}
