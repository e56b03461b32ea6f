import BoostStatistics
import LoRASpectra
import Rendering

/// How many more seeds would tell two sides apart where a comparison cannot.
///
/// Of a paired t-test with a power of 80 % (Cohen 1988, chapter 2), from the standard deviation of the differences seen.
struct SeedsToTell {
  static let power = 0.8
  /// The confidence of the intervals.
  let level: Double
  /// The size of the difference that should be told, in the metric's unit; nil for the one that was seen.
  let effect: Double?

  /// A sentence on each side of which there is something to say.
  func sentences(_ tables: ComparisonTables) -> [String] {
    tables.sides.indices.dropFirst().compactMap { side in
      let start = tables.sides.count > 2 ? "\(tables.sides[side]): " : ""
      return sentence(tables, side).map { start + $0 }
    }
  }

  private func sentence(_ tables: ComparisonTables, _ side: Int) -> String? {
    if tables.isUnrepeated(side: side) {
      return
        "One \(noun(tables)) a setting gives no interval: with a few more it can be told how far another would fall from it."
    }
    let unclear = tables.unclear(onSide: side).filter { $0.pairs > 1 }
    if unclear.isEmpty { return nil }
    let needed = unclear.map { contrast in
      contrast.deviation.flatMap { deviation in
        PairedTest.pairs(
          effect: (effect ?? abs(contrast.difference.mean)) / deviation, level: level,
          power: SeedsToTell.power
        ).map { max(0, $0 - contrast.pairs) }
      }
    }
    let size = effect.map { "of \($0.shortestText)" } ?? "of the size seen"
    let found = needed.compactMap(\.self)
    guard let least = found.min(), let greatest = found.max() else {
      return
        "Not even a million \(noun(tables))s would tell a difference \(size) (80 % power, paired t-test)."
    }
    if greatest == 0, found.count == needed.count {
      return
        "Where it is unclear, there are \(noun(tables))s enough to tell a difference \(size) (80 % power, paired t-test)."
    }
    let more = least == greatest ? "\(least)" : "\(least) to \(greatest)"
    let rest =
      found.count < needed.count ? ", in \(needed.count - found.count) not even a million" : ""
    return
      "Where it is unclear, \(more) more \(noun(tables))\(more == "1" ? "" : "s") would tell a difference \(size)\(rest) (80 % power, paired t-test)."
  }

  private func noun(_ tables: ComparisonTables) -> String {
    tables.comparison.pairing == .module ? "module" : "seed"
  }
}
