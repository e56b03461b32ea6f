import LoRASpectra

/// CSV and similar formats: RFC 4180 quoting, a header row, numbers as the shortest text that reads
/// back to the same double, an empty cell for an absent value.
final class DelimitedWriter: PiecewiseRowWriter {
  private let output: OutputBuffer
  private let layout: DelimitedLayout

  init(_ output: OutputBuffer, layout: DelimitedLayout) {
    self.output = output
    self.layout = layout
  }

  func begin(_ columns: [String]) throws {
    // Without the mark Excel takes UTF-8 for the machine's code page.
    if layout.isForSpreadsheets { output.append("\u{feff}") }
    for (index, column) in columns.enumerated() {
      if index > 0 { output.append(layout.delimiter) }
      append(column)
    }
    endLine()
  }

  func write(_ row: [Value]) throws {
    append(row)
    endLine()
    try output.flush()
  }

  func rendered(_ values: [Value]) -> [UInt8] {
    let writer = DelimitedWriter(OutputBuffer { _ in }, layout: layout)
    writer.append(values)
    return writer.output.take()
  }

  func write(
    _ id: Int64, _ first: UnsafeRawBufferPointer, _ number: Int64,
    _ second: UnsafeRawBufferPointer, _ measurements: Measurements
  ) throws {
    output.append { bytes in
      bytes.append(id)
      bytes.append(layout.delimiter)
      bytes.append(first)
      bytes.append(layout.delimiter)
      bytes.append(number)
      bytes.append(layout.delimiter)
      bytes.append(second)
      bytes.append(layout.delimiter)
      for (place, metric) in Metric.Key.columns.enumerated() {
        if place > 0 { bytes.append(layout.delimiter) }
        append(measurements[metric], to: &bytes)
      }
      endLine(of: &bytes)
    }
    try output.flush()
  }

  func end() throws { try output.flush(all: true) }

  private func append(_ row: [Value]) {
    for (index, value) in row.enumerated() {
      if index > 0 { output.append(layout.delimiter) }
      switch value {
      case .absent: break
      case .integer(let number): output.append(String(number))
      case .real(let number): output.append { append(number, to: &$0) }
      case .text(let text): append(text)
      }
    }
  }

  private func endLine() { output.append { endLine(of: &$0) } }

  private func endLine(of bytes: inout OutputBytes) {
    if layout.isForSpreadsheets { bytes.append(UInt8(ascii: "\r")) }
    bytes.append(UInt8(ascii: "\n"))
  }

  private func append(_ number: Double?, to bytes: inout OutputBytes) {
    guard let number else { return }
    guard layout.hasDecimalComma else { return bytes.append(number) }
    for byte in number.shortestText.utf8 {
      bytes.append(byte == UInt8(ascii: ".") ? UInt8(ascii: ",") : byte)
    }
  }

  private func append(_ text: String) {
    let text = layout.isForSpreadsheets ? text.guardedForSpreadsheets : text
    let quote = UInt8(ascii: "\"")
    // Bytes, not characters: CR LF is one character in Swift. A byte-order mark at the start of the
    // file needs quotes to count as text.
    guard text.utf8.contains(where: needsQuotes) || text.unicodeScalars.first == "\u{feff}" else {
      return output.append(text)
    }
    output.append(quote)
    for byte in text.utf8 {
      if byte == quote { output.append(quote) }
      output.append(byte)
    }
    output.append(quote)
  }

  private func needsQuotes(_ byte: UInt8) -> Bool {
    switch byte {
    case layout.delimiter, UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
    // By default Calc splits cells at each of these, and a text must not begin a cell half-way.
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"): layout.isForSpreadsheets
    default: false
    }
  }
}
