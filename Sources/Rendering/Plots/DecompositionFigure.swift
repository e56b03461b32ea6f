import LoRASpectra

extension SweepFigures {
  /// The squared error split into the parts from truncation and from scaling, as stacked bars:
  /// squares add up, errors do not. Beside each panel of sums stands one of shares, because sums
  /// span orders of magnitude.
  ///
  /// - Parameter parts: the rows of the query `error-parts`.
  /// - Throws: `FigureError`.
  package func decomposition(_ parts: ResultTable) throws -> Figure {
    let parts = selection.rows(of: parts)
    let facets = try Facets(
      parts, by: [.profile, .shape, .noise, .alpha, .rule], of: "decomposition",
      distinction: distinction, limit: 8)
    // The rules of a cell stand side by side, because readers compare those.
    var cells: [[String]] = []
    for facet in facets.facets where !cells.contains(Array(facet.key.dropLast())) {
      cells.append(Array(facet.key.dropLast()))
    }
    let ordered = cells.flatMap { cell in facets.facets.filter { $0.key.dropLast() == cell[...] } }
    let pairs = ordered.map { facet in
      decompositionPanels(facets, facet, title: facets.title(of: facet))
    }
    guard pairs.contains(where: { $0.sums.series.contains { !$0.points.isEmpty } }) else {
      throw FigureError.nothing(
        reason:
          "the parts of no error are known, for which truncation_error and variance_captured have to be recorded"
      )
    }
    return Figure(
      title: headline("Squared error by rank, split"),
      subtitle: [
        ([seeds(parts).text] + facets.shared()).joined(separator: ", ") + ".",
        "error² = truncation² + (1 − s)² · variance captured. Above the bars: the error.",
      ],
      notes: notes + unexplained(parts), panels: pairs.flatMap { [$0.sums, $0.shares] },
      columns: pairs.count > 2 ? 4 : 2
    ).withSharedAxes()
  }

  private func decompositionPanels(
    _ facets: Facets, _ facet: Facets.Facet, title: String
  ) -> (sums: Panel, shares: Panel) {
    let table = facets.table
    let rows = facet.rows.sorted { table.rank(in: $0) < table.rank(in: $1) }
    var sums: [[Series.Point]] = [[], []]
    var shares: [[Series.Point]] = [[], []]
    var captions: [Caption] = []
    for (index, row) in rows.enumerated() {
      guard let truncation = table.finite("squared_truncation", in: row),
        let scaling = table.finite("squared_scaling", in: row),
        truncation + scaling <= Axis.largest
      else { continue }
      let x = Double(index + 1)
      let whole = truncation + scaling
      sums[0].append(Series.Point(x: x, y: truncation, low: 0, high: truncation))
      sums[1].append(Series.Point(x: x, y: whole, low: truncation, high: whole))
      let error = (table.finite("squared_error", in: row) ?? whole).squareRoot()
      captions.append(Caption(x: x, y: whole, text: DecimalText.short(error)))
      guard whole > 0 else { continue }
      shares[0].append(Series.Point(x: x, y: truncation / whole, low: 0, high: truncation / whole))
      shares[1].append(Series.Point(x: x, y: 1, low: truncation / whole, high: 1))
    }
    let styles = [
      PlotStyle(colour: .blue, dash: .solid, mark: .square),
      PlotStyle(colour: .orange, dash: .solid, mark: .square),
    ]
    func series(_ points: [[Series.Point]]) -> [Series] {
      zip(["truncation²", "scaling: (1 − s)² · captured"], zip(styles, points)).map {
        Series(label: $0, style: $1.0, form: .bars, points: $1.1)
      }
    }
    let x = Axis(
      label: "rank r", low: 0.4, high: Double(max(1, rows.count)) + 0.6,
      ticks: rows.enumerated().map {
        let text = [String(table.rank(in: $1)), facets.distinction.text(of: $1, in: table)]
        return Axis.Tick(
          at: Double($0 + 1), text: text.filter { !$0.isEmpty }.joined(separator: ", "))
      })
    var y = Axis.measured("error² (fraction²)", series(sums))
    // Room for the numbers above the bars.
    y.high *= 1.06
    return (
      Panel(title: title, x: x, y: y, series: series(sums), captions: captions),
      Panel(title: title, x: x, y: .share("share of error²"), series: series(shares))
    )
  }

  /// Notes on errors that are not the sum of their parts, for example because they were measured
  /// differently.
  private func unexplained(_ parts: ResultTable) -> [String] {
    var count = 0
    var unknown = 0
    for row in parts.rows {
      guard let difference = parts.finite("unexplained", in: row) else {
        unknown += 1
        continue
      }
      if abs(difference) > 1e-9 * max(1, parts.finite("squared_error", in: row) ?? 1) { count += 1 }
    }
    return [
      count > 0
        ? "In \(count) cell\(count == 1 ? "" : "s") error² is not the sum of the parts: it was measured in another way. The bars are the parts, the numbers the error."
        : nil,
      unknown > 0
        ? "Of \(unknown) cell\(unknown == 1 ? "" : "s") the parts are not known, and there is no bar."
        : nil,
    ].compactMap(\.self)
  }
}
