import LoRASpectra
import Testing

@Suite("A shard of an experiment")
struct ShardTests {
  @Test(
    "has whole streams, and all shards together have each item once",
    arguments: [1, 2, 3, 7, 8, 16, 1000], [0, 1, 5, 12, 16, 999])
  func parts(count: Int, streams: Int) {
    for size in [1, 3] {
      let all = (1...count).compactMap { Shard($0, of: count) }
        .map { $0.items(of: streams * size, itemsPerStream: size) }
      #expect(all.count == count)
      #expect(all.flatMap { Array($0) } == Array(0..<streams * size))
      #expect(all.allSatisfy { $0.lowerBound % size == 0 && $0.upperBound % size == 0 })
      let sizes = all.map(\.count)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= size)
    }
  }

  @Test("is none outside 1 to the number of shards")
  func refusals() {
    for (number, count) in [(0, 16), (17, 16), (-1, 2), (1, 0), (1, 1_000_001), (0, 0)] {
      #expect(Shard(number, of: count) == nil)
    }
    let last = Shard(1_000_000, of: 1_000_000)
    #expect(last?.items(of: 1_000_000_000, itemsPerStream: 1) == 999_999_000..<1_000_000_000)
  }
}
