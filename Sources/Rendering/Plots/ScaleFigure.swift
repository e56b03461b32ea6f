import LoRASpectra

extension SweepFigures {
  /// The scale s against rank, a panel for each α, a line for each rule.
  ///
  /// - Throws: `FigureError`.
  package func scale() throws -> Figure {
    let facets = try scaleFacets()
    let full = try facets.facets.map { try scalePanel(facets, $0, title: facets.title(of: $0)) }
    let panels = full.map(finished)
    guard panels.contains(where: { $0.series.contains(where: \.hasPoints) })
    else {
      throw FigureError.nothing(reason: "no scale\(isLogarithmic ? " above 0" : "") is recorded")
    }
    let settings = facets.shared()
    return Figure(
      title: headline("Scale by rank and rule"),
      subtitle: settings.isEmpty ? [] : [settings.joined(separator: ", ") + "."],
      notes: notes + extremes(facets.table, "scale") + zeros(full, panels), panels: panels,
      columns: facets.columns
    ).withSharedAxes()
  }

  /// The cells grouped by α, on which alone s depends unless scales were measured elsewhere.
  func scaleFacets() throws -> Facets {
    var cells = selection.rows(of: cells)
    var known: [[ExactText]: Set<Double>] = [:]
    func key(_ row: [Value]) -> [ExactText] {
      let settings = [CellSetting.alpha, .rule].map { $0.text(of: row, in: cells) }
      return (settings + ["\(cells.rank(in: row))"]).map(ExactText.init)
    }
    for row in cells.rows {
      known[key(row), default: []].insert(cells.finite("scale", in: row) ?? 0)
    }
    guard known.values.allSatisfy({ $0.count == 1 }) else {
      return try Facets(
        cells, by: [.profile, .shape, .noise, .alpha], of: "scale", distinction: distinction)
    }
    var seen: Set<[ExactText]> = []
    cells.rows = cells.rows.filter { seen.insert(key($0)).inserted }
    return try Facets(cells, by: [.alpha], of: "scale", distinction: .none)
  }

  /// One panel of scales, without its final axis.
  func scalePanel(_ facets: Facets, _ facet: Facets.Facet, title: String) throws -> Panel {
    let table = facets.table
    let series = try facets.lines(of: facet, by: .rule, in: "scale").map { line in
      Series(
        label: line.label, style: style(ofRule: line.value).again(line.turn), form: .line,
        points: line.rows.map { row in
          let scale = table.finite("scale", in: row)
          return Series.Point(
            x: Double(table.rank(in: row)),
            y: scale.flatMap { abs($0) <= Axis.largest ? $0 : nil })
        })
    }
    return Panel(
      title: title, x: .ranks(facet.rows.map(table.rank)), y: .measured("scale s (factor)", series),
      series: series, guides: [Guide(y: 1, label: "s = 1")])
  }
}
