/// What `measure` is asked for: where the weights are, which modules, and the grid of each.
package struct MeasureSpec: Equatable, Sendable {
  /// The fields that decide what is computed.
  package static let gridFields: [SpecField] = [
    .adapter, .with, .base, .tuned, .matrix, .include, .exclude, .ranks, .alphas, .rules,
    .fanInFanOut,
  ]
  /// All fields, in order.
  package static let fields: [SpecField] = [.name] + gridFields + [.tag, .note]
  /// Without files: those are always given.
  package static let builtIn = [MeasureSpec()]

  /// A PEFT folder, or a file of kohya or diffusers; nil unless an adapter is measured.
  package var adapter: String?
  /// Another adapter of the same model, whose subspaces are compared with the first one's; nil for
  /// none.
  package var with: String?
  /// The base checkpoint; nil unless a difference is measured.
  package var base: String?
  /// The tuned checkpoint; nil unless a difference is measured.
  package var tuned: String?
  /// Files of matrices that are measured as they are.
  package var matrices: [String] = []
  /// Regular expression of the modules to measure; nil for all.
  package var include: String?
  /// Regular expression of modules to leave out; nil for none.
  package var exclude: String?
  /// Whether the adapter's layers store their weights transposed.
  package var isFanInFanOut = false
  /// Name, tags, note, ranks, alphas and rules; its other fields are not used. Without ranks each
  /// module has powers of two, and its largest rank.
  private var grid: SweepSpec

  /// Without files, with the rule `unit`.
  package init() {
    grid = SweepSpec.article
    grid.name = "measure"
    grid.ranks = []
    grid.rules = [.unit]
  }

  /// Ranks r; empty for powers of two, and the largest.
  package var ranks: [Int] { grid.ranks }
  /// Words to find the sweep by.
  package var tags: [String] { grid.tags }
  /// Free text to keep with the sweep.
  package var note: String { grid.note }

  /// The settings at which a module is measured: ranks × (rules × alphas); `unit` has no α.
  ///
  /// - Parameter span: its largest rank; higher ones are left out.
  package func points(span: Int) -> [ModulePoint] {
    let ranks =
      grid.ranks.isEmpty ? MeasureSpec.ranks(upTo: span) : grid.ranks.filter { $0 <= span }
    return ranks.flatMap { rank in
      grid.rules.flatMap { rule -> [ModulePoint] in
        guard rule != .unit else {
          return [ModulePoint(rank: rank, alpha: nil, rule: rule, scale: 1)]
        }
        return grid.alphas.map {
          ModulePoint(rank: rank, alpha: $0, rule: rule, scale: rule.scale(alpha: $0, rank: rank))
        }
      }
    }
  }

  /// 1, 2, 4, … below a number, and the number.
  private static func ranks(upTo span: Int) -> [Int] {
    var ranks: [Int] = []
    var rank = 1
    while rank < span {
      ranks.append(rank)
      rank *= 2
    }
    return ranks + (span > 0 ? [span] : [])
  }
}

/// One setting of a module's measurement.
package struct ModulePoint: Hashable, Sendable {
  /// r, from 1 to the module's largest.
  package var rank: Int
  /// α; nil for the rule `unit`, which has none.
  package var alpha: Double?
  /// How s is computed from α and r.
  package var rule: ScalingRule
  /// s.
  package var scale: Double

  package init(rank: Int, alpha: Double?, rule: ScalingRule, scale: Double) {
    self.rank = rank
    self.alpha = alpha
    self.rule = rule
    self.scale = scale
  }
}

extension MeasureSpec: GridSpec {
  /// The sweep's name.
  package var name: String {
    get { grid.name }
    set { grid.name = newValue }
  }

  /// Sets one field from the items of its list; paths and patterns are taken as they are.
  ///
  /// - Throws: `SettingError`.
  package mutating func set(
    _ field: SpecField, to items: [String], readingFile: (String) throws -> String
  ) throws {
    switch field {
    case .name, .ranks, .alphas, .rules, .tag, .note:
      try grid.set(field, to: items, readingFile: readingFile)
      for point in points(span: Shape.longestSide) where abs(point.scale) >= 1e150 {
        throw SettingError(
          .rules, "\(point.rule)",
          "gives the scale \(point.scale.shortestText) at rank \(point.rank)",
          remedy: "Choose an exponent and an alpha that keep s below 1e150")
      }
    case .adapter: adapter = try SettingItems(field, items).single()
    case .with: with = try SettingItems(field, items).single()
    case .base: base = try SettingItems(field, items).single()
    case .tuned: tuned = try SettingItems(field, items).single()
    case .matrix: matrices = try SettingItems(field, items).items
    case .include: include = try SettingItems(field, items).single()
    case .exclude: exclude = try SettingItems(field, items).single()
    case .fanInFanOut: isFanInFanOut = try SettingItems(field, items).truth()
    default:
      throw SettingError(
        field, items.joined(separator: ","), "is no setting of a measurement",
        remedy: "Leave \(field.rawValue) out")
    }
  }

  /// The field's values as texts; empty if there is no value.
  package func items(of field: SpecField) -> [String] {
    switch field {
    case .adapter: adapter.map { [$0] } ?? []
    case .with: with.map { [$0] } ?? []
    case .base: base.map { [$0] } ?? []
    case .tuned: tuned.map { [$0] } ?? []
    case .matrix: matrices
    case .include: include.map { [$0] } ?? []
    case .exclude: exclude.map { [$0] } ?? []
    case .fanInFanOut: isFanInFanOut ? ["true"] : []
    case .ranks where grid.ranks.isEmpty: []
    case .alphas where grid.rules == [.unit]: []
    default: grid.items(of: field)
    }
  }
}
