import Glibc

/// How the factor s of the rank-r product B·A is computed from α and r.
package enum ScalingRule: Hashable, Sendable, CustomStringConvertible {
  /// s = α/r (Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", §4.1).
  case lora
  /// s = α/√r (Kalajdzievski 2023, "A Rank Stabilization Scaling Factor for Fine-Tuning with LoRA").
  case rslora
  /// s = 1: the best rank-r approximation, the floor for any rule.
  case unit
  /// s = α/r^P for any finite P; `power(1)` differs from `lora` in its name alone.
  case power(Double)

  /// The names of the rules, in the order a message lists them.
  package static let names = ["lora", "rslora", "unit", "power:P"]

  /// s for a rank r ≥ 1.
  package func scale(alpha: Double, rank: Int) -> Double {
    switch self {
    case .lora: alpha / Double(rank)
    case .rslora: alpha / Double(rank).squareRoot()
    case .unit: 1
    case .power(let exponent): alpha / pow(Double(rank), exponent)
    }
  }

  /// The canonical name: `lora`, `rslora`, `unit`, `power:0.75`.
  package var description: String {
    switch self {
    case .lora: "lora"
    case .rslora: "rslora"
    case .unit: "unit"
    case .power(let exponent): "power:\(exponent.shortestText)"
    }
  }

  /// Parses a rule's name.
  ///
  /// - Throws: `SettingError` for an unknown name, with the nearest known one.
  package init(parsing text: String) throws {
    switch text {
    case "lora": self = .lora
    case "rslora": self = .rslora
    case "unit": self = .unit
    case _ where text.hasPrefix("power:"):
      guard let exponent = Double.finite(text.dropFirst("power:".count)) else {
        throw SettingError(
          .rules, text, "has no finite exponent", remedy: "Write power:P, such as power:0.75")
      }
      self = .power(exponent)
    default:
      let head = text.prefix { $0 != ":" }
      let nearest = nearestName(
        to: String(head), among: ScalingRule.names.map { String($0.prefix { $0 != ":" }) })
      let known = ScalingRule.names.joined(separator: ", ")
      throw SettingError(
        .rules, text, "is no scaling rule",
        remedy: nearest.map { "Did you mean \($0 == "power" ? "power:P" : $0)? Known are \(known)" }
          ?? "Known are \(known)")
    }
  }
}
