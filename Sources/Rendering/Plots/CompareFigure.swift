import LoRASpectra

/// The picture of a comparison: the difference of each later side from the first, against rank.
package enum CompareFigure {
  /// A panel for each profile, shape, noise level and α, except the setting that is compared, and a
  /// line for each rule and side.
  ///
  /// - Parameters:
  ///   - tables: the comparison, with its places and sides.
  ///   - setting: the setting whose values are the sides; nil for sweeps.
  ///   - headline: the subject for the headline.
  ///   - selection: the places shown.
  ///   - level: the confidence of the intervals.
  ///   - notes: further notes.
  /// - Throws: `FigureError`.
  package static func figure(
    of tables: ComparisonTables, by setting: CellSetting?, headline: String,
    selection: FigureSelection, level: Double, notes: [String]
  ) throws -> Figure {
    let all = numbered(tables)
    let places = selection.rows(of: all)
    // The first side is the reference, even if it is not selected.
    let wanted = setting.flatMap { selection.values[$0] }
    let sides = tables.sides.indices.dropFirst().filter { side in
      wanted?.contains { ExactText($0) == ExactText(tables.sides[side]) } ?? true
    }
    // With one difference a line stands for a rule, with several for a difference.
    let hasManySides = sides.count > 1
    let settings: [CellSetting] =
      [.profile, .shape, .noise, .alpha] + (hasManySides ? [.rule] : [])
    let facets = try Facets(
      places, by: settings.filter { $0.isColumn(of: places) }, of: "the comparison",
      distinction: CellDistinction(all, id: "place"))
    let rules = places.columns.contains("rule") ? CellSetting.rule.values(in: all) : []
    var pairs: Set<Int> = []
    let panels = try facets.facets.map { facet -> Panel in
      var series: [Series] = []
      let groups = try facets.lines(
        of: facet, by: rules.isEmpty ? nil : .rule, in: "the comparison")
      for line in groups {
        for side in sides {
          let points = line.rows.sorted { places.rank(in: $0) < places.rank(in: $1) }
            .map { point($0, of: places, side, tables, &pairs) }
          guard points.contains(where: { $0.y != nil }) else { continue }
          let contrast = "\(tables.sides[side]) − \(tables.sides[0])"
          let isRule = !hasManySides && !rules.isEmpty
          series.append(
            Series(
              label: isRule
                ? line.label
                : [contrast, line.distinction].filter { !$0.isEmpty }.joined(separator: ", "),
              style: (isRule
                ? PlotStyle.rule(line.value, among: rules)
                : PlotStyle.rule(tables.sides[side], among: Array(tables.sides.dropFirst())))
                .again(line.turn),
              form: .line, points: points))
        }
      }
      guard series.count <= Facets.mostLines else {
        throw FigureError.tooMany(
          "lines in one panel of the comparison", count: series.count, limit: Facets.mostLines,
          choices: facets.choices([.rule]))
      }
      let metric = tables.comparison.metric.name.replacing("_", with: " ")
      return Panel(
        title: facets.title(of: facet), x: .ranks(facet.rows.map(places.rank)),
        y: .measured("difference of \(metric)", series, isDifference: true), series: series,
        guides: [Guide(y: 0, label: "")], keepsIntervalsApart: true)
    }
    let drawn = panels.filter { !$0.series.isEmpty }
    guard !drawn.isEmpty else {
      throw FigureError.nothing(
        reason:
          sides.isEmpty
          ? "it has nothing to set against '\(tables.sides.first ?? "nothing")'"
          : "no cell has finite values on both sides")
    }
    return Figure(
      title: headline,
      subtitle: subtitle(
        tables, sides, pairs: pairs, level: level, settings: facets.shared([.rule])),
      notes: notes + tables.shownNotes.map { "\($0)." } + aside(tables, sides, places),
      panels: drawn,
      columns: facets.columns
    ).withSharedAxes()
  }

  /// The places as a table, with their numbers.
  private static func numbered(_ tables: ComparisonTables) -> ResultTable {
    ResultTable(
      columns: tables.placeColumns + ["place"],
      rows: tables.places.enumerated().map { $1 + [.integer(Int64($0))] })
  }

  /// - Parameter pairs: receives the number of pairs of the difference, 0 for none.
  private static func point(
    _ row: [Value], of places: ResultTable, _ side: Int, _ tables: ComparisonTables,
    _ pairs: inout Set<Int>
  ) -> Series.Point {
    let x = Double(places.rank(in: row))
    guard
      let contrast = tables.comparison.contrast(
        place: Int(places.value("place", in: row).integer ?? 0), side: side,
        criticalValue: tables.criticalValue),
      abs(contrast.difference.mean) <= Axis.largest
    else { return Series.Point(x: x, y: nil) }
    pairs.insert(contrast.pairs)
    // A difference within rounding is drawn as 0.
    if contrast.finding == .equal { return Series.Point(x: x, y: 0) }
    func end(_ value: Double?) -> Double? {
      value.flatMap { abs($0) <= Axis.largest ? $0 : nil }
    }
    return Series.Point(
      x: x, y: contrast.difference.mean, low: end(contrast.difference.low),
      high: end(contrast.difference.high))
  }

  private static func subtitle(
    _ tables: ComparisonTables, _ sides: [Int], pairs: Set<Int>, level: Double, settings: [String]
  ) -> [String] {
    let first = tables.sides.first?.shortened(to: 40) ?? ""
    let second = sides.count == 1 ? tables.sides[sides[0]].shortened(to: 40) : nil
    let better = tables.comparison.isBetterLarger ? "Above" : "Below"
    let paired = pairs.filter { $0 > 0 }
    let least = paired.min() ?? 0
    let most = paired.max() ?? 0
    let pairing = tables.comparison.pairing.rawValue
    let shared =
      "\(least == most ? "\(least)" : "\(least) to \(most)") \(pairing)\(most == 1 ? "" : "s")"
    let basis =
      paired.isEmpty
      ? "unpaired (Welch), for the sides share no \(pairing)"
      : "paired on the \(shared) that both have"
        + (pairs.contains(0) ? ", unpaired (Welch) where they share none" : "")
    return [
      "Differences \(second.map { "\($0) − \(first)" } ?? "from \(first)"), \(basis).",
      "\(better) 0: \(second.map { "\($0) is better" } ?? "better than \(first)")."
        + (most > 1 || pairs.contains(0)
          ? " Bars: \((level * 100).shortestText) % confidence interval (Student's t)." : ""),
      settings.isEmpty ? nil : settings.joined(separator: ", ") + ".",
    ].compactMap(\.self)
  }

  /// Notes on values that are not drawn.
  private static func aside(
    _ tables: ComparisonTables, _ sides: [Int], _ places: ResultTable
  ) -> [String] {
    var diverged = 0
    var alone = 0
    for row in places.rows {
      let place = Int(places.value("place", in: row).integer ?? 0)
      for side in [0] + sides {
        diverged += tables.comparison.repeats(place: place, side: side).diverged
      }
      let isCompared = sides.contains { side in
        tables.comparison.contrast(place: place, side: side, criticalValue: { _ in nil }) != nil
      }
      if !isCompared { alone += 1 }
    }
    return [
      diverged > 0
        ? "\(diverged) run\(diverged == 1 ? "" : "s") diverged (nan or inf), and no mean has a part of them."
        : nil,
      alone > 0
        ? "\(alone) cell\(alone == 1 ? " has" : "s have") values on one side alone and cannot be compared."
        : nil,
    ].compactMap(\.self)
  }
}
