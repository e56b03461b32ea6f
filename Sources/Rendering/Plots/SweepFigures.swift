import LoRASpectra

/// Makes the pictures of a sweep from the rows of queries.
package struct SweepFigures {
  /// What the repeats of a cell are.
  package enum Repeat: String, Sendable {
    /// Updates drawn with several seeds.
    case seed
    /// Runs that were logged or imported, of which several may have one seed.
    case run
    /// Modules of a real model.
    case module
  }

  /// The sweep's name.
  package var sweep: String
  /// The sweep's cells as in `show`: `profile, d, k, noise, alpha, rank, rule, scale, n, error,
  /// truncation_error, variance_captured`.
  package var cells: ResultTable
  /// What the repeats of a cell are.
  package var repeats: Repeat
  /// Tells cells apart that have the same profile, shape, noise level, α, rank and rule.
  let distinction: CellDistinction
  /// The cells shown.
  package var selection: FigureSelection
  /// Whether measurements have a logarithmic axis.
  package var isLogarithmic: Bool
  /// The confidence of intervals, above 0 and below 1.
  package var level: Double
  /// The critical t by degrees of freedom.
  package var criticalValue: (Double) -> Double?
  /// Notes for every picture, such as that the sweep is not finished.
  package var notes: [String]

  /// - Parameter cells: as ``cells``, with what else tells cells apart.
  package init(
    sweep: String, cells: ResultTable, repeats: Repeat = .seed, selection: FigureSelection,
    isLogarithmic: Bool, level: Double, criticalValue: @escaping (Double) -> Double?,
    notes: [String]
  ) {
    self.sweep = sweep
    self.cells = cells
    self.repeats = repeats
    distinction = CellDistinction(cells)
    self.selection = selection
    self.isLogarithmic = isLogarithmic
    self.level = level
    self.criticalValue = criticalValue
    self.notes = notes
  }

  /// The style of a rule, which is the same in every picture.
  func style(ofRule rule: String) -> PlotStyle {
    PlotStyle.rule(rule, among: CellSetting.rule.values(in: cells))
  }

  /// The index of a profile among all of the sweep's.
  func place(ofProfile profile: String) -> Int {
    CellSetting.profile.values(in: cells).firstIndex { ExactText($0) == ExactText(profile) } ?? 0
  }

  /// The headline of a picture.
  func headline(_ what: String) -> String { "\(what): \(sweep.shortened(to: 80))" }

  /// The number of repeats behind the values, from the column `n` of a table.
  func seeds(_ table: ResultTable) -> (text: String, areSeveral: Bool) {
    let counts = table.rows.compactMap { table.value("n", in: $0).integer }.filter { $0 > 0 }
    guard let least = counts.min(), let most = counts.max() else { return ("No \(repeats)", false) }
    if most == 1 { return ("1 \(repeats)", false) }
    return ("Mean of \(least == most ? "" : "\(least) to ")\(most) \(repeats)s", true)
  }

  /// A sentence on the meaning of the bars.
  var intervalSentence: String {
    "Bars: \((level * 100).shortestText) % confidence interval of the mean (Student's t)."
  }

  /// A mean and the ends of its interval at a rank; y is nil if there is no number.
  func point(_ x: Double, _ estimate: Estimate?) -> Series.Point {
    guard let estimate, abs(estimate.mean) <= Axis.largest else {
      return Series.Point(x: x, y: nil)
    }
    func end(_ value: Double?) -> Double? {
      value.flatMap { abs($0) <= Axis.largest ? $0 : nil }
    }
    return Series.Point(
      x: x, y: estimate.mean, low: end(estimate.low), high: end(estimate.high))
  }

  /// Notes on diverged and missing values, from the columns of those names.
  func absences(_ table: ResultTable) -> [String] {
    func sum(_ column: String) -> Int64 {
      table.rows.reduce(0) { $0 + (table.value(column, in: $1).integer ?? 0) }
    }
    let diverged = sum("diverged")
    let absent = sum("absent")
    return [
      diverged > 0
        ? "\(diverged) run\(diverged == 1 ? "" : "s") diverged (nan or inf), and no mean has a part of them."
        : nil,
      absent > 0
        ? "\(absent) run\(absent == 1 ? " has" : "s have") no error recorded." : nil,
    ].compactMap(\.self)
  }

  /// Notes on values too large for any axis.
  func extremes(_ table: ResultTable, _ column: String) -> [String] {
    let count = table.rows.count { abs(table.finite(column, in: $0) ?? 0) > Axis.largest }
    return count > 0
      ? ["\(count) value\(count == 1 ? " is" : "s are") beyond ±1e300 and not drawn."] : []
  }

  /// Notes on values left out of a logarithmic axis.
  func zeros(_ panels: [Panel], _ drawn: [Panel]) -> [String] {
    func count(_ panels: [Panel]) -> Int {
      panels.reduce(0) { $0 + $1.series.reduce(0) { $0 + $1.points.count { $0.y != nil } } }
    }
    let lost = count(panels) - count(drawn)
    return lost > 0
      ? [
        "\(lost) point\(lost == 1 ? " is" : "s are") not above 0 and so not on a logarithmic axis."
      ] : []
  }
}

extension ResultTable {
  /// A finite number of a row.
  func finite(_ column: String, in row: [Value]) -> Double? {
    value(column, in: row).number.flatMap { $0.isFinite ? $0 : nil }
  }

  /// The rank of a row.
  func rank(in row: [Value]) -> Int { Int(clamping: value("rank", in: row).integer ?? 0) }
}
