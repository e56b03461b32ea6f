/// Whether the profiles of one (seed, shape, noise level) draw from its random stream one after
/// another, in the order given, or each from the stream's start.
package enum StreamMode: String, NamedSetting {
  case chained
  case independent

  /// The name of its kind in messages.
  package static let kind = "stream mode"
}

/// A grid of settings as requested: seeds × shapes × noise levels × profiles × ranks × alphas ×
/// rules.
package struct SweepSpec: Equatable, Sendable {
  /// The fields of a spec.
  package typealias Field = SpecField

  /// The fields of a sweep, in their own order.
  package static let fields: [Field] = [
    .name, .seeds, .shapes, .profiles, .ranks, .alphas, .rules, .noise, .stream, .tag, .note,
  ]

  /// The sweep's name.
  package var name: String
  /// Seeds of NumPy's `RandomState`, 0 … 2³²−1.
  package var seeds: [UInt32]
  /// Shapes d×k of the updates.
  package var shapes: [Shape]
  /// Singular values before noise.
  package var profiles: [Profile]
  /// Ranks r, from 1.
  package var ranks: [Int]
  /// Values of α, above 0.
  package var alphas: [Double]
  /// How s is computed from α and r.
  package var rules: [ScalingRule]
  /// Noise levels: the standard deviation of the Gaussian added to every entry of an update.
  package var noise: [Double]
  /// How profiles share a random stream.
  package var stream: StreamMode
  /// Words to find the sweep by.
  package var tags: [String]
  /// Free text to keep with the sweep.
  package var note: String

  /// The article's experiment: `lorabook sweep` without options runs it.
  package static let article = SweepSpec(
    name: "article", seeds: [42], shapes: [Shape(d: 64, k: 64)],
    profiles: [
      Profile(label: "style", prescription: .linear(first: 5, last: 0.5, count: 4)),
      Profile(label: "facts", prescription: .linear(first: 3, last: 0.5, count: nil)),
    ],
    ranks: [2, 4, 8, 16, 32, 48], alphas: [16], rules: [.lora, .rslora], noise: [0.01],
    stream: .chained, tags: [], note: "")

  /// The specs with a name.
  package static let builtIn = [article]

  /// Sets one field from the items of its list.
  ///
  /// - Parameter readingFile: returns the text of the file at a path, for `file:PATH` profiles.
  /// - Throws: `SettingError` for an item that is invalid for the field, and for a repeated value.
  package mutating func set(
    _ field: Field, to items: [String], readingFile: (String) throws -> String
  ) throws {
    let given: SettingItems
    switch field {
    case .tag:
      let words = items.filter { !$0.isEmpty }
      tags =
        words.isEmpty
        ? []
        : try SettingItems(field, words).refusingDuplicates(words.map(ExactText.init)) { words[$0] }
          .map(\.text)
      return
    case .note where items == [""]:
      note = ""
      return
    default: given = try SettingItems(field, items)
    }
    switch field {
    case .name: name = try given.single()
    case .note: note = try given.single()
    case .stream: stream = try given.name(try given.single())
    case .seeds:
      let numbers = try ListText.integers(items, field: field, allowed: 0...Int(UInt32.max)) {
        costText(runs: Double($0) * runsPerSeed)
      }
      seeds = try given.refusingDuplicates(numbers.map { UInt32($0) }) { String(numbers[$0]) }
    case .ranks:
      let numbers = try ListText.integers(items, field: field, allowed: 1...Shape.longestSide) {
        costText(runs: Double($0) * Double(seeds.count))
      }
      ranks = try given.refusingDuplicates(numbers) { String(numbers[$0]) }
    case .shapes:
      let values = try items.map { try Shape(parsing: $0) }
      shapes = try given.refusingDuplicates(values) { items[$0] }
    case .profiles:
      let values = try items.map { try Profile(parsing: $0, readingFile: readingFile) }
      profiles = try given.refusingDuplicates(values) { items[$0] }
    case .rules:
      let values = try items.map(ScalingRule.init(parsing:))
      rules = try given.refusingDuplicates(values) { items[$0] }
    case .alphas:
      alphas = try decimals(given, such: "16 or 0.5") { $0 > 0 ? nil : "is not above 0" }
    case .noise:
      noise = try decimals(given, such: "0 or 0.01") {
        $0 < 0
          ? "is below 0"
          : $0 > Profile.largestValue ? "is above \(Profile.largestValue.shortestText)" : nil
      }
    default:
      throw SettingError(
        field, items.joined(separator: ","), "is a setting of a training",
        remedy: "Leave \(field.rawValue) out of a sweep")
    }
  }

  /// Parses finite numbers and ranges of whole ones such as `1-4`.
  ///
  /// - Parameters:
  ///   - given: the items as given.
  ///   - examples: valid numbers, for a message.
  ///   - problem: what is wrong with a finite number, or nil.
  private func decimals(
    _ given: SettingItems, such examples: String, problem: (Double) -> String?
  ) throws -> [Double] {
    let numbers = try given.items.flatMap { item -> [Double] in
      guard item.wholeMatch(of: #/\d+-\d+(:\d+)?/#) != nil else {
        return [try given.decimal(item, such: examples, problem: problem)]
      }
      return try ListText.integers([item], field: given.field, allowed: 0...1_000_000) {
        costText(runs: Double($0) * Double(seeds.count))
      }.map { number in
        if let problem = problem(Double(number)) {
          throw SettingError(
            given.field, item, problem, remedy: "Give numbers such as \(examples)")
        }
        return Double(number)
      }
    }
    return try given.refusingDuplicates(numbers) { numbers[$0].shortestText }
  }

  /// The field's values as texts, in the canonical spelling that ``set(_:to:readingFile:)`` parses.
  package func items(of field: Field) -> [String] {
    switch field {
    case .name: [name]
    case .seeds: ListText.items(ListText.text(seeds.map { Int($0) }))
    case .shapes: shapes.map(\.description)
    case .profiles: profiles.map(\.label)
    case .ranks: ListText.items(ListText.text(ranks))
    case .alphas: alphas.map(\.shortestText)
    case .rules: rules.map(\.description)
    case .noise: noise.map(\.shortestText)
    case .stream: [stream.rawValue]
    case .tag: tags
    case .note: [note]
    default: []
    }
  }

  /// The fields that decide what is computed; the others only describe the sweep.
  package static let gridFields: [Field] = [
    .seeds, .shapes, .noise, .profiles, .ranks, .alphas, .rules, .stream,
  ]

  private var runsPerSeed: Double {
    [shapes.count, noise.count, profiles.count, ranks.count, alphas.count, rules.count]
      .reduce(1) { $0 * Double($1) }
  }
}

/// The cost of a number of runs, for a message that asks whether they are intended.
///
/// A rough estimate: a run with its share of spectra and indexes takes about 150 bytes in a book.
func costText(runs: Double) -> String {
  "\(Int(min(runs, 9e18))) runs and about \(byteText(runs * 150)) in the book"
}
