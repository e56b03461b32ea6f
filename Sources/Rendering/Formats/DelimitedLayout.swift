import LoRASpectra

/// How CSV and its relatives are laid out: as RFC 4180 says with LF, or as a spreadsheet wants it.
package struct DelimitedLayout: Equatable, Sendable {
  /// What stands between two cells: ASCII, and nothing that a number is spelled with.
  package var delimiter: UInt8
  /// Whether a number has a comma for its point.
  package var hasDecimalComma: Bool
  /// Whether a spreadsheet is to open it: a byte-order mark, CRLF, and texts that stay texts.
  package var isForSpreadsheets: Bool

  /// Comma-separated, unless told otherwise.
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

  /// Whether a character can stand between cells and never be taken for a part of one: a printable ASCII
  /// character or a tab, but no quote, and nothing of `-1.5e+300`, `nan` or `inf`.
  package static func canDelimit(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "\"", "'", ".", "+", "-", "0"..."9", "A"..."Z", "a"..."z": false
    case "\t", " "..."~": true
    default: false
    }
  }
}
