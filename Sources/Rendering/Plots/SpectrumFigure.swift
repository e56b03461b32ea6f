import LoRASpectra

extension SweepFigures {
  /// Singular values by position, a panel for each shape and noise level, a line for each profile.
  ///
  /// - Parameter positions: the rows of the query `spectrum-by-position`.
  /// - Throws: `FigureError`.
  package func spectrum(_ positions: ResultTable) throws -> Figure {
    let positions = selection.rows(of: positions)
    guard !positions.rows.isEmpty else {
      throw FigureError.nothing(
        reason: "no singular values are recorded, as is so where runs were logged or imported")
    }
    let facets = try Facets(
      positions, by: [.shape, .noise], of: "spectra", distinction: distinction)
    let seeds = seeds(positions)
    let full = try facets.facets.map { try spectrumPanel(facets, $0, title: facets.title(of: $0)) }
    let panels = full.map(finished)
    return Figure(
      title: headline("Singular values"),
      subtitle: [
        ([seeds.text] + facets.shared()).joined(separator: ", ") + ".",
        seeds.areSeveral ? "Band: one standard deviation over the \(repeats)s, up and down." : nil,
      ].compactMap(\.self),
      notes: notes + zeros(full, panels), panels: panels,
      columns: facets.columns
    ).withSharedAxes()
  }

  /// One panel of spectra, without its final axis.
  func spectrumPanel(_ facets: Facets, _ facet: Facets.Facet, title: String) throws -> Panel {
    let table = facets.table
    let profiles = try self.profiles(facets, facet, in: "spectra")
    var bands: [Series] = []
    var lines: [Series] = []
    for (profile, rows) in profiles {
      let style = PlotStyle.profile(place(ofProfile: profile))
      let points = rows.map { row -> Series.Point in
        let mean = table.finite("singular_value_mean", in: row)
        let deviation = table.finite("singular_value_sd", in: row)
        return Series.Point(
          x: table.finite("position", in: row) ?? 0, y: mean,
          low: mean.flatMap { mean in deviation.map { max(0, mean - $0) } },
          high: mean.flatMap { mean in deviation.map { mean + $0 } })
      }
      if points.contains(where: { $0.low != nil }) {
        bands.append(Series(label: "", style: style, form: .band, points: points))
      }
      lines.append(
        Series(
          label: profile, style: style, form: .line,
          points: points.map { Series.Point(x: $0.x, y: $0.y) }))
    }
    let last = table.rows.compactMap { table.finite("position", in: $0) }.max() ?? 1
    return Panel(
      title: title,
      x: .positions("position i", last: Int(exactly: last) ?? 1),
      y: .measured("singular value σᵢ", bands + lines), series: bands + lines)
  }

  /// The rows of a panel by profile.
  ///
  /// - Throws: `FigureError.tooMany`.
  func profiles(
    _ facets: Facets, _ facet: Facets.Facet, in picture: String
  ) throws -> [(profile: String, rows: [[Value]])] {
    let table = facets.table
    var order: [ExactText] = []
    var rows: [ExactText: [[Value]]] = [:]
    for row in facet.rows {
      let profile = ExactText(CellSetting.profile.text(of: row, in: table))
      if rows[profile] == nil { order.append(profile) }
      rows[profile, default: []].append(row)
    }
    guard order.count <= Facets.mostLines else {
      throw FigureError.tooMany(
        "lines in one panel of \(picture)", count: order.count, limit: Facets.mostLines,
        choices: facets.choices([.profile]))
    }
    return order.map { ($0.text, rows[$0] ?? []) }
  }
}
