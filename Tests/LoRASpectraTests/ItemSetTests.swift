import LoRASpectra
import TestSupport
import Testing

@Suite("A set of items")
struct ItemSetTests {
  @Test("answers as a set of numbers does, whatever its holes")
  func asASet() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<300 {
      var items = ItemSet()
      var numbers: Set<Int> = []
      var next = 0
      for _ in 0..<Int(random.next() % 6) {
        next += Int(random.next() % 4)
        let range = next..<next + Int(random.next() % 5)
        let isTaken = items.append(range)
        #expect(isTaken)
        numbers.formUnion(range)
        next = range.upperBound
      }
      let ascending = numbers.sorted()
      #expect(items.count == numbers.count && items.isEmpty == numbers.isEmpty)
      let members = items.ranges.flatMap { Array($0) }
      #expect(members == ascending)
      // Ranges that touch are one.
      let gaps = zip(items.ranges, items.ranges.dropFirst()).map { $1.lowerBound - $0.upperBound }
      #expect(gaps.allSatisfy { $0 > 0 })
      for item in 0..<next + 2 {
        #expect(items.contains(item) == numbers.contains(item))
        #expect(items.count(below: item) == ascending.count { $0 < item })
        #expect(items.item(at: item) == (item < ascending.count ? ascending[item] : nil))
      }
      #expect(items.item(at: -1) == nil)
      let start = Int(random.next() % 5)
      let part = start..<start + 8
      let inside = ascending.filter { part.contains($0) }
      #expect(items.items(in: part) == inside)
      let outside = part.filter { !numbers.contains($0) }
      #expect(items.missing(from: part).items(in: 0..<100) == outside)
    }
  }

  @Test("refuses what does not lie behind its last item, and stays as it was")
  func refusals() {
    var items = ItemSet(3..<5)
    for range in [0..<1, 4..<5, 4..<9, 2..<4] {
      let isTaken = items.append(range)
      #expect(!isTaken)
      #expect(items == ItemSet(3..<5))
    }
    items.append(7..<7)
    #expect(items == ItemSet(3..<5))
  }
}
