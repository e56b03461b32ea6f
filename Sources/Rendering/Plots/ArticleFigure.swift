import LoRASpectra

extension SweepFigures {
  /// The article's four pictures on one page: spectra, variance captured, error and scale by rank.
  ///
  /// - Parameters:
  ///   - errors: the rows of the query `error-by-rank`.
  ///   - positions: the rows of the query `spectrum-by-position`.
  ///   - ranks: the rows of the query `rank-for-variance` at a share of 0.9.
  /// - Throws: `FigureError`, also if the cells have several shapes, noise levels or values of α.
  package func article(
    errors: ResultTable, positions: ResultTable, ranks: ResultTable
  ) throws -> Figure {
    let errors = selection.rows(of: errors)
    let all = try Facets(
      errors, by: [.shape, .noise, .alpha], of: "--kind article", distinction: distinction, limit: 1
    )
    let spectra = try spectrum(positions)
    let captures = try variance(positions: positions, ranks: ranks)
    let lines = try articleErrors(errors)
    let scales = try scale()
    guard spectra.panels.count == 1, scales.panels.count == 1, captures.panels.count == 1 else {
      throw FigureError.nothing(
        reason: "its scales differ from cell to cell, so that four panels do not hold it")
    }
    func titled(_ panel: Panel, _ title: String) -> Panel {
      var panel = panel
      panel.title = title
      return panel
    }
    let seeds = seeds(errors)
    return Figure(
      title: headline("The article's pictures"),
      subtitle: [
        ([seeds.text] + all.shared()).joined(separator: ", ") + ".",
        seeds.areSeveral ? intervalSentence : nil,
      ].compactMap(\.self),
      notes: notes + absences(errors) + extremes(errors, "error_mean")
        + (isLogarithmic ? ["Spectra, errors and scales of 0 are not on a logarithmic axis."] : []),
      panels: [
        titled(spectra.panels[0], "Singular values"),
        titled(captures.panels[0], "Variance captured by rank"),
        titled(lines, "Error by rank and rule"),
        titled(scales.panels[0], "Scale by rank and rule"),
      ], columns: 2)
  }

  /// All errors in one panel: the colour and the mark stand for the rule, the dashes for the
  /// profile.
  private func articleErrors(_ errors: ResultTable) throws -> Panel {
    let facets = try Facets(errors, by: [.profile], of: "the article", distinction: distinction)
    let panels = try facets.facets.map { facet in
      try errorPanel(facets, facet, title: "") { rule, profile in
        var style = style(ofRule: rule)
        let place = place(ofProfile: profile)
        style.dash = PlotStyle.Dash.allCases[place % PlotStyle.Dash.allCases.count]
        style.isFilled = place % 2 == 0
        return style
      }
    }
    var series: [Series] = []
    for (facet, panel) in zip(facets.facets, panels) {
      let profile = facet.key.joined(separator: ", ").shortened(to: 24)
      series += panel.series.filter { $0.form == .line }.map { line in
        var line = line
        line.label = "\(profile), \(line.label)"
        return line
      }
    }
    guard series.count <= Facets.mostLines else {
      throw FigureError.tooMany(
        "lines in the panel of errors", count: series.count, limit: Facets.mostLines,
        choices: facets.choices([.profile, .rule]))
    }
    return finished(
      Panel(
        title: "", x: .ranks(errors.rows.map(errors.rank)),
        y: .measured("error (fraction of ‖ΔW‖)", series), series: series))
  }
}
