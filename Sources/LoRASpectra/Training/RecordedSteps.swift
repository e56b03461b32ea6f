/// The steps at which a training's curve has a point, always including the first and the last.
package enum RecordedSteps: Hashable, Sendable, CustomStringConvertible {
  /// 0, 1, 2, 3, 4, 6, 8, 12, 16, 24 …: 2ⁿ and 3·2ⁿ.
  case octaves
  /// Every n-th.
  case every(Int)
  /// These, ascending.
  case list([Int])

  /// `octaves`, `every:8` or `0,10,100`.
  package var description: String {
    switch self {
    case .octaves: "octaves"
    case .every(let count): "every:\(count)"
    case .list(let steps): steps.map(String.init).joined(separator: ",")
    }
  }

  /// The recorded steps of a training, ascending.
  ///
  /// - Parameter steps: number of updates, at least 1.
  package func steps(of steps: Int) -> [Int] {
    var chosen: Set<Int> = [0, steps]
    switch self {
    case .octaves:
      var power = 1
      while power <= steps {
        chosen.insert(power)
        // At most 3·2²⁴, as the number of steps is limited.
        chosen.insert(3 * power)
        power *= 2
      }
    case .every(let count): chosen.formUnion(stride(from: 0, through: steps, by: max(1, count)))
    case .list(let list): chosen.formUnion(list)
    }
    return chosen.filter { $0 <= steps }.sorted()
  }

  /// Parses `octaves`, `every:N` or whole numbers.
  ///
  /// - Throws: `SettingError`.
  package init(parsing items: [String]) throws {
    let given = try SettingItems(.record, items)
    if items == ["octaves"] {
      self = .octaves
    } else if items.count == 1, let item = items.first, item.hasPrefix("every:") {
      guard let count = Int(item.dropFirst("every:".count)),
        (1...TrainingSettings.mostSteps).contains(count)
      else {
        throw SettingError(
          .record, item, "has no whole number from 1 to \(TrainingSettings.mostSteps)",
          remedy: "Write every:N, such as every:10")
      }
      self = .every(count)
    } else if items.count == 1, let item = items.first, item.first?.isLetter == true {
      let head = String(item.prefix { $0 != ":" })
      let nearest = nearestName(to: head, among: ["octaves", "every"])
      throw SettingError(
        .record, item, "says no steps",
        remedy: (nearest.map { "Did you mean \($0 == "every" ? "every:N" : $0)? " } ?? "")
          + "Known are octaves, every:N and lists such as 0,10,100")
    } else {
      let steps = try ListText.integers(
        items, field: .record, allowed: 0...TrainingSettings.mostSteps
      ) { "a curve of \($0) points" }
      self = .list(try given.refusingDuplicates(steps) { String(steps[$0]) }.sorted())
    }
  }
}
