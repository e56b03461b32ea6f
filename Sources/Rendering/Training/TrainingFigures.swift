import Glibc
import LoRASpectra

/// Makes the pictures of a trained sweep from the rows of queries.
package struct TrainingFigures {
  /// The sweep's name.
  package var sweep: String
  /// The cells shown.
  package var selection: FigureSelection
  /// The confidence of intervals, above 0 and below 1.
  package var level: Double
  /// The critical t by degrees of freedom.
  package var criticalValue: (Double) -> Double?
  /// Notes for every picture, such as that the sweep is not finished.
  package var notes: [String]

  package init(
    sweep: String, selection: FigureSelection, level: Double,
    criticalValue: @escaping (Double) -> Double?, notes: [String]
  ) {
    self.sweep = sweep
    self.selection = selection
    self.level = level
    self.criticalValue = criticalValue
    self.notes = notes
  }

  /// What was learned against the learning rate: a panel for each rule and every other setting, a
  /// line for each rank.
  ///
  /// - Parameter rates: the rows of the query `learning-rates`.
  /// - Throws: `FigureError`.
  package func learningRate(_ rates: ResultTable) throws -> Figure {
    let table = selection.rows(of: rates)
    let negative = table.rows.count { table.finite("share_mean", in: $0) ?? 0 < 0 }
    let panels = try panels(table, by: ["rule"], of: "learning rates") { group in
      let lines = try lines(group.rows, of: table, by: "rank", in: "learning rates") { row in
        let share = Estimate(
          ofMean: table.finite("share_mean", in: row),
          deviation: table.finite("share_sd", in: row),
          count: table.value("n", in: row).integer ?? 0, criticalValue: criticalValue)
        return Series.Point(
          x: table.finite("learning_rate", in: row) ?? 0,
          y: share.map { max(0, $0.mean) }, low: share?.low.map { min(max(0, $0), 1) },
          high: share?.high.map { min(max(0, $0), 1) })
      }
      return Panel(
        title: group.title, x: .rates(table, group.rows),
        y: .share("share learned of what rank r can learn"), series: lines)
    }
    let diverged = table.rows.reduce(0) { $0 + (table.value("diverged", in: $1).integer ?? 0) }
    return figure(
      "What was learned at each learning rate", table, panels,
      notes: (diverged > 0
        ? ["\(diverged) training\(diverged == 1 ? "" : "s") diverged and count as a share of 0."]
        : [])
        + (negative > 0
          ? [
            "\(negative) mean\(negative == 1 ? "" : "s") below 0 \(negative == 1 ? "is" : "are") drawn at 0."
          ]
          : []))
  }

  /// The error step by step at the best learning rate of each rank: a panel for each rule and every
  /// other setting, a line for each rank.
  ///
  /// - Parameter curves: the rows of the query `training-curve`.
  /// - Throws: `FigureError`.
  package func curve(_ curves: ResultTable) throws -> Figure {
    let table = selection.rows(of: curves)
    let last = table.rows.compactMap { table.finite("step", in: $0) }.max() ?? 1
    let panels = try panels(table, by: ["rule"], of: "curves") { group in
      let rows = group.rows.filter { table.finite("step", in: $0) ?? 0 > 0 }
      let lines = try lines(rows, of: table, by: "rank", in: "curves") { row in
        Series.Point(
          x: table.finite("step", in: row) ?? 0, y: table.finite("error_mean", in: row))
      }
      let drawn = lines.map { $0.onLogarithmicAxis() }
      return Panel(
        title: group.title,
        x: Axis(
          label: "updates made", scale: .logarithmic(base: 10), low: 1 / pow(last, 0.03),
          high: pow(last, 1.03) + 1),
        y: .measured("error (fraction of ‖ΔW‖)", drawn, isLogarithmic: true), series: drawn)
    }
    return figure(
      "The error during training, each rank at its best learning rate", table, panels, notes: [])
  }

  /// The gradient before the first update and what that gains, against the rank: a line for each
  /// rule.
  ///
  /// - Parameter signal: the rows of the query `learning-signal`.
  /// - Throws: `FigureError`.
  package func signal(_ signal: ResultTable) throws -> Figure {
    let table = selection.rows(of: signal)
    let rules = CellSetting.rule.values(in: signal)
    func panel(
      _ group: Group, _ what: String, _ label: String, _ mean: String, expected: String?
    ) throws -> Panel {
      var series = try lines(group.rows, of: table, by: "rule", in: what, rules: rules) { row in
        let estimate = Estimate(
          ofMean: table.finite("\(mean)_mean", in: row),
          deviation: table.finite("\(mean)_sd", in: row),
          count: table.value("n", in: row).integer ?? 0, criticalValue: criticalValue)
        return Series.Point(
          x: Double(table.rank(in: row)), y: estimate?.mean, low: estimate?.low,
          high: estimate?.high)
      }
      if let expected {
        for (index, rule) in series.map(\.label).enumerated() {
          let points = group.rows.filter { table.text("rule", in: $0) == rule }.map {
            Series.Point(x: Double(table.rank(in: $0)), y: table.finite(expected, in: $0))
          }
          guard points.contains(where: { $0.y != nil }) else { continue }
          var style = PlotStyle.rule(rule, among: rules)
          style.dash = .dotted
          series.append(
            Series(
              label: index == 0 ? "expected" : "", style: style, form: .curve, points: points))
        }
      }
      let drawn = series.map { $0.onLogarithmicAxis() }
      return Panel(
        title: group.title, x: .ranks(group.rows.map(table.rank)),
        y: .measured(label, drawn, isLogarithmic: true), series: drawn, keepsIntervalsApart: true)
    }
    // The gradient before the first update is the same for every optimizer.
    var gradients = table
    if let first = table.rows.first {
      gradients.rows = table.rows.filter {
        table.value("optimizer", in: $0) == table.value("optimizer", in: first)
      }
    }
    let panels =
      try panels(gradients, by: [], of: "signals") {
        try panel(
          $0, "signals", "‖∂L/∂B‖ at the start", "grad_norm_b", expected: "grad_norm_b_expected")
      }
      + (try panels(table, by: [], of: "signals") {
        try panel($0, "signals", "gain of the first update / rate", "gain_per_rate", expected: nil)
      })
    return figure("The learning signal at the start, by rank", table, panels, notes: [])
  }

  // MARK: - Panels and lines

  /// The rows of one panel.
  private struct Group {
    var title: String
    var rows: [[Value]]
  }

  private func panels(
    _ table: ResultTable, by others: [String], of picture: String, _ make: (Group) throws -> Panel
  ) throws -> [Panel] {
    let groups = TrainingGroups(table, and: others).all
    guard !groups.isEmpty else { throw FigureError.nothing(reason: "nothing of it was trained") }
    guard groups.count <= Facets.mostPanels else {
      throw FigureError.tooMany(
        "panels of \(picture)", count: groups.count, limit: Facets.mostPanels,
        choices: choices(CellSetting.allCases, in: table))
    }
    return try groups.map { try make(Group(title: $0.words, rows: $0.rows)) }
  }

  /// One line for each value of a column.
  ///
  /// - Parameter rules: the sweep's rules, if the lines are rules.
  private func lines(
    _ rows: [[Value]], of table: ResultTable, by column: String, in picture: String,
    rules: [String]? = nil, point: ([Value]) -> Series.Point
  ) throws -> [Series] {
    let values = table.firstRows(rows, of: column).map { table.value(column, in: $0) }
    guard values.count <= Facets.mostLines else {
      throw FigureError.tooMany(
        "lines in one panel of \(picture)", count: values.count, limit: Facets.mostLines,
        choices: choices([.rule], in: table))
    }
    return values.enumerated().map { index, value in
      let name = value.plainText
      return Series(
        label: rules == nil ? "r = \(name)" : name,
        style: rules.map { PlotStyle.rule(name, among: $0) } ?? .profile(index), form: .line,
        points: rows.filter { table.value(column, in: $0) == value }.map(point)
          .sorted { $0.x < $1.x })
    }
  }

  private func choices(_ settings: [CellSetting], in table: ResultTable) -> [FigureError.Choice] {
    settings.filter { $0.isColumn(of: table) }
      .map { FigureError.Choice(setting: $0, values: $0.values(in: table)) }
      .filter { $0.values.count > 1 }
  }

  private func figure(
    _ what: String, _ table: ResultTable, _ panels: [Panel], notes more: [String]
  ) -> Figure {
    let seeds = table.rows.compactMap { table.value("n", in: $0).integer }.max() ?? 0
    let hasBars = panels.contains { $0.series.contains { $0.points.contains { $0.low != nil } } }
    let shared = CellSetting.allCases.filter { $0.isColumn(of: table) }.compactMap { setting in
      let values = setting.values(in: table)
      return values.count == 1 ? values.first.map(setting.named) : nil
    }
    return Figure(
      title: "\(what): \(sweep.shortened(to: 80))",
      subtitle: [
        ([seeds > 1 ? "Mean of \(seeds) seeds" : "1 seed"] + shared).joined(separator: ", ") + ".",
        hasBars
          ? "Bars: \((level * 100).shortestText) % confidence interval of the mean (Student's t)."
          : nil,
      ].compactMap(\.self),
      notes: notes + more, panels: panels, columns: 2
    ).withSharedAxes()
  }
}

extension Axis {
  /// A logarithmic axis for the learning rates of some rows.
  fileprivate static func rates(_ table: ResultTable, _ rows: [[Value]]) -> Axis {
    let rates = rows.compactMap { table.finite("learning_rate", in: $0) }.filter { $0 > 0 }
    let (least, most) = (rates.min() ?? 1e-3, rates.max() ?? 1)
    let margin = max(1.05, pow(most / least, 0.03))
    return Axis(
      label: "learning rate", scale: .logarithmic(base: 10), low: least / margin,
      high: most * margin)
  }
}
