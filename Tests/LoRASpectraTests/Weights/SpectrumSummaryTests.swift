import Foundation
import LoRASpectra
import Testing

@Suite("One number for a spectrum")
struct SpectrumSummaryTests {
  @Test("A flat spectrum has its length as stable and effective rank")
  func flat() {
    let summary = SpectrumSummary([Double](repeating: 0.5, count: 10))
    #expect(abs(summary.stableRank - 10) < 1e-14 && abs(summary.effectiveRank - 10) < 1e-13)
    #expect(abs(summary.frobeniusNorm - 0.5 * 10.squareRoot()) < 1e-15)
    #expect(summary.rank90 == 9 && summary.rank95 == 10 && summary.rank99 == 10)
    // NumPy's sums of 0.1² miss 0.9 of the total by a rounding error, and so do PEFT's.
    #expect(SpectrumSummary.rank(capturing: 0.9, [Double](repeating: 0.1, count: 10)) == 10)
  }

  @Test("Ranks by energy follow the cumulated squares, and a share that is met exactly counts")
  func energy() {
    // Squares 64, 16, 16, 4: shares 0.64, 0.8, 0.96, 1.
    let spectrum: [Double] = [8, 4, 4, 2]
    #expect(SpectrumSummary.rank(capturing: 0.64, spectrum) == 1)
    #expect(SpectrumSummary.rank(capturing: 0.65, spectrum) == 2)
    #expect(SpectrumSummary.rank(capturing: 0.96, spectrum) == 3)
    #expect(SpectrumSummary.rank(capturing: 1, spectrum) == 4)
    let summary = SpectrumSummary(spectrum)
    #expect(summary.rank90 == 3 && summary.rank95 == 3 && summary.rank99 == 4)
    #expect(abs(summary.stableRank - 100.0 / 64) < 1e-15)
    let entropy = -[0.64, 0.16, 0.16, 0.04].reduce(0) { $0 + $1 * log($1) }
    #expect(abs(summary.effectiveRank - exp(entropy)) < 1e-14)
  }

  @Test("Neither the largest nor the smallest doubles overflow", arguments: [1e300, 1e-300])
  func extremes(scale: Double) {
    let summary = SpectrumSummary([8 * scale, 4 * scale, 4 * scale, 2 * scale, 0])
    #expect(summary.rank90 == 3 && abs(summary.stableRank - 100.0 / 64) < 1e-15)
    #expect(abs(summary.frobeniusNorm - 10 * scale) <= 1e-15 * 10 * scale)
    #expect(summary.effectiveRank.isFinite)
  }
}

@Suite("The threshold of noise")
struct NoiseThresholdTests {
  /// ∫ of the Marchenko–Pastur density up to x, by a midpoint rule in another variable.
  private func share(below x: Double, _ beta: Double) -> Double {
    let (low, high) = (pow(1 - beta.squareRoot(), 2), pow(1 + beta.squareRoot(), 2))
    let count = 400_000
    // x = low + t², which removes the root at the lower end.
    let end = (x - low).squareRoot()
    return (0..<count).reduce(0) { sum, index in
      let t = (Double(index) + 0.5) / Double(count) * end
      let place = low + t * t
      let density = ((high - place) * (place - low)).squareRoot() / (2 * .pi * beta * place)
      return sum + density * 2 * t * end / Double(count)
    }
  }

  @Test("The coefficient of a square matrix is the paper's 2.858")
  func square() {
    #expect(abs(NoiseThreshold.coefficient(Shape(d: 64, k: 64)) - 2.858) < 5e-4)
  }

  @Test(
    "The coefficient squared is λ² over the median that halves the density",
    arguments: [(50, 100), (10, 100), (99, 100), (1, 1000), (100, 30)])
  func median(d: Int, k: Int) {
    let beta = Double(min(d, k)) / Double(max(d, k))
    let root = (beta * beta + 14 * beta + 1).squareRoot()
    let lambda = 2 * (beta + 1) + 8 * beta / (beta + 1 + root)
    let coefficient = NoiseThreshold.coefficient(Shape(d: d, k: k))
    #expect(abs(share(below: lambda / (coefficient * coefficient), beta) - 0.5) < 1e-6)
    // The paper's cubic is close.
    let cubic = 0.56 * pow(beta, 3) - 0.95 * beta * beta + 1.82 * beta + 1.43
    #expect(abs(coefficient - cubic) < 0.02)
  }

  @Test("What is above the coefficient times the median counts")
  func rank() {
    let shape = Shape(d: 5, k: 5)
    #expect(NoiseThreshold.rank([9, 3, 1, 0.9, 0.5], shape) == 2)
    #expect(NoiseThreshold.rank([2.8, 2.8, 1, 0.9, 0.5], shape) == 0)
    #expect(NoiseThreshold.rank([1, 1, 0, 0, 0], shape) == 2)
    // For an even number of values the median is the mean of the middle two.
    #expect(NoiseThreshold.rank([5.8, 5.6, 3, 1], Shape(d: 4, k: 4)) == 0)
    #expect(NoiseThreshold.rank([12.4, 3.3, 1, 1], Shape(d: 4, k: 4)) == 1)
  }
}
