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

/// Collects bytes and passes them on in large pieces.
final class OutputBuffer {
  private var bytes: [UInt8] = []
  private let sink: ByteSink

  init(_ sink: @escaping ByteSink) {
    self.sink = sink
    bytes.reserveCapacity(1 << 17)
  }

  func append(_ byte: UInt8) { bytes.append(byte) }

  func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Passes on what is held, if it is worth a call or `all` of it must go.
  func flush(all: Bool = false) throws {
    guard all ? !bytes.isEmpty : bytes.count >= 1 << 16 else { return }
    try bytes.withUnsafeBytes(sink)
    bytes.removeAll(keepingCapacity: true)
  }
}
