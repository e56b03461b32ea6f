import LoRASpectra

/// What of a PEFT configuration says how B and A make an update (peft 0.21.2, `LoraConfig`).
struct PEFTConfiguration {
  /// `modules_to_save`: what was trained whole.
  private(set) var wholeModules: [String] = []
  /// Whether `target_parameters` names any: then factors may be those of several experts.
  private(set) var hasTargetParameters = false

  private var rank = 8
  private var alpha = 8.0
  private var rule = ScalingRule.lora
  private var isFanInFanOut = false
  private let ranks: ModulePatterns<Int>
  private let alphas: ModulePatterns<Double>
  private let file: String

  /// Reads the fields of a configuration.
  ///
  /// - Parameters:
  ///   - file: what a message calls it.
  /// - Throws: `WeightFileError`, `PatternError`.
  init(_ fields: JSONValue, file: String) throws {
    func refused(_ key: String, _ value: JSONValue, _ what: String) -> WeightFileError {
      WeightFileError(
        .malformed, file, "has \(value.kind) as '\(key)', which is \(what)",
        remedy: "Save the adapter again with PEFT")
    }
    guard case .object = fields else {
      throw WeightFileError(
        .malformed, file, "is \(fields.kind), no object of settings",
        remedy: "Save the adapter again with PEFT")
    }
    func isOn(_ key: String) throws -> Bool {
      switch fields[key] {
      case nil, .null: return false
      case .boolean(let value): return value
      case .some(let value): throw refused(key, value, "neither true nor false")
      }
    }
    func entries<Value>(
      _ key: String, _ value: (JSONValue) -> Value?
    ) throws -> [(key: String, value: Value)] {
      switch fields[key] {
      case nil, .null: return []
      case .object(let members):
        return try members.map { member in
          guard let value = value(member.value) else {
            throw refused("\(key).\(member.key)", member.value, "no number above 0")
          }
          return (member.key, value)
        }
      case .some(let value): throw refused(key, value, "no object")
      }
    }
    self.file = file
    try PEFTConfiguration.refuseOtherMethods(fields, file, isOn)
    if let value = fields["r"] {
      guard let rank = PEFTConfiguration.rank(value) else {
        throw refused("r", value, "no whole number above 0")
      }
      self.rank = rank
    }
    if let value = fields["lora_alpha"] {
      guard let alpha = PEFTConfiguration.alpha(value) else {
        throw refused("lora_alpha", value, "no finite number")
      }
      self.alpha = alpha
    }
    if try isOn("use_rslora") { rule = .rslora }
    isFanInFanOut = try isOn("fan_in_fan_out")
    ranks = try ModulePatterns(entries("rank_pattern", PEFTConfiguration.rank))
    alphas = try ModulePatterns(entries("alpha_pattern", PEFTConfiguration.alpha))
    if case .array(let names)? = fields["modules_to_save"] {
      wholeModules = names.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }
    if case .array(let names)? = fields["target_parameters"] {
      hasTargetParameters = !names.isEmpty
    }
  }

  /// r, α, the rule and s of a module.
  ///
  /// - Throws: `PatternError`.
  func settings(of module: String) throws -> AdapterSettings {
    let rank = try ranks.value(of: module) ?? self.rank
    let alpha = try alphas.value(of: module) ?? self.alpha
    return AdapterSettings(
      rank: rank, alpha: alpha, rule: rule, scale: rule.scale(alpha: alpha, rank: rank),
      isFanInFanOut: isFanInFanOut)
  }

  private static func rank(_ value: JSONValue) -> Int? {
    if case .whole(let rank) = value, (1...Int(Int32.max)).contains(rank) { rank } else { nil }
  }

  private static func alpha(_ value: JSONValue) -> Double? {
    switch value {
    case .whole(let value): Double(value)
    case .real(let value) where value.isFinite: value
    default: nil
    }
  }

  /// Refuses what makes another update than s·B·A, or starts from another base than the one it is laid over.
  private static func refuseOtherMethods(
    _ fields: JSONValue, _ file: String, _ isOn: (String) throws -> Bool
  ) throws {
    let merge =
      "Merge it with PEFT's merge_and_unload, and measure the result with --base and --tuned"
    func refused(_ problem: String, remedy: String = merge) -> WeightFileError {
      WeightFileError(.unsupported, file, problem, remedy: remedy)
    }
    if let type = fields["peft_type"], type != .string("LORA"), type != .null {
      throw refused("is of the method \(type.kind), not LORA")
    }
    if try isOn("use_dora") {
      throw refused("is DoRA (use_dora): its magnitudes rescale the base too, so ΔW is not s·B·A")
    }
    if case .string(let name)? = fields["init_lora_weights"] {
      let rewriting = [
        "pissa": "PiSSA", "corda": "CorDA", "olora": "OLoRA", "loftq": "LoftQ",
        "lora_ga": "LoRA-GA",
      ]
      if let method = rewriting.first(where: { name.lowercased().hasPrefix($0.key) })?.value {
        throw refused(
          "starts from a base that \(method) rewrote (init_lora_weights \(name.quoted)), so B·A holds part of "
            + "the base itself",
          remedy:
            "Save it with path_initial_model_for_weight_conversion, as PEFT's guide to \(method) has it, or "
            + "measure --base and --tuned")
      }
    }
    let others = [
      "use_qalora": "QALoRA, whose A takes pooled inputs",
      "use_bdlora": "BD-LoRA, whose factors are block-diagonal",
      "kasa_config": "KaSA, which cuts the base and has a third factor",
      "arrow_config": "Arrow, which mixes several adapters by the input",
    ]
    for (key, method) in others.sorted(by: { $0.key < $1.key }) {
      switch fields[key] {
      case nil, .null, .boolean(false): continue
      default: throw refused("is \(method) (\(key)), so ΔW is not s·B·A")
      }
    }
  }
}
