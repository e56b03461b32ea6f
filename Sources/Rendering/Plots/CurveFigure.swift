import LoRASpectra

extension SweepFigures {
  /// A metric against the step, a panel for each profile, shape, noise level and α, a line with the
  /// band of its interval for each other combination of settings.
  ///
  /// - Parameters:
  ///   - curves: the rows of the query `metric-curve`.
  ///   - metric: its name.
  /// - Throws: `FigureError`.
  package func curve(_ curves: ResultTable, of metric: String) throws -> Figure {
    let rows = selection.rows(of: curves)
    let facets = try Facets(
      rows, by: [.profile, .shape, .noise, .alpha], of: "\(metric)", distinction: distinction)
    let panels = try facets.facets.map { facet in
      try curvePanel(facets, facet, of: metric)
    }
    guard panels.contains(where: { $0.series.contains(where: \.hasPoints) }) else {
      throw FigureError.nothing(
        reason: "no finite value of \(metric)\(isLogarithmic ? " above 0" : "") has a step")
    }
    let seeds = seeds(rows)
    return Figure(
      title: headline("\(metric) by step"),
      subtitle: [
        ([seeds.text] + shared(facets)).joined(separator: ", ") + ".",
        seeds.areSeveral
          ? "Bands: \((level * 100).shortestText) % confidence interval of the mean (Student's t)."
          : nil,
      ].compactMap(\.self),
      notes: notes + absences(rows) + extremes(rows, "mean"), panels: panels,
      columns: facets.columns
    ).withSharedAxes()
  }

  /// The settings that all lines share; of a logged run any may be absent.
  private func shared(_ facets: Facets) -> [String] {
    facets.shared([.rule]).filter { !["none", CellSetting.noise.named("none")].contains($0) }
  }

  private func curvePanel(
    _ facets: Facets, _ facet: Facets.Facet, of metric: String
  ) throws -> Panel {
    let table = facets.table
    var cells: [Value] = []
    var lines: [Value: [[Value]]] = [:]
    for row in facet.rows {
      let cell = table.value("cell_id", in: row)
      if lines[cell] == nil { cells.append(cell) }
      lines[cell, default: []].append(row)
    }
    guard cells.count <= Facets.mostLines else {
      throw FigureError.tooMany(
        "lines in one panel of \(metric)", count: cells.count, limit: Facets.mostLines,
        choices: facets.choices([.rule]))
    }
    var bands: [Series] = []
    var curves: [Series] = []
    for (index, cell) in cells.enumerated() {
      guard let rows = lines[cell], let first = rows.first else { continue }
      let points = rows.map { row in
        point(
          table.finite("step", in: row) ?? 0,
          Estimate(
            ofMean: table.finite("mean", in: row), deviation: table.finite("sd", in: row),
            count: table.value("n", in: row).integer ?? 0, criticalValue: criticalValue))
      }.sorted { $0.x < $1.x }
      let style = PlotStyle.line(index)
      let known = points.filter { $0.low != nil && $0.high != nil }
      if known.count > 1 {
        bands.append(Series(label: "", style: style, form: .band, points: known))
      }
      curves.append(
        Series(
          label: label(of: first, table), style: style, form: points.count > 1 ? .curve : .marks,
          points: points))
    }
    let series = (bands + curves).map { isLogarithmic ? $0.onLogarithmicAxis() : $0 }
    let steps = facet.rows.compactMap { table.finite("step", in: $0) }
    let (low, high) = (steps.min() ?? 0, steps.max() ?? 1)
    let margin = max(0.5, (high - low) * 0.02)
    return Panel(
      title: facets.title(of: facet),
      x: Axis(label: "step", low: low - margin, high: high + margin),
      y: .measured(metric, series, isLogarithmic: isLogarithmic), series: series)
  }

  /// What distinguishes a line from the others: rule, rank and what else tells cells apart.
  private func label(of row: [Value], _ table: ResultTable) -> String {
    let ranks = Set(cells.rows.map { cells.value("rank", in: $0) })
    let rules = CellSetting.rule.values(in: cells)
    let rank = table.value("rank", in: row)
    return [
      rules.count > 1 ? CellSetting.rule.text(of: row, in: table) : "",
      ranks.count > 1 ? "r = \(rank == .absent ? "none" : rank.plainText)" : "",
      distinction.text(of: row, in: table),
    ].filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
