import CPCRE2
import LoRASpectra

/// A regular expression of Python's `re`, compiled, whose matches take a bounded time.
final class Pattern {
  private let text: String
  private let compiled: lorabook_pattern
  private let isAnchored: Bool

  /// Some milliseconds of PCRE2's machine; a name takes a hundred steps.
  static let mostSteps: UInt32 = 200_000

  /// - Parameters:
  ///   - text: what a message quotes.
  ///   - prefix: stands before the pattern, and `suffix` after it, as PCRE2 takes them.
  ///   - isAnchored: whether it matches at the start of a name only (`re.match`), else anywhere (`re.search`).
  /// - Throws: `PatternError`.
  init(
    _ text: String, prefix: String = "", suffix: String = "", isAnchored: Bool
  ) throws(PatternError) {
    let python = try PythonPattern(text, mayHaveFlags: prefix.isEmpty)
    let whole = Array(prefix.utf8) + python.translation + Array(suffix.utf8)
    var position = 0
    var reason = [CChar](repeating: 0, count: 256)
    let compiled = lorabook_pattern_compile(
      whole, whole.count, Pattern.mostSteps, &position, &reason, reason.count)
    guard let compiled else {
      let reason = reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
      throw PatternError(
        text, "is no regular expression: \(String(decoding: reason, as: UTF8.self))",
        remedy: "Write it as Python's re takes it")
    }
    self.text = text
    self.compiled = compiled
    self.isAnchored = isAnchored
  }

  deinit { lorabook_pattern_destroy(compiled) }

  /// Whether it matches a name.
  ///
  /// - Throws: `PatternError` where that takes too long.
  func matches(_ name: String) throws(PatternError) -> Bool {
    var name = name
    let result = name.withUTF8 {
      lorabook_pattern_match(compiled, $0.baseAddress, $0.count, isAnchored ? 1 : 0)
    }
    switch result {
    case LORABOOK_PATTERN_MATCH: return true
    case LORABOOK_PATTERN_NO_MATCH: return false
    default:
      throw PatternError(
        text, "takes more than \(Pattern.mostSteps) steps on \(name.quoted)",
        remedy: "Write it without repetitions of repetitions")
    }
  }
}

/// `rank_pattern` or `alpha_pattern` of a PEFT configuration: the first key in the file's order that matches a
/// module's whole name, or what of it follows a dot, gives its value (peft 0.21.2, `get_pattern_key`).
struct ModulePatterns<Value> {
  private let entries: [(key: String, pattern: Pattern, value: Value)]

  /// - Throws: `PatternError`.
  init(_ entries: [(key: String, value: Value)]) throws(PatternError) {
    var compiled: [(key: String, pattern: Pattern, value: Value)] = []
    for (key, value) in entries {
      let pattern = try Pattern(key, prefix: #"(.*\.)?("#, suffix: ")$", isAnchored: true)
      compiled.append((key, pattern, value))
    }
    self.entries = compiled
  }

  /// The value of a module; nil where no key matches.
  ///
  /// - Throws: `PatternError`.
  func value(of module: String) throws(PatternError) -> Value? {
    for entry in entries where try entry.pattern.matches(module) { return entry.value }
    // PEFT then looks the module itself up, which finds a key that is a name but no pattern of it.
    return entries.first { $0.key.utf8.elementsEqual(module.utf8) }?.value
  }
}

/// Which modules are measured: those whose name `--include` matches anywhere and `--exclude` nowhere.
package struct ModuleFilter {
  private let include: Pattern?
  private let exclude: Pattern?

  /// All modules.
  package static var all: ModuleFilter { ModuleFilter() }

  private init() { (include, exclude) = (nil, nil) }

  /// - Parameters:
  ///   - include: a regular expression of Python's `re`; nil for all.
  ///   - exclude: another; nil for none.
  /// - Throws: `PatternError`.
  package init(include: String?, exclude: String?) throws(PatternError) {
    if let include {
      self.include = try Pattern(include, isAnchored: false)
    } else {
      self.include = nil
    }
    if let exclude {
      self.exclude = try Pattern(exclude, isAnchored: false)
    } else {
      self.exclude = nil
    }
  }

  /// Whether a module is measured.
  ///
  /// - Throws: `PatternError` where a pattern takes too long.
  package func takes(_ module: String) throws(PatternError) -> Bool {
    if let include, try !include.matches(module) { return false }
    if let exclude, try exclude.matches(module) { return false }
    return true
  }
}
