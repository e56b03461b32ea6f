/// A determined number of a training that deviates.
package struct TrainingDeviation: Equatable, Sendable {
  /// The column, as named in the reference.
  package var column: String
  /// The step of the curve's row; nil in the summary.
  package var step: Int?
  /// The computed value.
  package var value: Value
  /// The expected value.
  package var expected: Value

  package init(column: String, step: Int?, value: Value, expected: Value) {
    self.column = column
    self.step = step
    self.value = value
    self.expected = expected
  }
}

extension TrainingAgreement {
  /// The distance of two computations of a training, and how far they can be compared.
  package struct Comparison: Equatable, Sendable {
    /// The deviations.
    package var deviations: [TrainingDeviation] = []
    /// The largest relative distance of a determined number of the curve.
    package var largestDistance = 0.0
    /// The last recorded step up to which ``tolerance`` applies unchanged; nil if it does not at
    /// the first.
    package var determinedUpTo: Int?
  }

  /// Compares a training with another computation of it, as far as its numbers are determined.
  ///
  /// - Parameter growth: the growth of rounding at each point of the expected curve; ones if
  ///   unknown.
  package static func compare(
    _ run: TrainingRun, with expected: TrainingRun, growth: [Double]? = nil
  ) -> Comparison {
    let growth = growth ?? expected.curve.map { _ in 1 }
    var comparison = Comparison()
    comparison.determinedUpTo =
      zip(expected.curve, growth).prefix { $0.1 <= determinedGrowth }.last?.0.step
    let largest = CurveColumn.allCases.map { column in
      expected.curve.reduce(0.0) { max($0, abs($1[column] ?? 0)) }
    }
    let rows = Dictionary(run.curve.map { ($0.step, $0) }, uniquingKeysWith: { first, _ in first })
    for (wanted, growth) in zip(expected.curve, growth) {
      let row = rows[wanted.step]
      for (column, largest) in zip(CurveColumn.allCases, largest) {
        let (value, expected) = (row?[column], wanted[column])
        let distance = distance(value, expected, size: size(expected ?? 0, largest: largest))
        if distance <= tolerance(growth: growth) || isUndetermined(growth) {
          if growth <= determinedGrowth {
            comparison.largestDistance = max(comparison.largestDistance, distance)
          }
          continue
        }
        comparison.deviations.append(
          TrainingDeviation(
            column: column.rawValue, step: wanted.step, value: Value(value),
            expected: Value(expected)))
      }
    }
    comparison.deviations += summaryDeviations(run, expected, growth)
    return comparison
  }

  /// The largest distance allowed for a number of a summary.
  package static func summaryAllowance(
    _ column: String, _ expected: Double, growth: Double = 1
  ) -> Double {
    column.hasPrefix("sharpness")
      ? 1e-6 * abs(expected) * max(1, growth / determinedGrowth)
      : tolerance(growth: growth) * max(abs(expected), leastPart)
  }

  /// A number whose allowance is as large as itself cannot be checked.
  private static func isUndetermined(_ growth: Double) -> Bool { !(tolerance(growth: growth) < 1) }

  private static func distance(_ value: Double?, _ expected: Double?, size: Double) -> Double {
    guard let value, let expected else { return value == expected ? 0 : .infinity }
    if value == expected { return 0 }
    let distance = abs(value - expected) / size
    return distance.isNaN ? .infinity : distance
  }

  private static func summaryDeviations(
    _ run: TrainingRun, _ expected: TrainingRun, _ growth: [Double]
  ) -> [TrainingDeviation] {
    func growthAt(_ step: Int?) -> Double {
      guard let step else { return growth.last ?? 1 }
      let place = expected.curve.firstIndex { $0.step >= step } ?? expected.curve.count - 1
      return growth.indices.contains(place) ? growth[place] : growth.last ?? 1
    }
    let found = Dictionary(
      run.summary.columns.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    return expected.summary.columns.compactMap { name, wanted in
      let value = found[name] ?? .absent
      let growth =
        switch name {
        case "scale", "initial_loss", "truncation_error", "variance_captured", "loss_floor",
          "sharpness_start":
          1.0
        case "best_error", "best_step": growthAt(expected.summary.bestStep)
        case "steps_to_half", "steps_to_90", "steps_to_99":
          growthAt(wanted.integer.map { Int($0) })
        default: growthAt(nil)
        }
      if case (.real(let value), .real(let wanted)) = (value, wanted) {
        let allowance = summaryAllowance(name, wanted, growth: growth)
        if abs(value - wanted) <= allowance || isUndetermined(growth) { return nil }
      } else if value == wanted || growth > determinedGrowth {
        return nil
      }
      return TrainingDeviation(column: name, step: nil, value: value, expected: wanted)
    }
  }
}

extension Value {
  /// The number, or absent.
  fileprivate init(_ number: Double?) { self = number.map(Value.real) ?? .absent }
}
