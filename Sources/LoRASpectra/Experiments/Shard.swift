/// The part `number` of `count` of an experiment: whole streams, so that what is drawn or read for a
/// stream's items is drawn or read once.
package struct Shard: Hashable, Sendable {
  /// From 1 to ``count``.
  package let number: Int
  /// From 1.
  package let count: Int

  /// Largest number of shards accepted: more are taken for a mistake.
  package static let mostShards = 1_000_000

  /// - Returns: nil unless 1 ≤ number ≤ count ≤ ``mostShards``.
  package init?(_ number: Int, of count: Int) {
    guard (1...Shard.mostShards).contains(count), (1...count).contains(number) else { return nil }
    self.number = number
    self.count = count
  }

  /// `3/7`.
  package var description: String { "\(number)/\(count)" }

  /// The items of this shard; none if there are more shards than streams before it.
  ///
  /// The shards of one count have all items, each once, in ascending order.
  ///
  /// - Parameters:
  ///   - itemCount: number of items of the experiment.
  ///   - itemsPerStream: number of items of a stream, at least 1.
  package func items(of itemCount: Int, itemsPerStream: Int) -> Range<Int> {
    let streams = itemCount / max(1, itemsPerStream)
    // In parts, as the product of streams and shards may be no Int.
    func start(of shard: Int) -> Int {
      let (whole, rest) = streams.quotientAndRemainder(dividingBy: count)
      return whole * shard + rest * shard / count
    }
    return start(of: number - 1) * itemsPerStream..<start(of: number) * itemsPerStream
  }
}

extension Experiment {
  /// Number of items in a row that no shard divides.
  package var itemsPerShardUnit: Int { itemsPerStream }

  /// The items of a shard; all of them without one.
  package func items(of shard: Shard?) -> Range<Int> {
    shard?.items(of: itemCount, itemsPerStream: itemsPerShardUnit) ?? 0..<itemCount
  }
}
