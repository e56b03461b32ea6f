import BoostStatistics
import LoRASpectra
import Rendering

/// How many more seeds would tell two sides apart where a comparison cannot.
///
/// Of a t-test with a power of 80 % (Cohen 1988, chapter 2): the paired one, from the standard deviation of the
/// differences seen; where sides share no pairs Welch's, from the standard deviation of each side.
struct SeedsToTell {
  static let power = 0.8
  /// The confidence of the intervals.
  let level: Double
  /// The size of the difference that should be told, in the metric's unit; nil for the one that was seen.
  let effect: Double?

  /// The sentences on each side of which there is something to say. None on modules: a model has those it has.
  func sentences(_ tables: ComparisonTables) -> [String] {
    guard tables.comparison.pairing != .module else { return [] }
    return tables.sides.indices.dropFirst().flatMap { side in
      let start = tables.sides.count > 2 ? "\(tables.sides[side]): " : ""
      return sentences(tables, side).map { start + $0 }
    }
  }

  private func sentences(_ tables: ComparisonTables, _ side: Int) -> [String] {
    if tables.isUnrepeated(side: side) {
      return [
        "One seed a setting gives no interval: with a few more it can be told how far another would fall from it."
      ]
    }
    let unclear = tables.unclear(onSide: side)
    let paired = unclear.filter { $0.pairs > 1 }
    let unpaired = unclear.filter { $0.unpaired != nil }
    let isMixed = !paired.isEmpty && !unpaired.isEmpty
    return [
      sentence(
        paired.map(morePairs), where: isMixed ? "unclear and paired" : "unclear",
        test: "paired t-test"),
      sentence(
        unpaired.map(moreRepeats), where: isMixed ? "unclear and unpaired" : "unclear",
        perSide: " a side", test: "Welch's t-test"),
    ].compactMap(\.self)
  }

  /// How many more pairs tell the difference; nil if more than a million would be needed.
  private func morePairs(_ contrast: Contrast) -> Int? {
    contrast.deviation.flatMap { deviation in
      PairedTest.pairs(
        effect: (effect ?? abs(contrast.difference.mean)) / deviation, level: level,
        power: SeedsToTell.power
      ).map { max(0, $0 - contrast.pairs) }
    }
  }

  /// How many more repeats on each side tell the difference, by the side that has fewer; nil as for pairs.
  private func moreRepeats(_ contrast: Contrast) -> Int? {
    guard let sides = contrast.unpaired, let first = sides.first.standardDeviation,
      let second = sides.second.standardDeviation
    else { return nil }
    return UnpairedTest.repeats(
      difference: effect ?? abs(contrast.difference.mean), deviations: (first, second),
      level: level, power: SeedsToTell.power
    ).map { max(0, $0 - min(sides.first.count, sides.second.count)) }
  }

  /// - Parameters:
  ///   - needed: how many more each unclear place needs; nil if more than a million.
  ///   - perSide: what follows the number of repeats where each side needs them.
  /// - Returns: nil if there are no such places.
  private func sentence(
    _ needed: [Int?], where place: String, perSide: String = "", test: String
  ) -> String? {
    if needed.isEmpty { return nil }
    let size = effect.map { "of \($0.shortestText)" } ?? "of the size seen"
    let basis = "(80 % power, \(test))"
    let found = needed.compactMap(\.self)
    guard let least = found.min(), let greatest = found.max() else {
      return "Not even a million seeds\(perSide) would tell a difference \(size) \(basis)."
    }
    if greatest == 0, found.count == needed.count {
      return
        "Where it is \(place), there are seeds enough to tell a difference \(size) \(basis)."
    }
    let more = least == greatest ? "\(least)" : "\(least) to \(greatest)"
    let rest =
      found.count < needed.count ? ", in \(needed.count - found.count) not even a million" : ""
    return
      "Where it is \(place), \(more) more seed\(more == "1" ? "" : "s")\(perSide) would tell a difference \(size)\(rest) \(basis)."
  }
}
