import Glibc
import LoRASpectra

/// A comparison in sentences: the number of cells in each direction, then the most important ones.
///
/// A sentence calls a side lower or higher only if the interval excludes 0. If it contains 0, the
/// sentence says that the difference is unclear; without repeats, that one measurement is no
/// answer.
package struct ComparisonWords {
  /// The comparison to describe.
  let tables: ComparisonTables
  /// The confidence of the intervals, above 0 and below 1.
  let level: Double
  /// The columns of a place, except its rank, that vary.
  private let settings: [Int]
  private let rank: Int?
  /// Largest number of groups of cells with their own sentences.
  static let mostGroups = 6

  /// - Parameters:
  ///   - tables: the comparison to describe.
  ///   - level: the confidence of their intervals, above 0 and below 1.
  package init(_ tables: ComparisonTables, level: Double) {
    self.tables = tables
    self.level = level
    rank = tables.placeColumns.firstIndex(of: "rank")
    settings = tables.placeColumns.indices.filter { column in
      tables.placeColumns[column] != "rank"
        && Set(tables.places.map { $0[column] }).count > 1
    }
  }

  /// A side compared with the first, in sentences.
  package struct Account: Equatable, Sendable {
    /// The number of cells in each direction.
    package var overview: Prose
    /// The most important findings, at least one sentence each.
    package var details: [Prose]
  }

  /// An account of each later side.
  package var accounts: [Account] {
    tables.sides.indices.dropFirst().map { side in
      let cells = tables.places.indices.map { PlaceFinding(place: $0, side: side, tables) }
      return Account(overview: overview(cells, side), details: groups(cells, side))
    }
  }

  /// Whether any cell has finite values on two sides.
  package var isAnythingCompared: Bool {
    tables.sides.indices.dropFirst().contains { side in
      tables.places.indices.contains { PlaceFinding(place: $0, side: side, tables).contrast != nil }
    }
  }

  // MARK: - All cells

  private func overview(_ cells: [PlaceFinding], _ side: Int) -> Prose {
    let compared = cells.filter { $0.contrast != nil }
    let both: Prose = "\(name: tables.sides[side]) against \(name: tables.sides[0])"
    guard !compared.isEmpty else {
      return
        "\(both): no cell has finite values on both sides, so nothing can be compared. A cell is on both sides where all of \(tables.placeColumns.joined(separator: ", ")) are the same."
    }
    func count(_ finding: Contrast.Finding) -> Int { compared.count { $0.finding == finding } }
    let isUnrepeated = count(.tooFew) + count(.equal) == compared.count
    let lower =
      isUnrepeated ? compared.count { $0.direction == .lower } : count(.firstLarger)
    let higher =
      isUnrepeated ? compared.count { $0.direction == .higher } : count(.secondLarger)
    let counts = [(lower, "lower"), (higher, "higher"), (count(.equal), "the same")]
    let clear = counts.filter { $0.0 > 0 }.map { "\($1) in \($0)" as Prose }
    var result: Prose =
      "\(both): of \(compared.count) cell\(compared.count == 1 ? "" : "s"), "
    var clauses: [Prose] = []
    if !clear.isEmpty {
      clauses.append("the \(metric) with \(name: tables.sides[side]) is \(joined(clear))")
    }
    if count(.unclear) > 0 {
      clauses.append(
        "in \(count(.unclear)) the interval holds 0, so that it cannot be told which is lower")
    }
    if !isUnrepeated, count(.tooFew) > 0 {
      clauses.append("in \(count(.tooFew)) there are too few repeats to tell")
    }
    for (index, clause) in clauses.enumerated() {
      result = index == 0 ? result + clause : result + "; " + clause
    }
    result = result + "."
    if isUnrepeated, count(.tooFew) > 0 {
      result =
        result
        + " There are no repeats, one \(repeated) a cell: nothing here says how far another \(repeated) would fall from it."
    }
    let alone = cells.count - compared.count
    if alone > 0 {
      result =
        result
        + " \(alone) cell\(alone == 1 ? " has" : "s have") values on one side alone and cannot be compared."
    }
    return result
  }

  private var repeated: String { tables.comparison.pairing == .module ? "module" : "seed" }

  // MARK: - The most telling

  private func groups(_ cells: [PlaceFinding], _ side: Int) -> [Prose] {
    var order: [[Value]] = []
    var byKey: [[Value]: [PlaceFinding]] = [:]
    for cell in cells where cell.contrast != nil {
      let key = settings.map { tables.places[cell.place][$0] }
      if byKey[key] == nil { order.append(key) }
      byKey[key, default: []].append(cell)
    }
    let told = order.prefix(ComparisonWords.mostGroups)
    var result = told.map { sentence(byKey[$0] ?? [], key: $0, side) }
    if order.count > told.count {
      result.append(
        "\(order.count - told.count) more combinations of \(columnNames) are in the table.")
    }
    return result
  }

  private var columnNames: String {
    settings.map { tables.placeColumns[$0] }.joined(separator: ", ")
  }

  /// One group: the directions of its ranks, and the largest difference with its interval.
  private func sentence(_ cells: [PlaceFinding], key: [Value], _ side: Int) -> Prose {
    let sorted = cells.sorted { rankOf($0) < rankOf($1) }
    let place = label(key)
    let start: Prose = place.text.isEmpty ? "" : "\(place): "
    guard sorted.count > 1, rank != nil else {
      return sorted.first.map { start + single($0, side, isAlone: place.text.isEmpty) } ?? start
    }
    let runs = consecutive(sorted)
    let isLong = runs.count > 4
    let parts: [Prose] =
      isLong
      ? counted(sorted)
      : runs.map { run in "\(words(run.finding)) at \(ranks(run.cells))" }
    var result: Prose =
      "\(start)the \(metric) with \(name: tables.sides[side]) is \(joined(parts))."
    if let largest = sorted.filter({ $0.weight >= 0 }).max(by: { $0.weight < $1.weight }) {
      result =
        result + " The largest difference is at \(ranks([largest])): \(numbers(largest, side))."
    }
    if let unclear = sorted.first(where: { $0.finding == .unclear }) {
      result =
        result + " At \(ranks([unclear])), where it cannot be told: \(numbers(unclear, side))."
    }
    return result
  }

  /// A single cell.
  private func single(_ cell: PlaceFinding, _ side: Int, isAlone: Bool) -> Prose {
    let at: Prose =
      rank == nil
      ? (isAlone ? "The " : "the ") : "\(isAlone ? "At" : "at") \(ranks([cell])), the "
    let (second, first) = (tables.sides[side], tables.sides[0])
    switch cell.finding {
    case .equal: return "\(at)\(metric) is the same with \(name: second) and \(name: first)."
    case .unclear:
      return
        "\(at)\(metric) may be lower with \(name: second) or with \(name: first), which cannot be told: \(numbers(cell, side))."
    case .secondLarger, .firstLarger, .tooFew:
      return
        "\(at)\(metric) is \(cell.difference < 0 ? "lower" : "higher") with \(name: second) than with \(name: first): \(numbers(cell, side))."
    }
  }

  /// The difference, its interval, the number of pairs, and the winner. For a side known to be
  /// lower the numbers say how much lower, without a sign.
  private func numbers(_ cell: PlaceFinding, _ side: Int) -> Prose {
    guard let contrast = cell.contrast else { return "not compared" }
    let digits = ProseNumber(contrast.difference)
    let mean = contrast.difference.mean
    var text: Prose =
      cell.finding == .unclear
      ? "difference \(digits.text(mean))"
      : "\(digits.text(abs(mean))) \(mean < 0 ? "lower" : "higher")"
    text = text + " (\(basis(contrast, isClear: cell.finding != .unclear, digits)))"
    if contrast.pairs > 1, let wins = contrast.wins {
      let won = Int((wins * Double(contrast.pairs)).rounded())
      let share = won == contrast.pairs ? "all" : won == 0 ? "none" : String(won)
      text =
        text
        + "; \(name: tables.sides[side]) wins on \(share) of the \(contrast.pairs) \(tables.comparison.pairing.rawValue)s"
    }
    return text
  }

  /// The interval, and the number of pairs.
  private func basis(_ contrast: Contrast, isClear: Bool, _ digits: ProseNumber) -> String {
    let pairs =
      contrast.pairs > 0
      ? "\(contrast.pairs) pairs"
      : "unpaired (Welch), for they share no \(tables.comparison.pairing.rawValue)"
    guard let margin = contrast.difference.margin else {
      return contrast.pairs == 1 ? "one seed, no interval" : "too few repeats for an interval"
    }
    if margin <= Contrast.rounding * contrast.size { return "\(pairs), the same on each" }
    let mean = isClear ? abs(contrast.difference.mean) : contrast.difference.mean
    let ends = [mean - margin, mean + margin].map(digits.text)
    return "\((level * 100).shortestText) % interval \(ends[0]) to \(ends[1]), \(pairs)"
  }

  // MARK: - Words

  private var metric: String { tables.comparison.metric.name.replacing("_", with: " ") }

  /// Findings of consecutive ranks with the same direction.
  private func consecutive(
    _ cells: [PlaceFinding]
  ) -> [(finding: Direction, cells: [PlaceFinding])] {
    var runs: [(finding: Direction, cells: [PlaceFinding])] = []
    for cell in cells {
      if runs.last?.finding == cell.direction {
        runs[runs.count - 1].cells.append(cell)
      } else {
        runs.append((cell.direction, [cell]))
      }
    }
    return runs
  }

  private func counted(_ cells: [PlaceFinding]) -> [Prose] {
    let all: [Direction] = [.lower, .higher, .inconclusive, .same]
    return all.compactMap { direction -> Prose? in
      let count = cells.count { $0.direction == direction }
      return count > 0 ? "\(words(direction)) at \(count) of \(cells.count) ranks" : nil
    }
  }

  private func words(_ direction: Direction) -> Prose {
    switch direction {
    case .lower: "lower"
    case .higher: "higher"
    case .inconclusive: "not to be told apart"
    case .same: "the same"
    }
  }

  private func rankOf(_ cell: PlaceFinding) -> Int64 {
    rank.flatMap { tables.places[cell.place][$0].integer } ?? 0
  }

  private func ranks(_ cells: [PlaceFinding]) -> Prose {
    let ranks = cells.map(rankOf)
    guard let first = ranks.first, let last = ranks.last, first != last else {
      return "rank \(String(ranks.first ?? 0))"
    }
    return ranks.count == 2
      ? "ranks \(String(first)) and \(String(last))" : "ranks \(String(first)) to \(String(last))"
  }

  /// The settings of a group that vary.
  private func label(_ key: [Value]) -> Prose {
    let named = zip(settings.map { tables.placeColumns[$0] }, key.map(ComparisonWords.text))
    var parts: [Prose] = []
    for (column, text) in named {
      switch column {
      case "profile", "rule": parts.append("\(name: text)")
      case "alpha": parts.append("α = \(text)")
      case "shape": parts.append("\(text)")
      case "noise": parts.append(text.isEmpty ? "noise not recorded" : "noise \(text)")
      default: parts.append("\(column) = \(text)")
      }
    }
    var result: Prose = ""
    for (index, part) in parts.enumerated() { result = index == 0 ? part : result + ", " + part }
    return result
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .absent: ""
    case .integer(let number): String(number)
    case .real(let number): number.shortestText
    case .text(let text): text
    }
  }

  private func joined(_ parts: [Prose]) -> Prose {
    guard let last = parts.last else { return "not known" }
    var result: Prose = ""
    for (index, part) in parts.dropLast().enumerated() {
      result = index == 0 ? part : result + ", " + part
    }
    return parts.count == 1 ? last : result + " and " + last
  }
}
