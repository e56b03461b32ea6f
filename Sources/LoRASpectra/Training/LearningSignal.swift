import Glibc

/// A fitted power of r: least squares of log y on log r.
package struct PowerFit: Equatable, Sendable {
  /// The fitted power.
  package let exponent: Double
  /// Its standard error; nil for fewer than three points.
  package let standardError: Double?
  /// Number of points in the fit.
  package let count: Int

  /// - Parameter points: ranks with their values; values that are not above 0 or not finite are
  ///   left out.
  /// - Returns: nil if fewer than two ranks are left.
  package init?(_ points: [(rank: Int, value: Double)]) {
    let logs = points.filter { $0.rank > 0 && $0.value > 0 && $0.value.isFinite }
      .map { (x: log(Double($0.rank)), y: log($0.value)) }
    guard !logs.isEmpty else { return nil }
    let n = Double(logs.count)
    let meanX = logs.reduce(0) { $0 + $1.x } / n
    let meanY = logs.reduce(0) { $0 + $1.y } / n
    let spread = logs.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    guard spread > 0 else { return nil }
    let slope = logs.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
    let rest = logs.reduce(0) { sum, point in
      let off = point.y - meanY - slope * (point.x - meanX)
      return sum + off * off
    }
    exponent = slope
    count = logs.count
    standardError = logs.count > 2 ? (rest / (n - 2) / spread).squareRoot() : nil
  }
}

/// The theoretical dependence of the learning signal on the rank, for white inputs (`training.md`,
/// formulas).
///
/// With s ∝ r^(−p) and entries of A of variance v ∝ r^q.
package struct LearningSignal: Equatable, Sendable {
  /// How s is computed from α and r.
  package var rule: ScalingRule
  /// How A is drawn.
  package var initialisation: FactorInit
  /// The optimizer.
  package var optimizer: Optimizer

  package init(rule: ScalingRule, initialisation: FactorInit, optimizer: Optimizer) {
    self.rule = rule
    self.initialisation = initialisation
    self.optimizer = optimizer
  }

  private var p: Double {
    switch rule {
    case .lora: 1
    case .rslora: 0.5
    case .unit: 0
    case .power(let exponent): exponent
    }
  }

  private var q: Double { initialisation == .gaussian ? -2 : 0 }

  /// The power of r in ‖∂L/∂B‖ before the first update: E‖∂L/∂B‖² = s²·r·v·‖ΔW‖².
  package var gradNormExponent: Double { 0.5 + q / 2 - p }

  /// The power of r in the gain of the first update per unit of the learning rate: 2s²rv for sgd,
  /// √(2v/π)·s·r·Σᵢ‖ΔWᵢ‖/L₀ for Adam, whose first step is the gradient's sign.
  package var stepGainExponent: Double {
    optimizer == .sgd ? 1 + q - 2 * p : 1 + q / 2 - p
  }

  /// The power of r in the best learning rate: for sgd that of the largest stable one, 1/(s·σ₁);
  /// for Adam that of μA, r⁰ for lora and r^(−¼) for rslora. nil if theory makes no statement.
  package var bestRateExponent: Double? {
    guard optimizer != .sgd else { return p }
    return switch rule {
    case .lora: 0
    case .rslora: -0.25
    case .unit, .power: nil
    }
  }

  /// √E‖∂L/∂B‖² before the first update, √(s²·r·v)·‖ΔW‖ with ‖ΔW‖² = 2L₀.
  ///
  /// - Parameters:
  ///   - scale: s.
  ///   - k: the update's columns.
  ///   - initialLoss: L₀.
  package func expectedGradNorm(scale: Double, rank: Int, k: Int, initialLoss: Double) -> Double {
    let variance = initialisation.variance(rank: rank, k: k)
    return scale * (Double(rank) * variance * 2 * initialLoss).squareRoot()
  }
}
