/// What the name of a tensor in an adapter's file says: whose it is, and which part.
struct AdapterKey: Equatable {
  /// Which part of the module's adapter a tensor is.
  enum Part: Equatable {
    /// B, d×r.
    case left
    /// A, r×k.
    case right
    /// α, one number.
    case alpha
    /// DoRA's magnitudes.
    case magnitude
    /// Another, with the reason why it is not measured.
    case other(reason: String)
  }

  /// The module's name.
  var module: String
  var part: Part

  /// - Returns: nil where a name is of no adapter: of a weight that is saved whole.
  init?(_ name: String) {
    let name =
      name.hasPrefix(AdapterKey.peftPrefix)
      ? String(name.dropFirst(AdapterKey.peftPrefix.count)) : name
    let words = name.split(separator: ".", omittingEmptySubsequences: false)
    // The last word that says what it is: after it come the adapter's own name and `weight`.
    for index in words.indices.reversed().prefix(4) {
      guard
        let (part, count, ending) = AdapterKey.part(words[...index], rest: words[(index + 1)...])
      else { continue }
      let kept = words[..<(index + 1 - count)]
      guard !kept.isEmpty || !ending.isEmpty else { return nil }
      module = kept.joined(separator: ".") + ending
      self.part = part
      return
    }
    return nil
  }

  /// What PEFT puts before the name of each module.
  static let peftPrefix = "base_model.model."

  /// The part that the last of some words names.
  ///
  /// - Returns: with how many of them it takes, and what of the last is the module's.
  private static func part(
    _ words: ArraySlice<Substring>, rest: ArraySlice<Substring>
  ) -> (Part, count: Int, ending: String)? {
    guard let last = words.last else { return nil }
    let isBias = rest.last == "bias"
    let bias = Part.other(reason: "is a bias, which has no spectrum")
    switch last {
    // PEFT, and diffusers today.
    case "lora_A", "lora_embedding_A": return (isBias ? bias : .right, 1, "")
    case "lora_B", "lora_embedding_B": return (isBias ? bias : .left, 1, "")
    case "lora_magnitude_vector": return (.magnitude, 1, "")
    // kohya, LyCORIS.
    case "lora_down" where !isBias: return (.right, 1, "")
    case "lora_up" where !isBias: return (.left, 1, "")
    case "lora_mid":
      return (.other(reason: "has a third factor (lora_mid), so ΔW is not s·B·A"), 1, "")
    case "alpha" where rest.isEmpty: return (.alpha, 1, "")
    case "dora_scale" where rest.isEmpty: return (.magnitude, 1, "")
    case "diff", "diff_b": return (.other(reason: "is a whole difference, no factors"), 1, "")
    case _ where last.hasPrefix("hada_"):
      return (.other(reason: "is of LoHa, a product of other factors"), 1, "")
    case _ where last.hasPrefix("lokr_"):
      return (.other(reason: "is of LoKr, a Kronecker product"), 1, "")
    // diffusers until 0.22: `attn1.processor.to_q_lora.down.weight`, `q_proj.lora_linear_layer.up.weight`.
    case "down" where !isBias, "up" where !isBias:
      let part = last == "down" ? Part.right : .left
      guard let owner = words.dropLast().last else { return nil }
      if owner == "lora" || owner == "lora_linear_layer" { return (part, 2, "") }
      guard owner.hasSuffix("_lora") else { return nil }
      let projection = owner == "to_out_lora" ? "to_out.0" : String(owner.dropLast("_lora".count))
      let isProcessor = words.dropLast(2).last == "processor"
      let isAlone = words.count == (isProcessor ? 3 : 2)
      return (part, isProcessor ? 3 : 2, (isAlone ? "" : ".") + projection)
    default: return nil
    }
  }
}
