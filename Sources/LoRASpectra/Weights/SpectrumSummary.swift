import Glibc

/// The summary numbers of a spectrum.
package struct SpectrumSummary: Equatable, Sendable {
  /// ‖ΔW‖_F = √Σσ².
  package let frobeniusNorm: Double
  /// ‖ΔW‖²_F/σ₁² (Rudelson & Vershynin 2007, "Sampling from large matrices", J. ACM 54).
  package let stableRank: Double
  /// exp(−Σ p·ln p) with p = σ²/Σσ² (Roy & Vetterli 2007, "The effective rank", EUSIPCO, who take p = σ/Σσ).
  package let effectiveRank: Double
  /// The smallest r that captures 90 % of the energy.
  package let rank90: Int
  /// The smallest r that captures 95 % of the energy.
  package let rank95: Int
  /// The smallest r that captures 99 % of the energy.
  package let rank99: Int

  /// - Parameter singularValues: in descending order, finite, the first above 0.
  package init(_ singularValues: [Double]) {
    let largest = singularValues.first ?? 0
    // From the small end, so that small energies are not lost.
    let energies = singularValues.map { ($0 / largest) * ($0 / largest) }
    let total = energies.reversed().reduce(0, +)
    frobeniusNorm = largest * total.squareRoot()
    stableRank = total
    let entropy = energies.reversed().reduce(0.0) { sum, energy in
      let share = energy / total
      return share > 0 ? sum - share * log(share) : sum
    }
    effectiveRank = exp(entropy)
    rank90 = SpectrumSummary.rank(capturing: 0.90, singularValues)
    rank95 = SpectrumSummary.rank(capturing: 0.95, singularValues)
    rank99 = SpectrumSummary.rank(capturing: 0.99, singularValues)
  }

  /// The smallest r with Σ_{i≤r} σ² ≥ P·Σσ², in PEFT's own arithmetic: sums from the large end
  /// (peft 0.21.2, `tuners/lora/conversion.py`, `_find_cutoff_index`).
  ///
  /// - Parameters:
  ///   - share: P from 0 to 1.
  ///   - singularValues: in descending order.
  package static func rank(capturing share: Double, _ singularValues: [Double]) -> Int {
    guard let largest = singularValues.first, largest > 0, largest.isFinite else { return 0 }
    // A power of two, which rounds nothing: squares of the largest numbers would overflow.
    let scale = Double(sign: .plus, exponent: -largest.exponent, significand: 1)
    var sum = 0.0
    let sums = singularValues.map { value in
      sum += (value * scale) * (value * scale)
      return sum
    }
    let cutoff = share * sum
    return (sums.firstIndex { $0 >= cutoff } ?? sums.count - 1) + 1
  }
}
