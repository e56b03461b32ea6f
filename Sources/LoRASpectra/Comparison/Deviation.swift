/// How far the recorded values of one kind deviate from the expected ones.
package struct Deviation: Sendable {
  /// The kind of recorded value.
  package enum Subject: Equatable, Sendable {
    case settings, scale, update, runs, cell, singularValue
    case metric(Metric.Key)
    case n, mean, squaredDeviations, recordedRuns, plannedRuns
    /// What a training came to.
    case summary
    /// The recorded steps of a training.
    case curve
    /// All kinds together.
    case overall

    /// `singular_value`.
    package var name: String {
      switch self {
      case .singularValue: "singular_value"
      case .metric(let metric): metric.name
      case .squaredDeviations: "squared_deviations"
      case .recordedRuns: "recorded_runs"
      case .plannedRuns: "planned_runs"
      default: "\(self)"
      }
    }
  }

  /// The source of the expected value.
  package enum Standard: String, Sendable {
    case spec
    case rule = "rule, alpha, rank"
    case order = "descending order"
    case recordedSpectrum = "recorded spectrum"
    case redrawnUpdate = "redrawn update"
    case directMethod = "direct method"
    case trainedAgain = "training again"
    case recordedRuns = "recorded runs"
    /// error² = (1 − s)²·variance_captured + truncation_error², truncation_error² = 1 − variance_captured.
    case identity = "identity"
    case all
  }

  /// The value that lies farthest from the expected one.
  package struct Worst: Equatable, Sendable {
    /// The row, described for a person.
    package var place: String
    /// The recorded value; absent if nothing is recorded.
    package var recorded: Value
    /// The expected value; absent if none should be recorded.
    package var expected: Value

    package init(place: String, recorded: Value, expected: Value) {
      self.place = place
      self.recorded = recorded
      self.expected = expected
    }
  }

  /// The kind of recorded value.
  package let subject: Subject
  /// The source of the expected value.
  package let standard: Standard
  /// Largest distance allowed: 0 if values must be identical to the bit, infinity if a deviation is
  /// only reported; nil for values that are not numbers.
  package let tolerance: Double?
  /// Number of values compared.
  package private(set) var compared = 0
  /// Number of values identical to the bit.
  package private(set) var exact = 0
  /// Number of values beyond the tolerance.
  package private(set) var deviating = 0
  /// The largest distance; nil if no numbers were compared, infinity if a number is missing.
  package private(set) var largest: Double?
  /// The value that lies farthest away, the first of several; nil if all are identical.
  package private(set) var worst: Worst?

  package init(_ subject: Subject, _ standard: Standard, tolerance: Double?) {
    self.subject = subject
    self.standard = standard
    self.tolerance = tolerance
  }

  /// Compares two numbers.
  ///
  /// - Parameters:
  ///   - recorded: nil if there is none.
  ///   - unit: the unit of the distance, above 0.
  ///   - allowance: largest distance allowed here; ``tolerance`` unless given.
  ///   - place: describes the row, where that helps a reader.
  package mutating func compare(
    _ recorded: Double?, with expected: Double, unit: Double = 1, allowance: Double? = nil,
    at place: () -> String
  ) {
    compared += 1
    if recorded == expected {
      exact += 1
      if largest == nil { largest = 0 }
      return
    }
    let distance = recorded.map { abs($0 - expected) / unit } ?? .infinity
    take(
      distance.isNaN ? .infinity : distance, allowance: allowance ?? tolerance ?? 0,
      Worst(
        place: "", recorded: recorded.map(Value.real) ?? .absent, expected: .real(expected)),
      place)
  }

  /// Compares values that must be identical and are not measurements.
  package mutating func compare(_ recorded: Value, with expected: Value, at place: () -> String) {
    compared += 1
    if recorded == expected {
      exact += 1
      return
    }
    deviating += 1
    if worst == nil { worst = Worst(place: place(), recorded: recorded, expected: expected) }
  }

  /// Adds numbers that were compared elsewhere.
  ///
  /// - Parameters:
  ///   - largest: the largest distance among them; nil if it is not known.
  ///   - deviating: those beyond their tolerances.
  package mutating func add(
    compared: Int, exact: Int, largest distance: Double?, deviating found: [Worst]
  ) {
    self.compared += compared
    self.exact += exact
    deviating += found.count
    if let distance { largest = max(distance, largest ?? 0) }
    if worst == nil { worst = found.first }
  }

  private mutating func take(
    _ distance: Double, allowance: Double, _ worst: Worst, _ place: () -> String
  ) {
    if distance > allowance { deviating += 1 }
    // A deviation is reported before a larger distance that is allowed.
    guard distance > largest ?? -1 || self.worst == nil else { return }
    largest = max(distance, largest ?? 0)
    self.worst = Worst(place: place(), recorded: worst.recorded, expected: worst.expected)
  }

  /// Combines several: the sum of their counts, and the worst deviation, or else the largest
  /// distance.
  package static func overall(_ parts: [Deviation]) -> Deviation {
    var all = Deviation(.overall, .all, tolerance: nil)
    all.compared = parts.reduce(0) { $0 + $1.compared }
    all.exact = parts.reduce(0) { $0 + $1.exact }
    all.deviating = parts.reduce(0) { $0 + $1.deviating }
    let binding = parts.filter { $0.tolerance != .infinity }
    all.largest = binding.compactMap(\.largest).max()
    let told = parts.filter { $0.deviating > 0 }
    all.worst =
      (told.first { $0.largest == nil } ?? told.max { ($0.largest ?? 0) < ($1.largest ?? 0) })?
      .worst
    return all
  }
}
