/// What ranks and α are advised for.
package struct AdviceRequest: Sendable {
  /// What decides on the ranks.
  package enum Basis: Equatable, Sendable {
    /// The smallest rank that captures this share of the energy, from 0 to 1.
    case energy(Double)
    /// As many parameters r·(d + k) in all, spread where they capture most energy.
    case budget(Int)
    /// What is above the threshold of Gavish and Donoho.
    case noise
  }

  /// Which s the advised α gives.
  package enum Scale: Equatable, Sendable {
    /// That of the adapter which was measured.
    case keep
    /// This one.
    case fixed(Double)
  }

  /// What decides on the ranks.
  package var basis: Basis
  /// Whether the modules of one layer get one rank: the largest that one of them needs.
  package var isPerLayer: Bool
  /// No rank is below this one; 0 leaves a module out.
  package var least: Int
  /// No rank is above this one.
  package var most: Int
  /// `lora` or `rslora`.
  package var rule: ScalingRule
  /// Which s the advised α gives.
  package var scale: Scale

  package init(
    basis: Basis = .energy(0.99), isPerLayer: Bool = false, least: Int = 1, most: Int = .max,
    rule: ScalingRule = .lora, scale: Scale
  ) {
    self.basis = basis
    self.isPerLayer = isPerLayer
    self.least = least
    self.most = most
    self.rule = rule
    self.scale = scale
  }
}

/// A module, or a profile and shape, that a rank is advised for.
package struct AdviceSubject: Sendable {
  /// The module's name, or that of the profile.
  package var name: String
  package var shape: Shape
  /// One spectrum, or one for each seed, each in descending order.
  package var spectra: [[Double]]
  /// The scale s of the adapter that was measured; nil where there is none.
  package var scale: Double?
  /// Whether each spectrum has all min(d, k) values, so that it has a threshold of noise.
  package var isWhole: Bool

  package init(
    name: String, shape: Shape, spectra: [[Double]], scale: Double? = nil, isWhole: Bool
  ) {
    self.name = name
    self.shape = shape
    self.spectra = spectra
    self.scale = scale
    self.isWhole = isWhole
  }

  /// Parameters of a rank: a row of A and a column of B.
  var parametersPerRank: Int { shape.d + shape.k }

  /// How many singular values there are at least.
  var longest: Int { spectra.map(\.count).max() ?? 0 }

  /// The mean energy σ² at each position.
  var energies: [Double] {
    (0..<longest).map { index in
      spectra.reduce(0) { $0 + ($1.indices.contains(index) ? $1[index] * $1[index] : 0) }
        / Double(spectra.count)
    }
  }

  /// The layer: the name up to its first number, `model.layers.3`; the name itself where it has none.
  var layer: String {
    let words = name.split(separator: ".", omittingEmptySubsequences: false)
    guard
      let index = words.firstIndex(where: {
        !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) }
      })
    else { return name }
    return words[...index].joined(separator: ".")
  }
}

/// Why there is no advice.
package struct AdviceError: Error, Equatable, CustomStringConvertible {
  /// What it is about, as it was given.
  package var value: String
  /// What is wrong with it; reads on from the quoted value.
  package var problem: String
  /// What to do; one sentence without its full stop.
  package var remedy: String

  package var description: String { "'\(value.shortened(to: 80))' \(problem). \(remedy)." }
}
