import LoRASpectra

/// CSV and its relatives: RFC 4180 quoting, a header row, LF, numbers as the shortest text that reads back
/// to the same double, nothing for an absent value.
final class DelimitedWriter: RowWriter {
  private let output: OutputBuffer
  private let delimiter: UInt8

  init(_ output: OutputBuffer, delimiter: UInt8) {
    self.output = output
    self.delimiter = delimiter
  }

  func begin(_ columns: [String]) throws {
    for (index, column) in columns.enumerated() {
      if index > 0 { output.append(delimiter) }
      append(column)
    }
    output.append(UInt8(ascii: "\n"))
  }

  func write(_ row: [Value]) throws {
    for (index, value) in row.enumerated() {
      if index > 0 { output.append(delimiter) }
      switch value {
      case .absent: break
      case .integer(let number): output.append(String(number))
      case .real(let number): output.append(number.shortestText)
      case .text(let text): append(text)
      }
    }
    output.append(UInt8(ascii: "\n"))
    try output.flush()
  }

  func end() throws { try output.flush(all: true) }

  private func append(_ text: String) {
    let quote = UInt8(ascii: "\"")
    // Bytes, not characters: CR LF is one character in Swift.
    let needsQuotes = text.utf8.contains {
      $0 == delimiter || $0 == quote || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
    }
    guard needsQuotes else { return output.append(text) }
    output.append(quote)
    for byte in text.utf8 {
      if byte == quote { output.append(quote) }
      output.append(byte)
    }
    output.append(quote)
  }
}
