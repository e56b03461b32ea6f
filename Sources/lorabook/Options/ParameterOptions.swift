import ArgumentParser
import LoRASpectra

/// Values for the named parameters of a query.
struct ParameterOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A value for a parameter ':key'; may be given again.", valueName: "key=value"))
  var param: [String] = []

  /// The values as texts, by name.
  ///
  /// - Throws: `CommandError` for an argument that is not `key=value`, or a key given twice.
  func texts() throws -> [String: String] {
    var texts: [String: String] = [:]
    for item in param {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let name = parts.first, !name.isEmpty else {
        throw CommandError(
          "--param: '\(item)' is no key=value. Write it as --param rank=8.", .usage)
      }
      let key = String(name.hasPrefix(":") ? name.dropFirst() : name)
      guard texts.updateValue(String(parts[1]), forKey: key) == nil else {
        throw CommandError("--param: '\(key)' is given twice. Give every value once.", .usage)
      }
    }
    return texts
  }

  /// The values by name: as numbers if they parse as numbers, else as texts.
  func untyped() throws -> [String: Value] {
    try texts().mapValues { text in
      if let number = Int64(text), String(number) == text { return .integer(number) }
      if let number = Double.finite(text) { return .real(number) }
      return .text(text)
    }
  }
}
