/// Escapes control characters, which could command a terminal, and characters that reorder or hide
/// their neighbours.
package func printable(_ text: String) -> String { printable(text, but: "") }

/// Escapes lines of text like ``printable(_:)``, but keeps line feeds and tabs.
package func printableLines(_ text: String) -> String { printable(text, but: "\n\t") }

private func printable(_ text: String, but kept: String) -> String {
  if isPlain(text) { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case _ where kept.unicodeScalars.contains(scalar): result.unicodeScalars.append(scalar)
    case .control where spelled[scalar] != nil: result += spelled[scalar] ?? ""
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// The control characters that people know by another spelling.
private let spelled: [Unicode.Scalar: String] = ["\n": "\\n", "\t": "\\t", "\r": "\\r"]

/// Whether a text consists of printable ASCII alone.
package func isPlain(_ text: some StringProtocol) -> Bool {
  text.utf8.allSatisfy { (32..<127).contains($0) }
}
