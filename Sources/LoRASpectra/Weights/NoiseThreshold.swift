import Glibc

/// The optimal hard threshold for singular values of a matrix in white noise of unknown level: ω(β) times the median
/// singular value (Gavish & Donoho 2014, "The Optimal Hard Threshold for Singular Values is 4/√3", IEEE Trans. Inf.
/// Theory 60, sec. III.E).
package enum NoiseThreshold {
  /// ω(β) = λ(β)/√μ_β, exact: not the paper's cubic, which is off by up to 0.02.
  ///
  /// - Parameter shape: β is its shorter side over its longer one.
  package static func coefficient(_ shape: Shape) -> Double {
    // Below this ratio the closed form loses digits, and the coefficient changes by less than 1e-6.
    let beta = max(Double(shape.span) / Double(shape.longer), 1e-6)
    let sum = beta + 1
    let lambda = (2 * sum + 8 * beta / (sum + (beta * beta + 14 * beta + 1).squareRoot()))
      .squareRoot()
    return lambda / median(beta).squareRoot()
  }

  /// Number of singular values above the threshold: the part of the update beyond noise.
  ///
  /// - Parameter singularValues: all min(d, k), in descending order.
  package static func rank(_ singularValues: [Double], _ shape: Shape) -> Int {
    guard !singularValues.isEmpty else { return 0 }
    let count = singularValues.count
    let median = (singularValues[count / 2] + singularValues[(count - 1) / 2]) / 2
    let threshold = coefficient(shape) * median
    return singularValues.firstIndex { $0 <= threshold } ?? count
  }

  /// μ_β: the median of the Marchenko–Pastur distribution, whose density is √((β₊ − x)(x − β₋))/(2πβx) between
  /// β± = (1 ± √β)².
  ///
  /// With x = 1 + β + 2√β·cos θ the share above x is 2/π·∫₀^θ sin²φ/(a + b·cos φ) dφ, a = 1 + β, b = 2√β, which is
  /// 2/π·(aθ/b² − sin θ/b − 2(1 − β)/b²·atan((1 − √β)/(1 + √β)·tan(θ/2))).
  private static func median(_ beta: Double) -> Double {
    let (a, b) = (1 + beta, 2 * beta.squareRoot())
    let slope = (1 - beta.squareRoot()) / (1 + beta.squareRoot())
    func shareAbove(_ angle: Double) -> Double {
      let first = a * angle / (b * b) - sin(angle) / b
      return 2 / .pi * (first - 2 * (1 - beta) / (b * b) * atan(slope * tan(angle / 2)))
    }
    var (low, high) = (0.0, Double.pi)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if shareAbove(middle) < 0.5 { low = middle } else { high = middle }
    }
    return a + b * cos((low + high) / 2)
  }
}
