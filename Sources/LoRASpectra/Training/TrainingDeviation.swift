/// A number of a training that lies off where it is determined.
package struct TrainingDeviation: Equatable, Sendable {
  /// The column, under the reference's name.
  package var column: String
  /// The step of the curve's row; nil in the summary.
  package var step: Int?
  /// What it is.
  package var value: Value
  /// What it has to be.
  package var expected: Value

  package init(column: String, step: Int?, value: Value, expected: Value) {
    self.column = column
    self.step = step
    self.value = value
    self.expected = expected
  }
}

extension TrainingAgreement {
  /// How far two computations of one training lie apart, and how far they can be compared.
  package struct Comparison: Equatable, Sendable {
    /// What disagrees.
    package var deviations: [TrainingDeviation] = []
    /// The largest distance of a determined number of the curve, beside its size.
    package var largestDistance = 0.0
    /// The last recorded step up to which ``tolerance`` holds as it stands; nil where not even the first is.
    package var determinedUpTo: Int?
  }

  /// Compares a training with another computation of it, as far as its numbers are determined.
  ///
  /// - Parameter growth: for each point of the expected curve, how much rounding has grown there; ones where it is not known.
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

  /// How far a number of a summary may lie off.
  package static func summaryAllowance(
    _ column: String, _ expected: Double, growth: Double = 1
  ) -> Double {
    column.hasPrefix("sharpness")
      ? 1e-6 * abs(expected) * max(1, growth / determinedGrowth)
      : tolerance(growth: growth) * max(abs(expected), leastPart)
  }

  /// Nothing can be said of a number whose allowance is as large as itself.
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
