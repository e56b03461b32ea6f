/// A Swift file split into code and string literals.
struct SwiftSource {
  /// The code without comments, with string literals as `""` and line ends kept.
  private(set) var code = ""
  /// The texts of the string literals, with their escapes; interpolated expressions count as code.
  private(set) var literals: [String] = []

  private let characters: [Character]
  private var at = 0

  init(_ text: String) {
    characters = Array(text)
    readCode(untilParenthesis: false)
  }

  private func isNext(_ text: String) -> Bool {
    let end = at + text.count
    return end <= characters.count && characters[at..<end].elementsEqual(text)
  }

  private mutating func readCode(untilParenthesis: Bool) {
    var depth = 0
    while at < characters.count {
      if isNext("//") {
        while at < characters.count, !characters[at].isNewline { at += 1 }
      } else if isNext("/*") {
        skipBlockComment()
      } else if let hashes = literalStart() {
        readLiteral(hashes: hashes)
      } else {
        let character = characters[at]
        if character == "(" { depth += 1 }
        if character == ")" {
          if untilParenthesis, depth == 0 { return }
          depth -= 1
        }
        code.append(character)
        at += 1
      }
    }
  }

  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if isNext("/*") {
        depth += 1
        at += 2
      } else if isNext("*/") {
        depth -= 1
        at += 2
      } else {
        if characters[at].isNewline { code.append("\n") }
        at += 1
      }
    } while depth > 0 && at < characters.count
  }

  /// Number of `#` before the literal that starts here; nil if none starts here.
  private func literalStart() -> Int? {
    var end = at
    while end < characters.count, characters[end] == "#" { end += 1 }
    return end < characters.count && characters[end] == "\"" ? end - at : nil
  }

  private mutating func readLiteral(hashes: Int) {
    at += hashes
    let quotes = isNext("\"\"\"") ? "\"\"\"" : "\""
    let end = quotes + String(repeating: "#", count: hashes)
    let escape = "\\" + String(repeating: "#", count: hashes)
    at += quotes.count
    var literal = ""
    while at < characters.count, !isNext(end) {
      if isNext(escape + "(") {
        at += escape.count + 1
        code.append(" ")
        readCode(untilParenthesis: true)
        at += 1
        literal.append("…")
      } else if isNext(escape) {
        literal.append(contentsOf: characters[at..<min(at + escape.count + 1, characters.count)])
        at += escape.count + 1
      } else {
        literal.append(characters[at])
        at += 1
      }
    }
    at += end.count
    code.append("\"\"")
    literals.append(literal)
  }
}
