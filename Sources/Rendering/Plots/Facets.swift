import LoRASpectra

/// The cells of a table, grouped by panel.
struct Facets {
  /// One panel's rows.
  struct Facet {
    /// Its values of the settings that define panels.
    var key: [String]
    var rows: [[Value]]
  }

  /// One line of a panel.
  struct Line {
    /// The value that distinguishes it.
    var value: String
    /// Distinguishes it from other lines with the same value; empty if there are none.
    var distinction: String
    /// Number of earlier lines with the same value.
    var turn: Int
    var label: String
    /// Sorted by rank.
    var rows: [[Value]]
  }

  /// Largest number of panels on a page.
  static let mostPanels = 12
  /// Largest number of lines in a panel that a key can distinguish.
  static let mostLines = 12

  let settings: [CellSetting]
  let table: ResultTable
  /// Tells cells apart that the settings, the rank and the rule do not.
  let distinction: CellDistinction
  /// Facets that differ only in the profile are adjacent; otherwise in the order of first
  /// appearance.
  let facets: [Facet]

  /// - Parameters:
  ///   - settings: the settings that define panels.
  ///   - distinction: tells cells apart that the settings, the rank and the rule do not.
  /// - Throws: `FigureError`.
  init(
    _ table: ResultTable, by settings: [CellSetting], of picture: String,
    distinction: CellDistinction, limit: Int = Facets.mostPanels
  ) throws {
    self.distinction = distinction
    self.settings = settings
    self.table = table
    var facets: [Facet] = []
    var numbers: [[ExactText]: Int] = [:]
    for row in table.rows {
      let key = settings.map { $0.text(of: row, in: table) }
      if let number = numbers[key.map(ExactText.init)] {
        facets[number].rows.append(row)
      } else {
        numbers[key.map(ExactText.init)] = facets.count
        facets.append(Facet(key: key, rows: [row]))
      }
    }
    self.facets = Facets.byProfile(facets, settings)
    guard facets.count <= limit else {
      throw FigureError.tooMany(
        limit == 1 ? picture : "panels of \(picture)", count: facets.count, limit: limit,
        choices: choices(settings))
    }
  }

  /// Groups facets that differ only in the profile, because readers compare those.
  private static func byProfile(_ facets: [Facet], _ settings: [CellSetting]) -> [Facet] {
    guard let profile = settings.firstIndex(of: .profile) else { return facets }
    var groups: [[Facet]] = []
    var numbers: [[ExactText]: Int] = [:]
    for facet in facets {
      var others = facet.key.map(ExactText.init)
      others.remove(at: profile)
      if let number = numbers[others] {
        groups[number].append(facet)
      } else {
        numbers[others] = groups.count
        groups.append([facet])
      }
    }
    return groups.flatMap(\.self)
  }

  /// The given settings that have several values here.
  func choices(_ settings: [CellSetting]) -> [FigureError.Choice] {
    settings.map { FigureError.Choice(setting: $0, values: $0.values(in: table)) }
      .filter { $0.values.count > 1 }
  }

  /// Number of panels side by side: one for each profile, if there are few.
  var columns: Int {
    let profiles = settings.contains(.profile) ? CellSetting.profile.values(in: table).count : 1
    if (2...4).contains(profiles), facets.count % profiles == 0 {
      return profiles == 2 && facets.count > 6 ? 4 : facets.count == 4 ? 2 : profiles
    }
    return facets.count > 4 ? 3 : 2
  }

  /// The settings that distinguish a panel.
  func title(of facet: Facet) -> String {
    zip(settings, facet.key).filter { setting, _ in setting.values(in: table).count > 1 }
      .map { $0.named($1) }.joined(separator: ", ")
  }

  /// The settings that all panels share, of those that define panels and of `others`.
  func shared(_ others: [CellSetting] = []) -> [String] {
    (settings + others).filter { $0.isColumn(of: table) }.compactMap { setting in
      let values = setting.values(in: table)
      return values.count == 1 ? values.first.map(setting.named) : nil
    }
  }

  /// The lines of a panel: its rows by the value of a setting, in the order of first appearance.
  /// Cells that only a label's scale, a training or parameters tell apart have lines of their own.
  ///
  /// - Parameter setting: nil if no setting distinguishes lines.
  /// - Throws: `FigureError.tooMany`.
  func lines(
    of facet: Facet, by setting: CellSetting?, in picture: String
  ) throws -> [Line] {
    var lines: [Line] = []
    var numbers: [[ExactText]: Int] = [:]
    var turns: [ExactText: Int] = [:]
    for row in facet.rows {
      let value = setting?.text(of: row, in: table) ?? ""
      let apart = distinction.text(of: row, in: table)
      let key = [value, apart].map(ExactText.init)
      if let number = numbers[key] {
        lines[number].rows.append(row)
        continue
      }
      numbers[key] = lines.count
      let turn = turns[ExactText(value), default: 0]
      turns[ExactText(value)] = turn + 1
      let parts = [setting?.named(value) ?? "", apart].filter { !$0.isEmpty }
      lines.append(
        Line(
          value: value, distinction: apart, turn: turn, label: parts.joined(separator: ", "),
          rows: [row]))
    }
    guard lines.count <= Facets.mostLines else {
      throw FigureError.tooMany(
        "lines in one panel of \(picture)", count: lines.count, limit: Facets.mostLines,
        choices: choices([setting].compactMap(\.self)))
    }
    return lines.map { line in
      var line = line
      line.rows.sort {
        (table.value("rank", in: $0).integer ?? 0) < (table.value("rank", in: $1).integer ?? 0)
      }
      return line
    }
  }
}
