/// The request for advice on ranks and α.
package struct AdviceRequest: Sendable {
  /// The criterion for the ranks.
  package enum Basis: Equatable, Sendable {
    /// The smallest rank that captures this share of the energy, from 0 to 1.
    case energy(Double)
    /// A total number of parameters r·(d + k), spread where they capture the most energy.
    case budget(Int)
    /// The number of singular values above the threshold of Gavish and Donoho.
    case noise
  }

  /// The s for which α is advised.
  package enum Scale: Equatable, Sendable {
    /// The s of the measured adapter.
    case keep
    /// A given s.
    case fixed(Double)
  }

  /// The criterion for the ranks.
  package var basis: Basis
  /// Whether the modules of a layer share a rank: the largest that one of them needs.
  package var isPerLayer: Bool
  /// Lower limit of ranks; 0 may leave a module out.
  package var least: Int
  /// Upper limit of ranks.
  package var most: Int
  /// `lora` or `rslora`.
  package var rule: ScalingRule
  /// The s for which α is advised.
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

/// A module, or a profile and shape, for which a rank is advised.
package struct AdviceSubject: Sendable {
  /// The module's or the profile's name.
  package var name: String
  package var shape: Shape
  /// One spectrum, or one for each seed, each in descending order.
  package var spectra: [[Double]]
  /// The scale s of the measured adapter; nil if there is none.
  package var scale: Double?
  /// Whether each spectrum has all min(d, k) values, which the noise threshold needs.
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

  /// Parameters per rank: a row of A and a column of B.
  var parametersPerRank: Int { shape.d + shape.k }

  /// The length of the longest spectrum.
  var longest: Int { spectra.map(\.count).max() ?? 0 }

  /// The mean energy σ² at each position.
  var energies: [Double] {
    (0..<longest).map { index in
      spectra.reduce(0) { $0 + ($1.indices.contains(index) ? $1[index] * $1[index] : 0) }
        / Double(spectra.count)
    }
  }

  /// The layer: the name up to its first number, `model.layers.3`; the whole name if it has no
  /// number.
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
  /// The value as given.
  package var value: String
  /// The problem; continues the sentence after the quoted value.
  package var problem: String
  /// The remedy; one sentence without its full stop.
  package var remedy: String

  package var description: String { "'\(value.shortened(to: 80))' \(problem). \(remedy)." }
}
