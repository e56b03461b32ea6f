import LoRASpectra

/// The layout of CSV and similar formats: RFC 4180 with LF, or as a spreadsheet expects it.
package struct DelimitedLayout: Equatable, Sendable {
  /// The delimiter of cells: ASCII, and no character of a number.
  package var delimiter: UInt8
  /// Whether numbers have a decimal comma.
  package var hasDecimalComma: Bool
  /// Whether the file is for a spreadsheet: with a byte-order mark, CRLF, and texts guarded as
  /// texts.
  package var isForSpreadsheets: Bool

  /// Comma-separated by default.
  package init(
    delimiter: UInt8 = UInt8(ascii: ","), hasDecimalComma: Bool = false,
    isForSpreadsheets: Bool = false
  ) {
    self.delimiter = delimiter
    self.hasDecimalComma = hasDecimalComma
    self.isForSpreadsheets = isForSpreadsheets
  }

  /// A writer of this layout.
  package func writer(to sink: @escaping ByteSink) -> any RowWriter {
    DelimitedWriter(OutputBuffer(sink), layout: self)
  }

  /// Whether a character can delimit cells without being taken for a part of one: a printable ASCII
  /// character or a tab, but no quote, and no character of `-1.5e+300`, `nan` or `inf`.
  package static func canDelimit(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "\"", "'", ".", "+", "-", "0"..."9", "A"..."Z", "a"..."z": false
    case "\t", " "..."~": true
    default: false
    }
  }
}
