/// Reads the literal of Python that stands in the header of an `.npy` file, and no more of Python than that.
struct PythonLiteral {
  enum Value: Equatable {
    case text(String)
    case boolean(Bool)
    case tuple([Int])
    /// Something else, such as the list of a record's fields.
    case other
  }

  private let text: [UInt8]
  private var at = 0

  init(_ text: String) { self.text = Array(text.utf8) }

  /// The whole text as a dictionary, in its order; nil where it is none, or where a key is there twice.
  mutating func dictionary() -> [(key: String, value: Value)]? {
    var fields: [(key: String, value: Value)] = []
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = quoted(), !fields.contains(where: { $0.key == key }), take(":"),
        let value = value()
      else { return nil }
      fields.append((key, value))
      if !take(",") {
        guard take("}") else { return nil }
        break
      }
    }
    skipSpace()
    return at == text.count ? fields : nil
  }

  private mutating func value() -> Value? {
    skipSpace()
    guard at < text.count else { return nil }
    switch text[at] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return quoted().map(Value.text)
    case UInt8(ascii: "T"): return takeWord("True") ? .boolean(true) : nil
    case UInt8(ascii: "F"): return takeWord("False") ? .boolean(false) : nil
    case UInt8(ascii: "("): return tuple()
    case UInt8(ascii: "["): return list()
    default: return nil
    }
  }

  private mutating func tuple() -> Value? {
    guard take("(") else { return nil }
    var numbers: [Int] = []
    while !take(")") {
      guard let number = number() else { return nil }
      numbers.append(number)
      if !take(",") {
        // One number in parentheses is a number.
        guard take(")"), numbers.count > 1 else { return nil }
        break
      }
    }
    return .tuple(numbers)
  }

  /// Passes over the list of a record's fields.
  private mutating func list() -> Value? {
    var depth = 0
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "'"):
        guard quoted() != nil else { return nil }
        continue
      default: break
      }
      at += 1
      if depth == 0 { return .other }
    }
    return nil
  }

  private mutating func number() -> Int? {
    skipSpace()
    let digits = text[at...].prefix { (48...57).contains($0) }
    at += digits.count
    // numpy before Python 3 wrote 3L.
    if at < text.count, text[at] == UInt8(ascii: "L"), !digits.isEmpty { at += 1 }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private mutating func quoted() -> String? {
    skipSpace()
    guard at < text.count, text[at] == UInt8(ascii: "'") || text[at] == UInt8(ascii: "\"") else {
      return nil
    }
    let quote = text[at]
    guard let end = text[(at + 1)...].firstIndex(of: quote) else { return nil }
    let content = text[(at + 1)..<end]
    at = end + 1
    return content.contains(UInt8(ascii: "\\")) ? nil : String(decoding: content, as: UTF8.self)
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard text[at...].starts(with: word.utf8) else { return false }
    at += word.utf8.count
    return true
  }

  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard at < text.count, text[at] == character.asciiValue else { return false }
    at += 1
    return true
  }

  private mutating func skipSpace() {
    while at < text.count, text[at] == 32 || (9...13).contains(text[at]) { at += 1 }
  }
}
