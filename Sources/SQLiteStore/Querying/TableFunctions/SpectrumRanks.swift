import Glibc
import LoRASpectra

extension TableFunction {
  /// Stable and effective ranks of the spectra of a sweep.
  static let spectrumRanks = TableFunction(
    "spectrum_ranks", declaration: Statements.declareSpectrumRanks, columnCount: 6, argumentCount: 2
  ) { connection, arguments in
    var spectra = try SweepSpectra(connection, arguments[0])
    let share = arguments[1].number
    return {
      guard let spectrum = try spectra.read() else { return nil }
      var row: [Value] = [.integer(spectrum.update), .integer(Int64(spectrum.values.count))]
      guard let ratios = spectrum.ratios else {
        return row + Array(repeating: .absent, count: 4)
      }
      // With S = Σx² and T = Σx: −Σ p ln p = ln S − (Σ x² ln x²) / S, and likewise for T. 0·ln 0 is 0.
      var (s, sEntropy, t, tEntropy) = (0.0, 0.0, 0.0, 0.0)
      for x in ratios {
        s += x * x
        t += x
        let logarithm = log(x)
        guard logarithm.isFinite else { continue }
        sEntropy += x * x * 2 * logarithm
        tEntropy += x * logarithm
      }
      for number in [s, exp(log(s) - sEntropy / s), exp(log(t) - tEntropy / t)] {
        row.append(number.isFinite ? .real(number) : .absent)
      }
      return row + [share.map { .integer(rank(of: ratios, capturing: $0)) } ?? .absent]
    }
  }

  /// The smallest r with Σᵢ≤ᵣ σᵢ² ≥ share·Σσ²: as many positions are needed as begin a tail that is too
  /// large to be left out. Tails are summed from the smallest.
  private static func rank(of ratios: [Double], capturing share: Double) -> Int64 {
    let total = ratios.reversed().reduce(0) { $0 + $1 * $1 }
    var (tail, rank) = (0.0, Int64(0))
    for x in ratios.reversed() {
      tail += x * x
      if tail > (1 - share + 1e-12) * total { rank += 1 }
    }
    return max(1, rank)
  }
}
