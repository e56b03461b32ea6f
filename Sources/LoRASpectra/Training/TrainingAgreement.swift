/// The criterion for agreement of two computations of a training: `agree.py`, and AGREE in
/// `train_reference.py`.
package enum TrainingAgreement {
  /// Largest relative distance of a number from the reference's, if the training is determined.
  package static let tolerance = 1e-9

  /// A number's size counts as at least this part of the largest in its column.
  package static let leastPart = 1e-3

  /// Largest growth of rounding up to which ``tolerance`` applies unchanged.
  package static let determinedGrowth = 2e3

  /// The size that distances of a number are relative to: its own, or at least a part of its
  /// column's largest.
  package static func size(_ value: Double, largest: Double) -> Double {
    max(abs(value), leastPart * largest)
  }

  /// The distance of two curves: the largest relative distance of a number; infinity if only one of
  /// them has a row or a number.
  ///
  /// - Parameter points: number of points to compare; by default all.
  package static func distance(
    of curve: [CurvePoint], from reference: [CurvePoint], points: Int? = nil
  ) -> Double {
    let count = points ?? max(reference.count, curve.count)
    guard min(curve.count, count) == min(reference.count, count) else { return .infinity }
    return rowDistances(of: curve, from: reference).prefix(count).max() ?? 0
  }

  /// The largest growth of a change of the given size up to each point: 1 if it did not grow.
  package static func growth(
    of curve: [CurvePoint], in twin: [CurvePoint], from change: Double
  ) -> [Double] {
    var worst = 0.0
    let known = rowDistances(of: twin, from: curve).map { distance -> Double in
      worst = max(worst, distance / change)
      return worst
    }
    // If the twin ended earlier, later points are undetermined.
    return known + [Double](repeating: .infinity, count: max(0, curve.count - known.count))
  }

  /// The largest distance allowed for a growth of rounding: proportional to it above
  /// ``determinedGrowth``.
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
