/// What is said of a run that was measured elsewhere: its place in the grid, its measurements, and
/// what its user named. A run that is logged step by step is said in many pieces.
package struct ExternalRun: Equatable, Sendable {
  /// What became of a run.
  package enum Status: String, CaseIterable, Sendable {
    case running, finished, failed
  }

  /// Seed of the update or of the training, for any generator; nil if there is none.
  package var seed: UInt32?
  /// Shape of the update; nil if it was not given.
  package var shape: Shape?
  /// Any text that describes the update; nil if it was not given.
  package var profile: String?
  /// The noise level; nil if not given.
  package var noise: Double?
  /// The rank r; nil where no adapter was trained, or it was not given.
  package var rank: Int?
  /// α; nil if it was not given.
  package var alpha: Double?
  /// The scaling rule's canonical name, or any text if the scale is given; nil if it was not given.
  package var rule: String?
  /// The scale s; nil where neither it nor rule, rank and α were given.
  package var scale: Double?
  /// What was measured of lorabook's own metrics.
  package var measurements: Measurements
  /// The parameters that its user named: they tell cells apart.
  package var parameters = ParameterSet()
  /// The metrics that its user named; none twice.
  package var metrics: [UserMetric] = []
  /// What else its user said of it: it tells no cells apart.
  package var info: [UserText] = []
  /// The run's name in its sweep; nil where it is known by the place where it was recorded.
  package var name: String?
  /// The step that the metrics were measured at, 0 or above; nil for end values.
  package var step: Int64?
  /// nil where nothing is said of it.
  package var status: Status?
  /// A note that replaces the run's; nil where nothing is said.
  package var note: String?
  /// The step from which the run is logged anew: its points after that and its end values are
  /// dropped first. nil where it goes on as it is.
  package var resumesFrom: Int64?

  package init(
    seed: UInt32? = nil, shape: Shape? = nil, profile: String? = nil, noise: Double? = nil,
    rank: Int? = nil, alpha: Double? = nil, rule: String? = nil, scale: Double? = nil,
    _ measurements: Measurements = Measurements()
  ) {
    self.seed = seed
    self.shape = shape
    self.profile = profile
    self.noise = noise
    self.rank = rank
    self.alpha = alpha
    self.rule = rule
    self.scale = scale
    self.measurements = measurements
  }

  /// Whether it has a measurement that is lorabook's own.
  package var isMeasured: Bool { !measurements.isEmpty }

  /// Whether it says anything that tells its cell or its update from others.
  package var hasSettings: Bool {
    seed != nil || shape != nil || profile != nil || noise != nil || rank != nil || alpha != nil
      || rule != nil || scale != nil || !parameters.parameters.isEmpty
  }

  /// Whether both say the same of every setting.
  package func hasSettings(of other: ExternalRun) -> Bool {
    func isSame(_ a: String?, _ b: String?) -> Bool {
      a.map(ExactText.init) == b.map(ExactText.init)
    }
    return seed == other.seed && shape == other.shape && noise == other.noise && rank == other.rank
      && alpha == other.alpha && scale == other.scale && isSame(rule, other.rule)
      && isSame(profile, other.profile) && parameters == other.parameters
  }

  /// Whether all of a run is said at once. Else it is a piece of the run with its name, or of the one that steps
  /// without a name are of.
  package var isWhole: Bool {
    name == nil && step == nil && resumesFrom == nil
      && (status == nil && note == nil || isMeasured || !metrics.isEmpty)
  }

  /// The fields of a run, named as the columns of `export`.
  package enum Column: Hashable, CaseIterable, Sendable {
    case seed, d, k, profile, noise, rank, alpha, rule, scale
    case metric(Metric.Key)

    private static let settings: [Column] = [
      .seed, .d, .k, .profile, .noise, .rank, .alpha, .rule, .scale,
    ]

    /// Settings first, then measurements.
    package static let allCases = settings + Metric.Key.columns.map(Column.metric)

    /// Its place in ``allCases``.
    var place: Int {
      switch self {
      case .seed: 0
      case .d: 1
      case .k: 2
      case .profile: 3
      case .noise: 4
      case .rank: 5
      case .alpha: 6
      case .rule: 7
      case .scale: 8
      case .metric(let metric): 9 + metric.rawValue
      }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    /// The column with a name; nil if there is none.
    package init?(named name: String) {
      guard let column = Self.byName[name] else { return nil }
      self = column
    }

    /// `truncation_error`.
    package var name: String {
      if case .metric(let metric) = self { metric.name } else { "\(self)" }
    }

    /// Whether it is a measurement rather than a setting.
    package var isMeasurement: Bool { if case .metric = self { true } else { false } }
  }
}

/// A field with an invalid value.
package struct ExternalRunError: Error, Equatable, CustomStringConvertible {
  /// The field's column; nil where it is none of the settings and measurements.
  package var column: ExternalRun.Column?
  /// The field's name, such as `rank` or `metrics`.
  package var field: String
  /// The value as given.
  package var value: String
  /// The problem; continues the sentence after the quoted value.
  package var problem: String
  /// The valid alternatives; one sentence without its full stop.
  package var remedy: String

  /// An error of a setting or a measurement of lorabook's own.
  package init(_ column: ExternalRun.Column, _ value: String, _ problem: String, remedy: String) {
    self.init(field: column.name, value, problem, remedy: remedy)
    self.column = column
  }

  /// - Parameter field: a name such as `metrics`, of a field that is no column of `export`.
  package init(field: String, _ value: String, _ problem: String, remedy: String) {
    self.field = field
    self.value = value
    self.problem = problem
    self.remedy = remedy
  }

  package var description: String {
    "'\(value.shortened(to: 80))' \(problem). \(remedy)."
  }
}
