/// Advice as the arguments of PEFT's `LoraConfig`: `LoraConfig(**json.load(file))` gives each
/// advised module its rank and scale, and adapts no other module.
///
/// PEFT matches a key as `(.*\.)?(KEY)$`: with `^` and escaped dots it matches one module alone. A
/// name in `target_modules` also matches every module whose name ends with a dot and that name;
/// known modules of that kind are excluded.
package struct LoraConfiguration: Equatable, Sendable {
  /// The most common r; other ranks are in the patterns.
  package let rank: Int
  /// The most common α; others are in the patterns.
  package let alpha: Double
  /// Whether s = α/√r.
  package let usesRSLora: Bool
  /// Whether the layers store their weights transposed (GPT-2's `Conv1D`): PEFT warns if this is
  /// not set.
  package let isFanInFanOut: Bool
  /// The full names of all modules with a rank.
  package let targetModules: [String]
  /// Known modules that a target's name would match too.
  package let excludedModules: [String]
  /// Patterns of the modules with another r.
  package let rankPattern: [(key: String, rank: Int)]
  /// Patterns of the modules with another α.
  package let alphaPattern: [(key: String, alpha: Double)]

  /// - Parameters:
  ///   - others: further known modules of the model.
  /// - Throws: `AdviceError` if a module's name is invalid for PEFT, or no module has a rank.
  package init(
    _ advice: Advice, isFanInFanOut: Bool = false, others: [String] = []
  ) throws(AdviceError) {
    let chosen = advice.choices.filter { $0.rank > 0 }
    if let slice = chosen.first(where: { $0.name.hasSuffix("]") }) {
      throw AdviceError(
        value: slice.name, problem: "is a slice of a parameter, which no target module names",
        remedy: "Exclude it, as with --exclude '\\]$'")
    }
    func mostFrequent<Value: Hashable>(_ values: [Value]) -> Value? {
      var counts: [Value: Int] = [:]
      for value in values { counts[value, default: 0] += 1 }
      let most = counts.values.max()
      return values.first { counts[$0] == most }
    }
    guard let rank = mostFrequent(chosen.map(\.rank)), let alpha = mostFrequent(chosen.map(\.alpha))
    else {
      throw AdviceError(
        value: "0", problem: "modules are advised", remedy: "Give a higher --least or budget")
    }
    self.rank = rank
    self.alpha = alpha
    self.isFanInFanOut = isFanInFanOut
    usesRSLora = advice.rule == .rslora
    targetModules = chosen.map(\.name)
    rankPattern = chosen.filter { $0.rank != rank }.map { (Self.key($0.name), $0.rank) }
    alphaPattern = chosen.filter { $0.alpha != alpha }.map { (Self.key($0.name), $0.alpha) }
    let targets = Set(targetModules.map(ExactText.init))
    excludedModules = (advice.choices.filter { $0.rank == 0 }.map(\.name) + others).filter { name in
      // Every part of the name after a dot is an ending.
      !targets.contains(ExactText(name))
        && name.indices.contains {
          name[$0] == "." && targets.contains(ExactText(String(name[name.index(after: $0)...])))
        }
    }
  }

  /// `^model\.layers\.0\.q_proj`.
  private static func key(_ name: String) -> String {
    name.reduce(into: "^") { key, character in
      if #".\+*?()[]{}|^$#&-~ "#.contains(character) { key.append("\\") }
      key.append(character)
    }
  }

  /// The JSON text, with a final line feed.
  package var json: String {
    func list(_ names: [String]) -> String {
      "[" + names.map { "\n    " + quoted($0) }.joined(separator: ",")
        + (names.isEmpty ? "]" : "\n  ]")
    }
    func object(_ entries: [(String, String)]) -> String {
      "{" + entries.map { "\n    \(quoted($0)): \($1)" }.joined(separator: ",")
        + (entries.isEmpty ? "}" : "\n  }")
    }
    var fields = [
      ("r", "\(rank)"), ("lora_alpha", alpha.shortestText), ("use_rslora", "\(usesRSLora)"),
      ("target_modules", list(targetModules)),
      ("rank_pattern", object(rankPattern.map { ($0.key, "\($0.rank)") })),
      ("alpha_pattern", object(alphaPattern.map { ($0.key, $0.alpha.shortestText) })),
    ]
    if isFanInFanOut { fields.append(("fan_in_fan_out", "true")) }
    if !excludedModules.isEmpty { fields.append(("exclude_modules", list(excludedModules))) }
    return "{\n" + fields.map { "  \"\($0)\": \($1)" }.joined(separator: ",\n") + "\n}\n"
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 32 || scalar.value == 127:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  package static func == (a: LoraConfiguration, b: LoraConfiguration) -> Bool { a.json == b.json }
}
