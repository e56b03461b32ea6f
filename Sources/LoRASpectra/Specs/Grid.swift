import Glibc

/// A validated spec with its points in order: each value was checked against all others.
package struct Grid: Sendable {
  /// The spec.
  package let spec: SweepSpec
  /// Number of (seed, shape, noise level) combinations; each starts a random stream.
  package let streamCount: Int
  /// Number of updates.
  package let updateCount: Int
  /// Number of runs.
  package let runCount: Int
  /// The settings at which each update is measured: ranks × alphas × rules, in this order.
  package let points: [Point]

  /// One setting of an update's measurement.
  package struct Point: Hashable, Sendable {
    /// r, from 1 to min(d, k).
    package var rank: Int
    /// α, above 0.
    package var alpha: Double
    /// How s is computed from α and r.
    package var rule: ScalingRule
    /// The resolved scale s.
    package var scale: Double
  }

  /// One random stream, with the updates that draw from it in order.
  package struct Stream: Sendable {
    /// The seed of NumPy's `RandomState`.
    package var seed: UInt32
    /// One update per profile, in the order they are drawn.
    package var updates: [PlannedUpdate]
  }

  /// One update before it is drawn.
  package struct PlannedUpdate: Sendable {
    /// The update's identity in the book.
    package var identity: UpdateIdentity
    /// Its singular values before noise, with this sweep's name for them.
    package var profile: Profile
    /// Its index in the grid's order, from 0.
    package var ordinal: Int
    /// Index of its (shape, noise level, profile) in the grid's order, from 0: selects the cells of
    /// its runs.
    package var group: Int
  }

  /// Largest number of runs accepted: more are taken for a mistake.
  package static let mostRuns = 1_000_000_000

  /// Largest number of cells accepted: more are taken for a mistake. Each cell's settings and sums
  /// stay in memory while the sweep runs.
  package static let mostCells = 1_000_000

  /// Validates a spec as a whole.
  ///
  /// - Parameter memory: bytes that a worker may use; a shape whose update needs more is refused.
  /// - Throws: `SettingError` for a rank or a COUNT above min(d, k), an update of zeros alone, a
  ///   scale that
  ///   is not finite, a shape too big for the machine, or a grid with too many runs or cells.
  package init(_ spec: SweepSpec, memory: Double = .infinity) throws {
    for shape in spec.shapes {
      if let rank = spec.ranks.first(where: { $0 > shape.span }) {
        throw SettingError(
          .ranks, "\(rank)", "is above min(d, k) = \(shape.span) of shape \(shape)",
          remedy: "Give ranks from 1 to \(shape.span), or a larger shape")
      }
      let bytes = spec.profiles.map { Grid.workspaceBytes(shape, count: $0.count) }.max() ?? 0
      guard bytes <= memory else {
        throw SettingError(
          .shapes, "\(shape)",
          "needs about \(byteText(bytes)) for one update, and a worker may use \(byteText(memory))",
          remedy: "Choose a smaller shape, or fewer --jobs")
      }
      for profile in spec.profiles {
        try profile.check(for: shape)
        if spec.noise.contains(0), profile.isAllZero(span: shape.span) {
          throw SettingError(
            .profiles, profile.label, "is all zero, and so is the update at noise 0",
            remedy: "Give it a singular value above 0, or noise")
        }
        let largest = profile.singularValues(span: shape.span).max() ?? 0
        if let noise = spec.noise.first(where: { max($0, largest) < Profile.leastLargestValue }) {
          throw SettingError(
            .profiles, profile.label,
            "has no singular value above \(largest.shortestText), and at noise "
              + "\(noise.shortestText) the update could not be told from zero",
            remedy:
              "Give it a singular value of at least \(Profile.leastLargestValue.shortestText), or noise"
          )
        }
      }
    }
    var points: [Point] = []
    let counts = [
      spec.seeds.count, spec.shapes.count, spec.noise.count, spec.profiles.count,
      spec.ranks.count, spec.alphas.count, spec.rules.count,
    ]
    let runs = counts.reduce(1.0) { $0 * Double($1) }
    guard runs <= Double(Grid.mostRuns) else {
      throw SettingError(
        .seeds, spec.items(of: .seeds).joined(separator: ","),
        "makes a grid too big to be meant: \(costText(runs: runs))",
        remedy: "Keep a sweep at or below \(Grid.mostRuns) runs; split it into several")
    }
    // Checked before the points are made, which would take the memory.
    let cells = runs / Double(spec.seeds.count)
    let cellFields: [SweepSpec.Field] = [.shapes, .noise, .profiles, .ranks, .alphas, .rules]
    guard cells <= Double(Grid.mostCells) else {
      let longest = zip(
        cellFields,
        [
          spec.shapes.count, spec.noise.count, spec.profiles.count, spec.ranks.count,
          spec.alphas.count, spec.rules.count,
        ]
      ).max { $0.1 < $1.1 }
      let field = longest?.0 ?? .ranks
      throw SettingError(
        field, spec.items(of: field).joined(separator: ","),
        "makes \(Int(cells)) settings of one seed, too many to be meant: \(costText(runs: runs))",
        remedy: "Keep a seed at or below \(Grid.mostCells) settings; split the sweep into several")
    }
    for rank in spec.ranks {
      for alpha in spec.alphas {
        for rule in spec.rules {
          let scale = rule.scale(alpha: alpha, rank: rank)
          // The scale is squared in the error, so it must stay well inside a double's range.
          guard abs(scale) < 1e150 else {
            throw SettingError(
              .rules, "\(rule)",
              "gives the scale \(scale.shortestText) at rank \(rank) and alpha \(alpha.shortestText)",
              remedy: "Choose an exponent and an alpha that keep s below 1e150")
          }
          points.append(Point(rank: rank, alpha: alpha, rule: rule, scale: scale))
        }
      }
    }
    self.spec = spec
    self.points = points
    streamCount = spec.seeds.count * spec.shapes.count * spec.noise.count
    updateCount = streamCount * spec.profiles.count
    runCount = updateCount * points.count
  }

  /// About how many bytes one worker takes for the largest update of the grid.
  package var workspaceBytes: Double {
    spec.shapes.flatMap { shape in
      spec.profiles.map { Grid.workspaceBytes(shape, count: $0.count) }
    }.max() ?? 0
  }

  /// About how many bytes drawing one update takes: U, V and the update, and as much again of each for what
  /// LAPACK works in.
  static func workspaceBytes(_ shape: Shape, count: Int?) -> Double {
    let drawn = UpdateIdentity.normalCount(shape: shape, count: count)
    return 2 * Double(MemoryLayout<Double>.size) * Double(drawn)
  }

  /// The stream at an index of the grid's order: seeds, then shapes, then noise levels.
  ///
  /// - Parameter index: from 0 to `streamCount` − 1.
  package func stream(at index: Int) -> Stream {
    let noiseIndex = index % spec.noise.count
    let shapeIndex = index / spec.noise.count % spec.shapes.count
    let seed = spec.seeds[index / spec.noise.count / spec.shapes.count]
    let shape = spec.shapes[shapeIndex]
    var position = 0
    let updates = spec.profiles.enumerated().map { offset, profile in
      let planned = PlannedUpdate(
        identity: UpdateIdentity(
          generator: NumPyLegacyNormals.name, seed: seed, position: position, shape: shape,
          definition: profile.definition, noise: spec.noise[noiseIndex]),
        profile: profile,
        ordinal: index * spec.profiles.count + offset,
        group: (shapeIndex * spec.noise.count + noiseIndex) * spec.profiles.count + offset)
      if spec.stream == .chained {
        position += UpdateIdentity.normalCount(shape: shape, count: profile.count)
      }
      return planned
    }
    return Stream(seed: seed, updates: updates)
  }
}

/// The identity of a simulated weight update; sweeps with the same identity share the update.
package struct UpdateIdentity: Hashable, Sendable {
  /// The frozen name of the random generator.
  package var generator: String
  /// The seed of NumPy's `RandomState`.
  package var seed: UInt32
  /// Number of normals drawn from the stream before this update's first.
  package var position: Int
  /// The shape d×k.
  package var shape: Shape
  /// The profile's canonical ``Profile/definition``.
  package var definition: String
  /// The noise level.
  package var noise: Double

  package init(
    generator: String, seed: UInt32, position: Int, shape: Shape, definition: String, noise: Double
  ) {
    self.generator = generator
    self.seed = seed
    self.position = position
    self.shape = shape
    self.definition = definition
    self.noise = noise
  }

  /// Number of normals that an update draws: U (d×m), V (k×m) and the noise (d×k), where m is
  /// COUNT; without COUNT, U is d×d and V is k×k. Sides are at most 2¹⁵, so the sum stays below
  /// 2³².
  package static func normalCount(shape: Shape, count: Int?) -> Int {
    shape.d * (count ?? shape.d) + shape.k * (count ?? shape.k) + shape.d * shape.k
  }
}
