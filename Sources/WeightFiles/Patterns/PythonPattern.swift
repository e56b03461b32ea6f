import LoRASpectra

/// A regular expression of Python's `re`, put into the words of PCRE2 where both differ.
///
/// What one of them has and the other has not, or reads otherwise, is refused: PEFT would have refused it, or would
/// have meant something else (docs.python.org/3/library/re.html; pcre2pattern(3)).
struct PythonPattern {
  /// The same for PCRE2.
  private(set) var translation: [UInt8] = []

  private let pattern: [UInt8]
  private var at = 0

  /// - Throws: `PatternError`.
  init(_ text: String, mayHaveFlags: Bool) throws(PatternError) {
    pattern = Array(text.utf8)
    guard pattern.count <= PythonPattern.longest else {
      throw PatternError(
        text, "is \(pattern.count) bytes long", remedy: "Keep it to \(PythonPattern.longest)")
    }
    do {
      while at < pattern.count { try translateNext(mayHaveFlags: mayHaveFlags) }
    } catch {
      throw PatternError(text, error.text, remedy: "Write it as Python's re takes it")
    }
  }

  static let longest = 4096

  private func isNext(_ text: StaticString, from offset: Int = 0) -> Bool {
    let count = text.utf8CodeUnitCount
    guard at + offset + count <= pattern.count else { return false }
    return (0..<count).allSatisfy { pattern[at + offset + $0] == text.utf8Start[$0] }
  }

  private mutating func take(_ count: Int) {
    let end = min(at + count, pattern.count)
    translation.append(contentsOf: pattern[at..<end])
    at = end
  }

  private mutating func translateNext(mayHaveFlags: Bool) throws(LeftOutReason) {
    switch pattern[at] {
    case UInt8(ascii: "\\"): try translateEscape(inClass: false)
    case UInt8(ascii: "["): try translateClass()
    case UInt8(ascii: "("): try checkGroup(mayHaveFlags: mayHaveFlags)
    case UInt8(ascii: "{"):
      // To PCRE2 10.42 `{,3}` is a text, to Python it is `{0,3}`.
      if isNext(",", from: 1), let end = pattern[(at + 2)...].firstIndex(of: UInt8(ascii: "}")),
        pattern[(at + 2)..<end].allSatisfy({ (48...57).contains($0) })
      {
        guard end > at + 2 else {
          throw LeftOutReason("has '{,}', which both engines read otherwise")
        }
        translation.append(contentsOf: "{0".utf8)
        at += 1
      }
      take(1)
    default: take(1)
    }
  }

  private mutating func translateEscape(inClass: Bool) throws(LeftOutReason) {
    guard at + 1 < pattern.count else { throw LeftOutReason("ends with a backslash") }
    let letter = pattern[at + 1]
    switch letter {
    case UInt8(ascii: "v"):
      // A vertical tab to Python, any vertical space to PCRE2.
      translation.append(contentsOf: "\\x0b".utf8)
      at += 2
    case UInt8(ascii: "Z") where !inClass:
      translation.append(contentsOf: "\\z".utf8)
      at += 2
    case UInt8(ascii: "x"): try translateCode(digits: 2)
    case UInt8(ascii: "u"): try translateCode(digits: 4)
    case UInt8(ascii: "U"): try translateCode(digits: 8)
    case 48...57:
      let digits = pattern[(at + 1)...].prefix { (48...57).contains($0) }
      guard digits.count == 1, !inClass || letter == 48 else {
        throw LeftOutReason("has a number after a backslash that the engines read otherwise")
      }
      take(2)
    default:
      let isLetter = (65...90).contains(letter) || (97...122).contains(letter)
      let known: StaticString = inClass ? "abdDsSwWfnrt" : "abBdDsSwWAfnrt"
      let isKnown = (0..<known.utf8CodeUnitCount).contains { known.utf8Start[$0] == letter }
      guard !isLetter || isKnown else {
        throw LeftOutReason(
          "has '\\\(Character(Unicode.Scalar(letter)))', which Python's re does not have")
      }
      take(2)
    }
  }

  /// `\x41`, `A` as `\x{41}`.
  private mutating func translateCode(digits: Int) throws(LeftOutReason) {
    let code = pattern[(at + 2)...].prefix(digits)
    guard code.count == digits,
      let value = UInt32(String(decoding: code, as: UTF8.self), radix: 16), code.first != 0x2b,
      code.first != 0x2d, Unicode.Scalar(value) != nil
    else { throw LeftOutReason("has a code after a backslash that is no character") }
    translation.append(contentsOf: "\\x{\(String(value, radix: 16))}".utf8)
    at += 2 + digits
  }

  private mutating func translateClass() throws(LeftOutReason) {
    take(isNext("[^") ? 2 : 1)
    // The first bracket closes nothing.
    if isNext("]") { take(1) }
    while at < pattern.count, pattern[at] != UInt8(ascii: "]") {
      if isNext("[:") || isNext("[.") || isNext("[=") {
        throw LeftOutReason("has '[' within '[…]', which the engines read otherwise: write '\\['")
      }
      if isNext("\\") { try translateEscape(inClass: true) } else { take(1) }
    }
    guard at < pattern.count else { throw LeftOutReason("has a '[' that is not closed") }
    take(1)
  }

  private mutating func checkGroup(mayHaveFlags: Bool) throws(LeftOutReason) {
    if isNext("(*") { throw LeftOutReason("has '(*', in which nothing is repeated") }
    guard isNext("(?") else { return take(1) }
    let plain: [StaticString] = ["(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?P<", "(?P="]
    for start in plain where isNext(start) { return take(start.utf8CodeUnitCount) }
    if isNext("(?#") {
      guard let end = pattern[at...].firstIndex(of: UInt8(ascii: ")")) else {
        throw LeftOutReason("has a comment that is not closed")
      }
      return at = end + 1
    }
    let flags = pattern[(at + 2)...].prefix { $0 != UInt8(ascii: ")") && $0 != UInt8(ascii: ":") }
    let isKnown = !flags.isEmpty && flags.allSatisfy { "imsx-".utf8.contains($0) }
    let end = at + 2 + flags.count
    guard isKnown, end < pattern.count else {
      let start = String(decoding: pattern[at...].prefix(4), as: UTF8.self)
      throw LeftOutReason("has \(start.quoted), a group that is not taken here")
    }
    if pattern[end] == UInt8(ascii: ")") {
      guard mayHaveFlags, at == 0, !flags.contains(UInt8(ascii: "-")) else {
        throw LeftOutReason("has flags for all of it elsewhere than at its start")
      }
    }
    take(flags.count + 3)
  }
}

/// A regular expression that is refused.
package struct PatternError: Error, Equatable, CustomStringConvertible {
  /// As it was given.
  package var pattern: String
  /// What is wrong with it; reads on from the quoted pattern.
  package var problem: String
  /// What to do; one sentence without its full stop.
  package var remedy: String

  init(_ pattern: String, _ problem: String, remedy: String) {
    self.pattern = pattern
    self.problem = problem
    self.remedy = remedy
  }

  package var description: String { "The pattern \(pattern.quoted) \(problem). \(remedy)." }
}
