/// Finds the index of an update in a grid from the update's identity.
package struct GridIndex: Sendable {
  private let grid: Grid
  /// The indexes of the spec's seeds, sorted by seed.
  private let seedOrder: [Int32]
  private let shapes: [Shape: Int]
  private let noise: [Double: Int]
  private let profiles: [String: Int]
  /// Number of normals drawn from the stream before each profile's own, by shape.
  private let positions: [[Int]]

  /// Indexes a grid.
  package init(_ grid: Grid) {
    self.grid = grid
    let spec = grid.spec
    // At most ``Grid/mostRuns`` of them.
    seedOrder = spec.seeds.indices.map { Int32(truncatingIfNeeded: $0) }.sorted {
      spec.seeds[Int($0)] < spec.seeds[Int($1)]
    }
    func numbered<Value: Hashable>(_ values: [Value]) -> [Value: Int] {
      Dictionary(zip(values, values.indices), uniquingKeysWith: { first, _ in first })
    }
    shapes = numbered(spec.shapes)
    noise = numbered(spec.noise)
    profiles = numbered(spec.profiles.map(\.definition))
    positions = spec.shapes.indices.map { shape in
      grid.stream(at: shape * spec.noise.count).updates.map(\.identity.position)
    }
  }

  /// The index of an update among those of one seed, from 0, as in ``Grid/PlannedUpdate/group``;
  /// nil if the grid has no such update for any seed.
  package func group(of update: UpdateIdentity) -> Int? {
    guard update.generator == NumPyLegacyNormals.name, let shape = shapes[update.shape],
      let noise = noise[update.noise], let profile = profiles[update.definition],
      positions[shape][profile] == update.position
    else { return nil }
    return (shape * self.noise.count + noise) * profiles.count + profile
  }

  /// The index of an update in the grid's order, from 0; nil if the grid does not have the seed.
  package func ordinal(seed: UInt32, group: Int) -> Int? {
    place(of: seed).map { $0 * shapes.count * noise.count * profiles.count + group }
  }

  private func place(of seed: UInt32) -> Int? {
    var range = 0..<seedOrder.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      let place = Int(seedOrder[middle])
      if grid.spec.seeds[place] == seed { return place }
      range =
        grid.spec.seeds[place] < seed
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }
}
