import LoRASpectra

/// One JSON array of objects, or one object per line (RFC 8259; jsonlines.org). An absent value is
/// `null`; a number that is not finite, which JSON cannot express, is the text `"nan"`, `"inf"` or
/// `"-inf"`.
final class JSONWriter: RowWriter {
  private let output: OutputBuffer
  private let lines: Bool
  private var keys: [String] = []
  private var isFirst = true

  init(_ output: OutputBuffer, lines: Bool) {
    self.output = output
    self.lines = lines
  }

  func begin(_ columns: [String]) throws {
    keys = columns.map { JSONWriter.quoted($0) + ":" }
    if !lines { output.append("[") }
  }

  func write(_ row: [Value]) throws {
    if !lines { output.append(isFirst ? "\n" : ",\n") }
    isFirst = false
    output.append("{")
    for (index, (key, value)) in zip(keys, row).enumerated() {
      if index > 0 { output.append(",") }
      output.append(key)
      switch value {
      case .absent: output.append("null")
      case .integer(let number): output.append(String(number))
      case .real(let number):
        output.append(number.isFinite ? number.shortestText : "\"\(number.shortestText)\"")
      case .text(let text): output.append(JSONWriter.quoted(text))
      }
    }
    output.append(lines ? "}\n" : "}")
    try output.flush()
  }

  func end() throws {
    if !lines { output.append(isFirst ? "]\n" : "\n]\n") }
    try output.flush(all: true)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isSpelledOut(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Whether a character must be escaped: because JSON requires it, or because it would command a
  /// terminal or reorder its line.
  private static func isSpelledOut(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<32, 0x7f...0x9f, 0x61c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
    default: false
    }
  }
}
