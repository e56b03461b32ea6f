import LoRASpectra

/// A comparison as rows: all numbers for programs, and a short form for people.
package struct ComparisonTables {
  /// The settings that identify a place.
  package let placeColumns: [String]
  /// Each place's settings.
  package let places: [[Value]]
  /// The sides' names; others are compared with the first.
  package let sides: [String]
  /// The measurements.
  package let comparison: Comparison
  /// Sentences on profiles that are matched although they differ.
  package let notes: [String]
  /// The critical t by degrees of freedom.
  package let criticalValue: (Double) -> Double?

  package init(
    placeColumns: [String], places: [[Value]], sides: [String], comparison: Comparison,
    notes: [String] = [], criticalValue: @escaping (Double) -> Double?
  ) {
    self.notes = notes
    self.placeColumns = placeColumns
    self.places = places
    self.sides = sides
    self.comparison = comparison
    self.criticalValue = criticalValue
  }

  /// The same with a column `shape` instead of `d` and `k`.
  package var withShapes: ComparisonTables {
    guard let d = placeColumns.firstIndex(of: "d"), placeColumns.dropFirst(d + 1).first == "k"
    else { return self }
    func joined<Element>(_ row: [Element], _ shape: Element) -> [Element] {
      row[..<d] + [shape] + row[(d + 2)...]
    }
    return ComparisonTables(
      placeColumns: joined(placeColumns, "shape"),
      places: places.map { row in
        let sides = row[d...].prefix(2).compactMap { $0.integer.map { Int(clamping: $0) } }
        return joined(
          row, sides.count == 2 ? .text("\(Shape(d: sides[0], k: sides[1]))") : .absent)
      }, sides: sides, comparison: comparison, notes: notes, criticalValue: criticalValue)
  }

  /// All numbers: the place, the metric, each side's repeats, then each later side compared with
  /// the first. With two sides the columns of the contrast have no side's name.
  package var full: ResultTable {
    var columns = placeColumns + ["metric"]
    for side in sides {
      columns += ["n", "mean", "sd", "ci_low", "ci_high"].map { "\(side)_\($0)" }
    }
    for side in sides.dropFirst() {
      columns += [
        "pairs", "mean_difference", "difference_ci_low", "difference_ci_high", "second_wins",
      ].map { sides.count > 2 ? "\(side)_\($0)" : $0 }
    }
    columns += sides.map { "\($0)_diverged" }
    let rows = places.enumerated().map { place, settings -> [Value] in
      var row = settings + [.text(comparison.metric.name)]
      for side in sides.indices {
        let summary = comparison.repeats(place: place, side: side).summary
        let estimate = Estimate(of: summary, criticalValue: criticalValue)
        row += [
          .integer(Int64(summary.count)), summary.count > 0 ? .real(summary.mean) : .absent,
          real(summary.standardDeviation), real(estimate.low), real(estimate.high),
        ]
      }
      for side in sides.indices.dropFirst() {
        let contrast = contrast(place, side)
        row += [
          .integer(Int64(contrast?.pairs ?? 0)), real(contrast?.difference.mean),
          real(contrast?.difference.low), real(contrast?.difference.high), real(contrast?.wins),
        ]
      }
      return row
        + sides.indices.map {
          .integer(Int64(comparison.repeats(place: place, side: $0).diverged))
        }
    }
    return ResultTable(columns: columns, rows: rows)
  }

  /// The repeats of each side with a row of its own: the place, the metric, the side and its numbers.
  package var long: ResultTable {
    var table = ResultTable(
      columns: placeColumns
        + ["metric", "side", "n", "mean", "sd", "ci_low", "ci_high", "diverged"], rows: [])
    for (place, settings) in places.enumerated() {
      for side in sides.indices {
        let repeats = comparison.repeats(place: place, side: side)
        let summary = repeats.summary
        guard summary.count > 0 || repeats.diverged > 0 else { continue }
        let estimate = Estimate(of: summary, criticalValue: criticalValue)
        table.rows.append(
          settings + [
            .text(comparison.metric.name), .text(sides[side]), .integer(Int64(summary.count)),
            summary.count > 0 ? .real(summary.mean) : .absent, real(summary.standardDeviation),
            real(estimate.low), real(estimate.high), .integer(Int64(repeats.diverged)),
          ])
      }
    }
    return table
  }

  /// Whether no side has a value anywhere.
  package var isEmpty: Bool {
    !places.indices.contains { place in
      sides.indices.contains { side in
        let repeats = comparison.repeats(place: place, side: side)
        return repeats.summary.count > 0 || repeats.diverged > 0
      }
    }
  }

  /// The short form: the settings that vary, the means, the differences with their margins, and the
  /// conclusion from each interval in words.
  package var glance: ResultTable {
    let varying = varying
    var columns = varying.map { placeColumns[$0] } + sides.flatMap { ["n", $0, "±"] }
    for side in sides.dropFirst() {
      columns += [
        sides.count > 2 ? "\(side) - \(sides[0])" : "difference", "±", "pairs", "finding",
      ]
    }
    let rows = places.enumerated().map { place, settings -> [Value] in
      var row = varying.map { settings[$0] }
      for side in sides.indices { row += summary(place, side) }
      for side in sides.indices.dropFirst() { row += difference(place, side, words: words) }
      return row
    }
    return ResultTable(columns: columns, rows: rows)
  }

  /// The contents of ``glance`` with a row for each side, which is narrow for any number of sides.
  package var narrow: ResultTable {
    let varying = varying
    var columns = varying.map { placeColumns[$0] } + ["side", "mean", "±"]
    if sides.count > 1 { columns += ["diff", "±", "finding", "pairs"] }
    columns.append("n")
    let rows = places.enumerated().flatMap { place, settings in
      sides.indices.map { side -> [Value] in
        let summary = summary(place, side)
        return varying.map { settings[$0] } + [.text(sides[side])] + summary.dropFirst()
          + (side > 0
            ? narrowDifference(place, side)
            : Array(repeating: .absent, count: sides.count > 1 ? 4 : 0)) + summary.prefix(1)
      }
    }
    return ResultTable(columns: columns, rows: rows)
  }

  /// The settings that tell places apart. One that has a single value, and only where another
  /// setting has some value (AdamW's β₁), tells nothing more than that other one.
  private var varying: [Int] {
    var kept: [Int] = []
    for column in placeColumns.indices {
      let values = Set(places.map { $0[column] })
      guard values.count > 1 else { continue }
      let isImplied =
        values.count == 2 && values.contains(.absent)
        && kept.contains { other in
          Set(places.map { [$0[other], $0[column]] }).count == Set(places.map { $0[other] }).count
        }
      if !isImplied { kept.append(column) }
    }
    return kept
  }

  /// Largest number of notes in a text.
  private static let mostNotes = 4

  /// Sentences on the basis of the comparison.
  package func basis(level: Double) -> String {
    let interval =
      (["± is half a \((level * 100).shortestText) % confidence interval (Student's t)."]
      + shownNotes.map { "\($0)." }).joined(separator: " ")
    let what = comparison.pairing.rawValue
    guard sides.count > 1 else {
      return "\(sides.first ?? "nothing") alone, with nothing to compare it with. \(interval)"
    }
    var paired = 0
    var unpaired = 0
    for place in places.indices {
      for side in sides.indices.dropFirst() {
        guard let contrast = contrast(place, side) else { continue }
        if contrast.pairs > 0 { paired += 1 } else { unpaired += 1 }
      }
    }
    let against = "\(sides.dropFirst().joined(separator: ", ")) against \(sides[0])"
    switch (paired, unpaired) {
    case (0, 0): return "\(against): no cell has runs on both sides. \(interval)"
    case (_, 0): return "\(against), paired on the \(what)s that both have. \(interval)"
    case (0, _):
      return "\(against), unpaired (Welch): the sides share no \(what). \(interval)"
    default:
      return
        "\(against), paired on the \(what)s that both have, and unpaired (Welch) where pairs is 0. \(interval)"
    }
  }

  /// The notes, of many the first ones and how many more there are.
  package var shownNotes: [String] {
    let left = notes.count - ComparisonTables.mostNotes
    return Array(notes.prefix(ComparisonTables.mostNotes))
      + (left > 0 ? ["\(left) more profiles differ in label or values"] : [])
  }

  /// Number of repeats of a side, their mean and its margin.
  private func summary(_ place: Int, _ side: Int) -> [Value] {
    let repeats = comparison.repeats(place: place, side: side)
    let estimate = Estimate(of: repeats.summary, criticalValue: criticalValue)
    return [
      .integer(Int64(repeats.summary.count)),
      repeats.summary.count > 0 ? .real(estimate.mean) : .absent,
      margin(estimate, beside: estimate.mean),
    ]
  }

  /// The difference of a side from the first, its margin, the number of pairs, and the conclusion.
  private func difference(
    _ place: Int, _ side: Int, words: ((Contrast?, _ side: Int, _ place: Int) -> String)
  ) -> [Value] {
    let contrast = contrast(place, side)
    return [
      real(contrast?.difference.mean),
      contrast.map { margin($0.difference, beside: $0.size) } ?? .absent,
      .integer(Int64(contrast?.pairs ?? 0)), .text(words(contrast, side, place)),
    ]
  }

  /// The same with the conclusion before the number of pairs: a narrow terminal cuts at the right.
  private func narrowDifference(_ place: Int, _ side: Int) -> [Value] {
    var row = difference(place, side, words: shortWords)
    row.swapAt(2, 3)
    return row
  }

  /// Half an interval's width, 0 if it is within rounding.
  private func margin(_ estimate: Estimate, beside size: Double) -> Value {
    real(estimate.margin.map { $0 <= Contrast.rounding * abs(size) ? 0 : $0 })
  }

  func contrast(_ place: Int, _ side: Int) -> Contrast? {
    comparison.contrast(place: place, side: side, criticalValue: criticalValue)
  }

  /// The conclusion in a row that names the side.
  private func shortWords(_ contrast: Contrast?, _ side: Int, _ place: Int) -> String {
    let isBetterLarger = comparison.isBetterLarger
    let finding =
      switch contrast?.finding {
      case .secondLarger: isBetterLarger ? "better" : "worse"
      case .firstLarger: isBetterLarger ? "worse" : "better"
      case .unclear: "unclear"
      case .equal: "the same"
      case .tooFew: "too few repeats"
      case nil: whollyDiverged(side, place) ?? "nothing to compare"
      }
    let diverged = diverged(side, place)
    return finding + (diverged > 0 && contrast != nil ? " (\(diverged) diverged)" : "")
  }

  /// Says which side diverged in all its repeats; nil where one has no repeats.
  private func whollyDiverged(_ side: Int, _ place: Int) -> String? {
    let empty = [0, side].filter {
      let repeats = comparison.repeats(place: place, side: $0)
      return repeats.summary.count == 0 && repeats.diverged > 0
    }
    guard let first = empty.first else { return nil }
    return empty.count == 2 ? "all diverged" : "\(sides[first]) diverged"
  }

  private func diverged(_ side: Int, _ place: Int) -> Int {
    comparison.repeats(place: place, side: 0).diverged
      + comparison.repeats(place: place, side: side).diverged
  }

  /// Mentions diverged values, which the means do not show.
  private func aside(_ side: Int, _ place: Int) -> String {
    let diverged = diverged(side, place)
    return diverged > 0 ? " (\(diverged) diverged, left out)" : ""
  }

  /// The conclusion in words.
  private func words(_ contrast: Contrast?, _ side: Int, _ place: Int) -> String {
    guard let contrast else { return "nothing to compare" + aside(side, place) }
    let isBetterLarger = comparison.isBetterLarger
    let finding =
      switch contrast.finding {
      case .secondLarger: "\(isBetterLarger ? sides[side] : sides[0]) better"
      case .firstLarger: "\(isBetterLarger ? sides[0] : sides[side]) better"
      case .unclear: "no clear difference"
      case .equal: "the same"
      case .tooFew: "too few repeats to tell"
      }
    return finding + aside(side, place)
  }

  private func real(_ number: Double?) -> Value { number.map(Value.real) ?? .absent }
}
