import LoRASpectra

/// The formats that every command which prints rows can print them in.
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

/// Takes rows in pieces too, of which those that many rows have in common are rendered once.
package protocol PiecewiseRowWriter: RowWriter {
  /// Values that stand one behind the other in a row, as they are written.
  func rendered(_ values: [Value]) -> [UInt8]
  /// Writes a row of an id, pieces and measurements, of which nil is absent.
  func write(
    _ id: Int64, _ first: UnsafeRawBufferPointer, _ number: Int64,
    _ second: UnsafeRawBufferPointer, _ measurements: (Double?, Double?, Double?)
  ) throws
}

/// Where rendered bytes go; throws where they cannot.
package typealias ByteSink = (UnsafeRawBufferPointer) throws -> Void

extension OutputFormat {
  /// A writer of this format.
  ///
  /// - Parameter layout: how a table is laid out; the other formats are the same everywhere.
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
