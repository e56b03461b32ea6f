import LoRASpectra

extension SweepFigures {
  /// The share of the variance that is marked.
  package static let markedShare = 0.9

  /// Variance captured against rank with the rank at which it passes 90 %, a panel for each shape
  /// and noise level, a line for each profile.
  ///
  /// - Parameters:
  ///   - positions: the rows of the query `spectrum-by-position`; empty if no spectra are recorded.
  ///   - ranks: the rows of the query `rank-for-variance` at a share of 0.9.
  /// - Throws: `FigureError`.
  package func variance(positions: ResultTable, ranks: ResultTable) throws -> Figure {
    let captured = capturedCells()
    guard !captured.rows.isEmpty else {
      throw FigureError.nothing(reason: "no variance captured is recorded")
    }
    let facets = try Facets(
      captured, by: [.shape, .noise], of: "variance captured", distinction: distinction)
    let seeds = seeds(captured)
    let spectra = selection.rows(of: positions)
    return Figure(
      title: headline("Variance captured by rank"),
      subtitle: [
        ([seeds.text] + facets.shared()).joined(separator: ", ") + ".",
        "Marks: ranks that were run."
          + (spectra.rows.isEmpty ? "" : " Lines: every rank, from the spectra.")
          + " Drop lines: where 90 % is passed.",
      ],
      notes: notes,
      panels: try facets.facets.map {
        try variancePanel(facets, $0, title: facets.title(of: $0), positions: spectra, ranks: ranks)
      }, columns: facets.columns
    ).withSharedAxes()
  }

  /// One cell for each profile, shape, noise level and rank, as the variance captured does not
  /// depend on α and the rule. If cells have different numbers of seeds, the one with the most is
  /// used.
  func capturedCells() -> ResultTable {
    var result = selection.rows(of: cells)
    var order: [[ExactText]] = []
    var best: [[ExactText]: (n: Int64, row: [Value])] = [:]
    for row in result.rows where result.finite("variance_captured", in: row) != nil {
      let key =
        [.profile, .shape, .noise].map { (setting: CellSetting) in
          ExactText(setting.text(of: row, in: result))
        } + [ExactText("\(result.rank(in: row))")]
      let n = result.value("n", in: row).integer ?? 0
      if best[key] == nil { order.append(key) }
      if n > best[key]?.n ?? -1 { best[key] = (n, row) }
    }
    result.rows = order.compactMap { best[$0]?.row }
    return result
  }

  /// One panel of captures.
  func variancePanel(
    _ facets: Facets, _ facet: Facets.Facet, title: String, positions: ResultTable,
    ranks: ResultTable
  ) throws -> Panel {
    let table = facets.table
    var series: [Series] = []
    var ends: [Double] = []
    for (profile, rows) in try profiles(facets, facet, in: "variance captured") {
      let style = PlotStyle.profile(place(ofProfile: profile))
      let sorted = rows.sorted { table.rank(in: $0) < table.rank(in: $1) }
      let points = sorted.map {
        Series.Point(
          x: Double(table.rank(in: $0)), y: table.finite("variance_captured", in: $0))
      }
      let place = ([profile] + facet.key).map(ExactText.init)
      func isHere(_ row: [Value], of other: ResultTable) -> Bool {
        [.profile, .shape, .noise].map { (setting: CellSetting) in
          ExactText(setting.text(of: row, in: other))
        } == place
      }
      let crossing =
        ranks.rows.first { isHere($0, of: ranks) }
        .map { Crossing($0, of: ranks) } ?? Crossing()
      let curve = cumulated(positions.rows.filter { isHere($0, of: positions) }, of: positions)
      let label = "\(profile.shortened(to: 24)): \(crossing.words)"
      if let rank = crossing.rank {
        ends.append(rank)
        series.append(
          Series(
            label: "", style: style, form: .drop,
            points: [Series.Point(x: rank, y: SweepFigures.markedShare)]))
      }
      if curve.isEmpty {
        series.append(Series(label: label, style: style, form: .line, points: points))
      } else {
        series.append(Series(label: "", style: style, form: .curve, points: curve))
        series.append(Series(label: label, style: style, form: .marks, points: points))
      }
    }
    let run = Set(facet.rows.map(table.rank))
    var x = Axis.ranks(Array(run) + ends.compactMap { Int(exactly: $0.rounded()) })
    x.ticks = run.sorted().map { Axis.Tick(at: Double($0), text: String($0)) }
    // Points beyond the visible ranks would pull the line out of the panel.
    for index in series.indices where series[index].form == .curve {
      series[index].points = series[index].points.filter { x.low <= $0.x && $0.x <= x.high }
    }
    return Panel(
      title: title, x: x, y: .share("variance captured (fraction)"), series: series,
      guides: [Guide(y: SweepFigures.markedShare, label: "90 %")])
  }

  /// The mean share of the variance up to each position.
  private func cumulated(_ rows: [[Value]], of table: ResultTable) -> [Series.Point] {
    var sum = 0.0
    return rows.compactMap { row in
      guard let position = table.finite("position", in: row),
        let share = table.finite("variance_share", in: row)
      else { return nil }
      sum += share
      return Series.Point(x: position, y: min(sum, 1))
    }
  }
}

/// The rank at which the marked share is passed, over the seeds of a profile.
private struct Crossing {
  /// The mean rank; nil if unknown.
  var rank: Double?
  /// The text in the key.
  var words = "90 % at no rank run"

  init() {}

  /// - Parameter row: a row of the query `rank-for-variance`.
  init(_ row: [Value], of table: ResultTable) {
    func ends(_ source: String) -> (Int64, Int64)? {
      guard let least = table.value("\(source)_rank_min", in: row).integer,
        let most = table.value("\(source)_rank_max", in: row).integer
      else { return nil }
      return (least, most)
    }
    if let (least, most) = ends("spectrum") {
      rank = table.finite("spectrum_rank_mean", in: row)
      words = "90 % at rank \(least == most ? "\(least)" : "\(least) to \(most)")"
    } else if let (least, most) = ends("recorded") {
      rank = table.finite("recorded_rank_mean", in: row)
      words = "90 % by rank \(least == most ? "\(least)" : "\(least) to \(most)")"
    }
  }
}
