import LoRASpectra
import TestSupport
import Testing

struct NumPyLegacyNormalsTests {
  @Test("Normals are NumPy's bit for bit", arguments: [0, 1, 42, UInt32.max])
  func bitForBit(seed: UInt32) throws {
    let reference = try NumPyReference.load()
    let expected = try #require(reference.standardNormal["\(seed)"])
    var stream = NumPyLegacyNormals(seed: seed)
    let drawn = stream.draw(1300)
    #expect(reference.standardNormalPositions.count == expected.count)
    for (position, value) in zip(reference.standardNormalPositions, expected) {
      #expect(drawn[position].bitPattern == value.bitPattern, "seed \(seed), position \(position)")
    }
  }

  @Test("The reference holds every seed that is tested and nothing else")
  func referenceIsWhole() throws {
    let seeds = try NumPyReference.load().standardNormal.keys.sorted()
    #expect(seeds == ["0", "1", "42", "4294967295"])
  }

  @Test("A draw in pieces, odd or even, is the draw in one")
  func pieces() {
    for sizes in [
      [1, 1, 1], [3, 4, 5], [2, 2, 7], [0, 1, 0, 2], [623, 1, 624, 3], [5, 0, 0, 1],
    ] {
      var whole = NumPyLegacyNormals(seed: 7)
      var cut = NumPyLegacyNormals(seed: 7)
      let expected = whole.draw(sizes.reduce(0, +))
      let pieces = sizes.flatMap { cut.draw($0) }
      #expect(pieces == expected, "\(sizes)")
      #expect(cut.draw(3) == whole.draw(3), "behind \(sizes)")
    }
  }

  @Test("To skip is to draw and to drop, whether or not a second value is kept")
  func skipping() {
    for before in [0, 1, 2, 5] {
      for count in [0, 1, 2, 3, 10, 11, 1247, 1248] {
        var drawn = NumPyLegacyNormals(seed: 9)
        var skipped = NumPyLegacyNormals(seed: 9)
        _ = drawn.draw(before)
        _ = skipped.draw(before)
        _ = drawn.draw(count)
        skipped.skip(count)
        #expect(skipped.draw(4) == drawn.draw(4), "\(before) drawn, \(count) skipped")
      }
    }
  }

  @Test("Skips one after another add up")
  func skipsAddUp() {
    var single = NumPyLegacyNormals(seed: 3)
    var several = NumPyLegacyNormals(seed: 3)
    single.skip(17)
    for count in [1, 1, 4, 0, 3, 8] { several.skip(count) }
    #expect(several.draw(5) == single.draw(5))
  }

  @Test("Two seeds give two streams, one seed the same one again")
  func seeds() {
    var first = NumPyLegacyNormals(seed: 0)
    var again = NumPyLegacyNormals(seed: 0)
    var other = NumPyLegacyNormals(seed: 1)
    let drawn = first.draw(8)
    #expect(again.draw(8) == drawn)
    #expect(other.draw(8) != drawn)
  }

  @Test("The stream keeps the name that books record")
  func name() {
    #expect(NumPyLegacyNormals.name == "numpy-randomstate-mt19937-polar")
  }
}

extension NumPyLegacyNormals {
  /// The next normals.
  mutating func draw(_ count: Int) -> [Double] {
    var values = [Double](repeating: .nan, count: count)
    values.withUnsafeMutableBufferPointer { fill($0) }
    return values
  }
}
