import LoRASpectra

/// The settings that distinguish the cells of a sweep, except the rank, which is an axis.
package enum CellSetting: String, CaseIterable, Sendable {
  case profile, shape, noise, alpha, rule, optimizer

  /// The setting of a row with columns `profile, d, k, noise, alpha, rule`, as a person writes it.
  func text(of row: [Value], in table: ResultTable) -> String {
    if self == .shape {
      let sides = ["d", "k"].compactMap { table.value($0, in: row).integer.map { Int($0) } }
      return sides.count == 2 ? "\(Shape(d: sides[0], k: sides[1]))" : "none"
    }
    return switch table.value(rawValue, in: row) {
    case .absent: "none"
    case .integer(let number): String(number)
    case .real(let number): number.shortestText
    case .text(let text): text
    }
  }

  /// The setting as in a title.
  func named(_ text: String) -> String {
    switch self {
    case .profile, .shape: text
    case .rule, .optimizer: text
    case .noise: text == "none" ? "noise not recorded" : "noise \(text)"
    case .alpha: "α = \(text)"
    }
  }
}

/// The cells that a picture shows: those that have one of the given values for each setting.
package struct FigureSelection: Equatable, Sendable {
  /// The values by setting; a missing setting accepts every value.
  package var values: [CellSetting: [String]]

  package init(_ values: [CellSetting: [String]] = [:]) {
    self.values = values
  }

  /// The selected rows; settings without a column in the table are ignored.
  func rows(of table: ResultTable) -> ResultTable {
    var result = table
    for setting in CellSetting.allCases where setting.isColumn(of: table) {
      guard let wanted = values[setting] else { continue }
      let values = Set(wanted.map(ExactText.init))
      result.rows.removeAll { !values.contains(ExactText(setting.text(of: $0, in: table))) }
    }
    return result
  }

  /// Refuses a value that no cell has.
  ///
  /// - Throws: `FigureError.unknownValue`.
  package func check(against cells: ResultTable) throws {
    for setting in CellSetting.allCases {
      let known = setting.values(in: cells)
      let values = values[setting] ?? []
      for value in values where !known.contains(where: { ExactText($0) == ExactText(value) }) {
        throw FigureError.unknownValue(value, of: setting, known: known)
      }
    }
  }
}

extension CellSetting {
  /// Whether a table has a column for it.
  func isColumn(of table: ResultTable) -> Bool {
    table.columns.contains(self == .shape ? "d" : rawValue)
  }

  /// Its values in a table, in the order of first appearance.
  func values(in table: ResultTable) -> [String] {
    var seen: Set<ExactText> = []
    return table.rows.map { text(of: $0, in: table) }
      .filter { seen.insert(ExactText($0)).inserted }
  }
}

/// Why there is no picture.
package enum FigureError: Error, Equatable {
  /// There is nothing to show; `reason` is a clause.
  case nothing(reason: String)
  /// A value was selected that no cell has.
  case unknownValue(String, of: CellSetting, known: [String])
  /// Too many panels, or lines in one, to be readable; `choices` are the settings that define them.
  case tooMany(String, count: Int, limit: Int, choices: [Choice])

  /// A selection that leaves less to draw: for the settings with the most values, as many values as
  /// there is room for, spread from the first to the last. nil if nothing can be left out.
  ///
  /// - Parameter room: largest number of panels, or of lines in one; at least 1.
  package func part(of selection: FigureSelection, room: Int) -> FigureSelection? {
    guard case .tooMany(_, let count, let limit, let choices) = self else { return nil }
    let room = min(room, limit)
    var (left, part) = (count, selection)
    for choice in choices.sorted(by: { $0.values.count > $1.values.count }) where left > room {
      let values = choice.values.count
      let each = max(1, left / max(1, values))
      let kept = min(max(1, room / each), values)
      part.values[choice.setting] =
        kept == 1
        ? [choice.values[values / 2]]
        : (0..<kept).map { choice.values[$0 * (values - 1) / (kept - 1)] }
      left = each * kept
    }
    return part == selection ? nil : part
  }

  /// A setting with the values that a picture could be limited to.
  package struct Choice: Equatable, Sendable {
    /// The setting.
    package var setting: CellSetting
    /// Its values, in the order in which they were recorded.
    package var values: [String]
  }
}
