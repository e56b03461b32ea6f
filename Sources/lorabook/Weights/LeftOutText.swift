import LoRASpectra
import Rendering

/// What is left out of a measurement, in words: one line a reason.
enum LeftOutText {
  /// Number of names that a line holds.
  private static let mostNames = 8

  /// `left out: a, b (2) is an integer type (I64)`: the reasons in the order of their first module.
  ///
  /// - Parameter isWhole: whether every name is given.
  static func lines(_ leftOut: [LeftOut], isWhole: Bool = false) -> [String] {
    var order: [ExactText] = []
    var names: [ExactText: [String]] = [:]
    for module in leftOut {
      let reason = ExactText(module.reason)
      if names[reason] == nil { order.append(reason) }
      names[reason, default: []].append(module.name)
    }
    return order.map { reason in
      let all = names[reason] ?? []
      let shown = isWhole ? all[...] : all.prefix(mostNames)
      let more = all.count > shown.count ? ", … and \(all.count - shown.count) more" : ""
      return
        "left out, as each \(printable(reason.text)): \(shown.map(printable).joined(separator: ", "))\(more)"
    }
  }
}
