/// A text whose control characters, which could command a terminal, are spelled out, and those that reorder
/// or hide what stands beside them.
package func printable(_ text: String) -> String { printable(text, but: "") }

/// Lines of text as ``printable(_:)`` has them; line feeds and tabs stay.
package func printableLines(_ text: String) -> String { printable(text, but: "\n\t") }

private func printable(_ text: String, but kept: String) -> String {
  if isPlain(text) { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case _ where kept.unicodeScalars.contains(scalar): result.unicodeScalars.append(scalar)
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Whether a text is printable ASCII alone.
package func isPlain(_ text: some StringProtocol) -> Bool {
  text.utf8.allSatisfy { (32..<127).contains($0) }
}
