/// The singular values σ₁ ≥ σ₂ ≥ … of an update, with the energies from which every measurement is
/// computed.
package struct Spectrum: Sendable {
  /// σ in descending order; min(d, k) of them.
  package let singularValues: [Double]
  /// `heads[r]` = Σᵢ≤ᵣ (σᵢ/σ₁)², summed from the large end.
  private let heads: [Double]
  /// `tails[r]` = Σᵢ>ᵣ (σᵢ/σ₁)², summed from the small end, so that a tiny tail keeps its digits.
  private let tails: [Double]

  /// - Parameter singularValues: finite, descending, the first above 0.
  /// - Throws: `SpectrumError` otherwise.
  package init(singularValues: [Double]) throws {
    guard let largest = singularValues.first, largest > 0 else { throw SpectrumError.zero }
    guard singularValues.allSatisfy(\.isFinite),
      zip(singularValues, singularValues.dropFirst()).allSatisfy({ $0 >= $1 })
    else { throw SpectrumError.disordered }
    let count = singularValues.count
    var heads = [Double](repeating: 0, count: count + 1)
    var tails = [Double](repeating: 0, count: count + 1)
    for index in 0..<count {
      let ratio = singularValues[index] / largest
      heads[index + 1] = heads[index] + ratio * ratio
    }
    for index in (0..<count).reversed() {
      let ratio = singularValues[index] / largest
      tails[index] = tails[index + 1] + ratio * ratio
    }
    self.singularValues = singularValues
    self.heads = heads
    self.tails = tails
  }

  /// Measures the update scaled by s at rank r, in closed form: error² = (1 − s)²·variance_captured
  /// + truncation_error².
  ///
  /// By Eckart–Young Δᵣ keeps the first r singular triples, so ΔW − s·Δᵣ has the singular values |1
  /// − s|·σᵢ for i ≤ r and σᵢ beyond.
  ///
  /// - Parameters:
  ///   - rank: from 1 to the number of singular values; other values are clamped.
  ///   - scale: s.
  package func measure(rank: Int, scale: Double) -> MetricValues<Double> {
    let rank = min(max(rank, 1), singularValues.count)
    let head = heads[rank]
    let tail = tails[rank]
    let total = head + tail
    let captured = head / total
    let truncation = tail / total
    let excess = 1 - scale
    return MetricValues { metric in
      switch metric {
      case .error: (excess * excess * captured + truncation).squareRoot()
      case .truncationError: truncation.squareRoot()
      case .varianceCaptured: captured
      }
    }
  }
}

/// Why numbers are not a spectrum.
package enum SpectrumError: Error, Equatable {
  /// No singular value is above 0.
  case zero
  /// A value is not finite or larger than the one before it.
  case disordered
  /// There are more or fewer values than an update of that shape has.
  case incomplete
}
