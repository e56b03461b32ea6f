import LoRASpectra

/// The formats of every command that prints rows.
package enum OutputFormat: String, CaseIterable, Sendable {
  case table, csv, tsv, json, jsonl, markdown
}

/// Takes rows one at a time and renders them.
package protocol RowWriter: AnyObject {
  /// Names the columns; called once, before any row.
  func begin(_ columns: [String]) throws
  /// Renders one row, as long as the columns.
  func write(_ row: [Value]) throws
  /// Ends the output; called once.
  func end() throws
}

/// A row writer that also takes rows in pieces; a piece that many rows share is rendered once.
package protocol PiecewiseRowWriter: RowWriter {
  /// Renders adjacent values of a row as they are written.
  func rendered(_ values: [Value]) -> [UInt8]
  /// Writes a row of an id, pieces and measurements; nil is absent.
  func write(
    _ id: Int64, _ first: UnsafeRawBufferPointer, _ number: Int64,
    _ second: UnsafeRawBufferPointer, _ measurements: Measurements
  ) throws
}

/// Receives rendered bytes; throws if it cannot take them.
package typealias ByteSink = (UnsafeRawBufferPointer) throws -> Void

extension OutputFormat {
  /// A writer of this format.
  ///
  /// - Parameter layout: the layout of a table; it has no effect on the other formats.
  package func writer(
    layout: TableLayout = TableLayout(), to sink: @escaping ByteSink
  ) -> any RowWriter {
    let output = OutputBuffer(sink)
    return switch self {
    case .csv: DelimitedWriter(output, layout: DelimitedLayout())
    case .tsv: DelimitedWriter(output, layout: DelimitedLayout(delimiter: UInt8(ascii: "\t")))
    case .json: JSONWriter(output, lines: false)
    case .jsonl: JSONWriter(output, lines: true)
    case .table: TableWriter(output, style: .plain, layout: layout)
    case .markdown: TableWriter(output, style: .markdown)
    }
  }
}
