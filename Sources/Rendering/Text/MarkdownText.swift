/// A text escaped for markdown: it ends no cell, and begins no HTML, link, picture or code
/// (spec.commonmark.org, backslash escapes).
package func markdownEscaped(_ text: String) -> String {
  var result = ""
  for character in text.unicodeScalars {
    if "\\|<[`".unicodeScalars.contains(character) { result += "\\" }
    result.unicodeScalars.append(character)
  }
  return result
}
