/// How far what is recorded of one kind lies from what it has to be.
package struct Deviation: Sendable {
  /// What is recorded.
  package enum Subject: String, Sendable {
    case settings, scale, update, runs, cell
    case singularValue = "singular_value"
    case error
    case truncationError = "truncation_error"
    case varianceCaptured = "variance_captured"
    case n, mean
    case squaredDeviations = "squared_deviations"
    case recordedRuns = "recorded_runs"
    case plannedRuns = "planned_runs"
    /// All of them together.
    case overall
  }

  /// What it is held against.
  package enum Standard: String, Sendable {
    case spec
    case rule = "rule, alpha, rank"
    case order = "descending order"
    case recordedSpectrum = "recorded spectrum"
    case redrawnUpdate = "redrawn update"
    case directMethod = "direct method"
    case recordedRuns = "recorded runs"
    /// error² = (1 − s)²·variance_captured + truncation_error², truncation_error² = 1 − variance_captured.
    case identity = "identity"
    case all
  }

  /// The one that lies farthest from what it has to be.
  package struct Worst: Equatable, Sendable {
    /// Which row it is, for a person.
    package var place: String
    /// What is recorded there; absent where nothing is.
    package var recorded: Value
    /// What it has to be; absent where nothing has to be there.
    package var expected: Value
  }

  /// What is recorded.
  package let subject: Subject
  /// What it is held against.
  package let standard: Standard
  /// How far the two may lie apart: 0 for what has to be the same to the bit, infinity where anything is only
  /// remarked; nil where they are no numbers.
  package let tolerance: Double?
  /// How many were compared.
  package private(set) var compared = 0
  /// How many of them were the same to the bit.
  package private(set) var exact = 0
  /// How many of them lie farther apart than is tolerated.
  package private(set) var deviating = 0
  /// The largest distance; nil where no numbers were compared, infinity where a number is missing.
  package private(set) var largest: Double?
  /// Where something is not the same, the farthest of it; of several the first.
  package private(set) var worst: Worst?

  package init(_ subject: Subject, _ standard: Standard, tolerance: Double?) {
    self.subject = subject
    self.standard = standard
    self.tolerance = tolerance
  }

  /// Compares two numbers.
  ///
  /// - Parameters:
  ///   - recorded: nil where there is none.
  ///   - unit: what the distance is measured in, above 0.
  ///   - allowance: how far these two may lie apart; ``tolerance`` unless given.
  ///   - place: names the row, where that is worth telling.
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

  /// Compares what has to be the same and is no measurement.
  package mutating func compare(_ recorded: Value, with expected: Value, at place: () -> String) {
    compared += 1
    if recorded == expected {
      exact += 1
      return
    }
    deviating += 1
    if worst == nil { worst = Worst(place: place(), recorded: recorded, expected: expected) }
  }

  private mutating func take(
    _ distance: Double, allowance: Double, _ worst: Worst, _ place: () -> String
  ) {
    if distance > allowance { deviating += 1 }
    // What deviates is told before what is farther and allowed.
    guard distance > largest ?? -1 || self.worst == nil else { return }
    largest = max(distance, largest ?? 0)
    self.worst = Worst(place: place(), recorded: worst.recorded, expected: worst.expected)
  }

  /// Several as one: their counts, and the farthest of what deviates, or else of all.
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
