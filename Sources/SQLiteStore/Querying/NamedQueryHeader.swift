/// Parses the comments at the head of a query's file.
struct NamedQueryHeader {
  let file: String
  private(set) var summary: [String] = []
  private(set) var parameters: [NamedQuery.Parameter] = []
  private(set) var shown: [String] = []

  private enum Part {
    case summary, parameter, notes
  }
  private var part = Part.summary

  init(file: String) { self.file = file }

  /// - Throws: `NamedQueryError.malformed`.
  mutating func read(_ sql: String) throws {
    var number = 0
    for line in sql.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      let line = line.trimmed
      if line.isEmpty, number > 1 {
        // An empty line ends a paragraph, but not the header.
        if !summary.isEmpty { part = .notes }
        continue
      }
      guard line.hasPrefix("--") else { break }
      try take(line.dropFirst(2), number)
    }
    if summary.isEmpty {
      throw malformed(1, "it does not begin with a comment that says what it answers")
    }
  }

  private mutating func take(_ comment: Substring, _ line: Int) throws {
    let text = comment.trimmed
    if text.hasPrefix(":") {
      if summary.isEmpty {
        throw malformed(line, "a parameter stands before the line that says what the query answers")
      }
      parameters.append(try parameter(text.dropFirst(), line))
      part = .parameter
    } else if text.hasPrefix("shows:"), !summary.isEmpty {
      shown = text.dropFirst("shows:".count).split(separator: ",").map { String($0.trimmed) }
      part = .notes
    } else if text.isEmpty {
      if !summary.isEmpty { part = .notes }
    } else {
      switch part {
      case .summary: summary.append(String(text))
      case .parameter where comment.hasPrefix("   "):
        parameters[parameters.count - 1].meaning += " " + text
      case .parameter, .notes: part = .notes
      }
    }
  }

  /// `name type [= default] what it is`.
  private func parameter(_ text: Substring, _ line: Int) throws -> NamedQuery.Parameter {
    var rest = text
    let name = String(rest.prefix { !$0.isWhitespace })
    guard name.contains(/^[A-Za-z_][A-Za-z0-9_]*$/) else {
      throw malformed(line, "':\(name)' is no parameter's name; write letters, digits and _")
    }
    if parameters.contains(where: { $0.name == name }) {
      throw malformed(line, "':\(name)' is declared twice")
    }
    rest = rest.dropFirst(name.count).trimmed
    let typeName = rest.prefix { !$0.isWhitespace && $0 != "=" }
    guard let type = NamedQuery.ParameterType(rawValue: String(typeName)) else {
      let types = NamedQuery.ParameterType.allCases.map(\.rawValue).joined(separator: ", ")
      throw malformed(line, "':\(name)' has the type '\(typeName)'; the types are \(types)")
    }
    rest = rest.dropFirst(typeName.count).trimmed
    var fallback: NamedQuery.Fallback?
    if rest.hasPrefix("=") {
      rest = rest.dropFirst().trimmed
      fallback = try self.fallback(of: name, type, &rest, line)
      rest = rest.trimmed
    }
    guard !rest.isEmpty else { throw malformed(line, "it does not say what ':\(name)' is") }
    return NamedQuery.Parameter(
      name: name, type: type, fallback: fallback, meaning: String(rest))
  }

  /// A default: one word, or a text in single quotes with every ' in it doubled.
  private func fallback(
    of name: String, _ type: NamedQuery.ParameterType, _ rest: inout Substring, _ line: Int
  ) throws -> NamedQuery.Fallback {
    var text: String
    if rest.hasPrefix("'") {
      text = ""
      rest.removeFirst()
      while true {
        let piece = rest.prefix { $0 != "'" }
        text += piece
        rest.removeFirst(piece.count)
        guard !rest.isEmpty else {
          throw malformed(line, "the default of ':\(name)' has no closing '")
        }
        rest.removeFirst()
        guard rest.hasPrefix("'") else { break }
        text += "'"
        rest.removeFirst()
      }
    } else {
      text = String(rest.prefix { !$0.isWhitespace })
      rest.removeFirst(text.count)
      if text == "null" { return .null }
      guard !text.isEmpty else { throw malformed(line, "':\(name)' has no default after its =") }
    }
    guard type.value(text) != nil else {
      throw malformed(line, "the default of ':\(name)', '\(text)', is no \(type.rawValue)")
    }
    return .text(text)
  }

  private func malformed(_ line: Int, _ reason: String) -> NamedQueryError {
    .malformed(file: file, line: line, reason: reason)
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let start = self.drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return start[...last]
  }
}
