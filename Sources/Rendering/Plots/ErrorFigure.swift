import LoRASpectra

extension SweepFigures {
  /// Error against rank, a panel for each profile, shape, noise level and α, a line for each rule.
  ///
  /// - Parameter errors: the rows of the query `error-by-rank`.
  /// - Throws: `FigureError`.
  package func error(_ errors: ResultTable) throws -> Figure {
    let errors = selection.rows(of: errors)
    let facets = try Facets(
      errors, by: [.profile, .shape, .noise, .alpha], of: "error", distinction: distinction)
    let seeds = seeds(errors)
    let full = try facets.facets.map { facet in
      try errorPanel(facets, facet, title: facets.title(of: facet)) { rule, _ in style(ofRule: rule)
      }
    }
    let panels = full.map(finished)
    guard panels.contains(where: { $0.series.contains(where: \.hasPoints) })
    else {
      throw FigureError.nothing(
        reason: "no finite error\(isLogarithmic ? " above 0" : "") is recorded")
    }
    return Figure(
      title: headline("Error by rank and rule"),
      subtitle: [
        ([seeds.text] + facets.shared()).joined(separator: ", ") + ".",
        seeds.areSeveral ? intervalSentence : nil,
      ].compactMap(\.self),
      notes: notes + absences(errors) + extremes(errors, "error_mean") + zeros(full, panels),
      panels: panels,
      columns: facets.columns
    ).withSharedAxes()
  }

  /// One panel of errors, without its final axis.
  func errorPanel(
    _ facets: Facets, _ facet: Facets.Facet, title: String,
    style: (_ rule: String, _ profile: String) -> PlotStyle
  ) throws -> Panel {
    let table = facets.table
    var series: [Series] = []
    let profile = CellSetting.profile.text(of: facet.rows[0], in: table)
    for line in try facets.lines(of: facet, by: .rule, in: "error") {
      series.append(
        Series(
          label: line.label, style: style(line.value, profile).again(line.turn), form: .line,
          points: line.rows.map { row in
            point(Double(table.rank(in: row)), estimate(of: "error", in: row, table))
          }))
    }
    // The rule `unit` is drawn as this line.
    if !series.contains(where: { $0.label == "unit" }) {
      let floor = floor(facet.rows, table)
      if floor.points.count > 1 { series.insert(floor, at: 0) }
    }
    return Panel(
      title: title, x: .ranks(facet.rows.map(table.rank)),
      y: .measured("error (fraction of ‖ΔW‖)", series), series: series, keepsIntervalsApart: true)
  }

  /// The panel with the requested axis of values.
  func finished(_ panel: Panel) -> Panel {
    var panel = panel
    if isLogarithmic { panel.series = panel.series.map { $0.onLogarithmicAxis() } }
    panel.y = .measured(
      panel.y.label, panel.series, levels: panel.guides.map(\.y), isLogarithmic: isLogarithmic)
    return panel
  }

  /// The truncation error at each rank, a lower bound of the error for any rule.
  private func floor(_ rows: [[Value]], _ table: ResultTable) -> Series {
    var values: [Int: Double] = [:]
    for row in rows {
      let rank = table.rank(in: row)
      if values[rank] == nil { values[rank] = table.finite("truncation_error_mean", in: row) }
    }
    return Series(
      label: "truncation (floor)", style: .floor, form: .curve,
      points: values.sorted { $0.key < $1.key }.map { Series.Point(x: Double($0.key), y: $0.value) }
    )
  }

  /// The mean of a metric with its interval, from the columns `n`, `…_mean` and `…_sd`.
  private func estimate(
    of metric: String, in row: [Value], _ table: ResultTable
  ) -> Estimate? {
    Estimate(
      ofMean: table.finite("\(metric)_mean", in: row),
      deviation: table.finite("\(metric)_sd", in: row),
      count: table.value("n", in: row).integer ?? 0, criticalValue: criticalValue)
  }
}
