import Glibc

/// The covariance Σ = diag(λ) of the inputs, whose mean is 0.
package enum InputDistribution: Hashable, Sendable, CustomStringConvertible {
  /// λ = 1.
  case white
  /// λ_j = k·j^(−P)/Σᵢ i^(−P), so that tr Σ = k.
  case power(Double)

  /// `white` or `power:0.5`.
  package var description: String {
    switch self {
    case .white: "white"
    case .power(let exponent): "power:\(exponent.shortestText)"
    }
  }

  /// λ of k inputs, equal to NumPy's to the bit.
  package func variances(_ k: Int) -> [Double] {
    guard case .power(let exponent) = self else { return [Double](repeating: 1, count: k) }
    let weights = (0..<k).map { index -> Double in
      let place = Double(index + 1)
      // numpy.power does the same for these exponents.
      return exponent == 1
        ? 1 / place : exponent == -0.5 ? place.squareRoot() : pow(place, -exponent)
    }
    let total = pairwiseSum(weights[...])
    return weights.map { Double(k) * $0 / total }
  }

  /// Parses `white` or `power:P`.
  ///
  /// - Throws: `SettingError`.
  package init(parsing text: String) throws {
    if text == "white" {
      self = .white
    } else if text.hasPrefix("power:") {
      guard let exponent = Double.finite(text.dropFirst("power:".count)) else {
        throw SettingError(
          .inputs, text, "has no finite exponent", remedy: "Write power:P, such as power:0.5")
      }
      self = .power(exponent)
    } else {
      let head = String(text.prefix { $0 != ":" })
      let nearest = nearestName(to: head, among: ["white", "power"])
      throw SettingError(
        .inputs, text, "is no distribution of inputs",
        remedy: (nearest.map { "Did you mean \($0 == "power" ? "power:P" : $0)? " } ?? "")
          + "Known are white, power:P")
    }
  }
}

/// Sums in the order of `numpy.sum` (NumPy: `pairwise_sum` in `loops_utils.h.src`): eight partial
/// sums up to 128 numbers, halves beyond.
private func pairwiseSum(_ numbers: ArraySlice<Double>) -> Double {
  guard numbers.count >= 8 else { return numbers.reduce(0, +) }
  guard numbers.count <= 128 else {
    let half = numbers.count / 2 - numbers.count / 2 % 8
    return pairwiseSum(numbers.prefix(half)) + pairwiseSum(numbers.dropFirst(half))
  }
  var sums = Array(numbers.prefix(8))
  let whole = numbers.count - numbers.count % 8
  for (index, number) in numbers.prefix(whole).dropFirst(8).enumerated() {
    sums[index % 8] += number
  }
  let total =
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
  return numbers.dropFirst(whole).reduce(total, +)
}
