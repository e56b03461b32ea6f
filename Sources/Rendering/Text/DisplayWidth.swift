import CWideCharacters
import LoRASpectra
import Glibc

/// The width of a text in terminal columns: 2 for a wide character such as 試 or 👍, 0 for a
/// combining one, by the C library's wcwidth(3), which has Unicode's tables.
package func displayWidth(_ text: some StringProtocol) -> Int {
  // Decoding scalars is slow; in ASCII each byte is one scalar and one column.
  if isPlain(text) { return text.utf8.count }
  return inUnicode {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
  }
}

/// A text cut to a width: between two characters, with `…` in place of the rest.
///
/// - Parameter columns: at least 1.
package func cut(_ text: String, to columns: Int) -> String {
  guard displayWidth(text) > columns else { return text }
  var result = ""
  var left = columns - 1
  inUnicode {
    for character in text {
      left -= character.unicodeScalars.reduce(0) { $0 + width(of: $1) }
      if left < 0 { break }
      result.append(character)
    }
  }
  return result + "…"
}

/// A text wrapped at spaces into lines of at most so many columns, with the later ones indented.
///
/// A word that is wider than a line is split at the line's end.
package func folded(_ text: String, to columns: Int, indent: Int = 0) -> [String] {
  let margin = String(repeating: " ", count: indent)
  var lines: [String] = []
  var line = ""
  var used = 0
  func end() {
    lines.append(line)
    line = margin
    used = indent
  }
  for word in text.split(separator: " ", omittingEmptySubsequences: false) {
    let space = line.isEmpty || line == margin && !lines.isEmpty ? 0 : 1
    let width = displayWidth(word)
    if used + space + width <= columns {
      line += (space == 1 ? " " : "") + word
      used += space + width
      continue
    }
    if space == 1 { end() }
    for character in word {
      let width = displayWidth(String(character))
      if used + width > columns, used > indent { end() }
      line.append(character)
      used += width
    }
  }
  end()
  return lines
}

private func width(of scalar: Unicode.Scalar) -> Int {
  // A character that the C library does not know yet counts as one column.
  let width = lorabook_columns(scalar.value)
  return width < 0 ? 1 : Int(width)
}

/// A locale in which wcwidth(3) knows Unicode; the C library has it built in.
private nonisolated(unsafe) let unicodeLocale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

/// Runs a body with a locale in which wcwidth(3) uses Unicode, for this thread alone.
private func inUnicode<Result>(_ body: () -> Result) -> Result {
  guard let unicodeLocale else { return body() }
  let before = uselocale(unicodeLocale)
  defer { uselocale(before) }
  return body()
}
