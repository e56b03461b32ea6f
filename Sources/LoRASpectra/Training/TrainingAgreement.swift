/// When two computations of one training agree: `agree.py`, and AGREE in `train_reference.py`.
package enum TrainingAgreement {
  /// How far a number may lie from the reference's, beside its size, where the training is determined.
  package static let tolerance = 1e-9

  /// A number counts as at least this part of the largest of its column.
  package static let leastPart = 1e-3

  /// Up to this growth of rounding ``tolerance`` holds as it stands.
  package static let determinedGrowth = 2e3

  /// The size that a number's distance is measured by: its own, or at least a part of its column's largest.
  package static func size(_ value: Double, largest: Double) -> Double {
    max(abs(value), leastPart * largest)
  }

  /// How far apart two curves lie: the largest distance of a number beside its size; infinity where only one of them
  /// has a row or a number.
  ///
  /// - Parameter points: how many points count; all unless given.
  package static func distance(
    of curve: [CurvePoint], from reference: [CurvePoint], points: Int? = nil
  ) -> Double {
    let count = points ?? max(reference.count, curve.count)
    guard min(curve.count, count) == min(reference.count, count) else { return .infinity }
    return rowDistances(of: curve, from: reference).prefix(count).max() ?? 0
  }

  /// For each point, how much a change of the given size grew there or before: 1 where it stayed as it was.
  package static func growth(
    of curve: [CurvePoint], in twin: [CurvePoint], from change: Double
  ) -> [Double] {
    var worst = 0.0
    let known = rowDistances(of: twin, from: curve).map { distance -> Double in
      worst = max(worst, distance / change)
      return worst
    }
    // Where the twin ended earlier, nothing is determined.
    return known + [Double](repeating: .infinity, count: max(0, curve.count - known.count))
  }

  /// How far a number may lie off where rounding grows so much: in proportion beyond ``determinedGrowth``.
  package static func tolerance(growth: Double) -> Double {
    tolerance * max(1, growth / determinedGrowth)
  }

  private static func rowDistances(
    of curve: [CurvePoint], from reference: [CurvePoint]
  ) -> [Double] {
    let largest = CurveColumn.allCases.map { column in
      reference.reduce(0.0) { max($0, abs($1[column] ?? 0)) }
    }
    return zip(curve, reference).map { row, wanted in
      guard row.step == wanted.step else { return .infinity }
      return zip(CurveColumn.allCases, largest).reduce(0.0) { worst, column in
        switch (row[column.0], wanted[column.0]) {
        case (nil, nil): return worst
        case (let value?, let wanted?):
          let size = size(wanted, largest: column.1)
          let distance = size > 0 ? abs(value - wanted) / size : value == wanted ? 0 : .infinity
          return distance.isNaN ? .infinity : max(worst, distance)
        default: return .infinity
        }
      }
    }
  }
}
