/// A run that was measured elsewhere: where in the grid it stands, and what was measured there.
package struct ExternalRun: Equatable, Sendable {
  /// Of the update, whatever drew it.
  package var seed: UInt32
  /// Of the update.
  package var shape: Shape
  /// Any text that says what the update is like.
  package var profile: String
  /// The noise level; nil where it is not said.
  package var noise: Double?
  /// The rank r.
  package var rank: Int
  /// α.
  package var alpha: Double
  /// The scaling rule's canonical name, or any text where the scale is given.
  package var rule: String
  /// s.
  package var scale: Double
  /// nil where it was not recorded; not finite where it diverged.
  package var error: Double?
  /// nil where it was not recorded; not finite where it diverged.
  package var truncationError: Double?
  /// nil where it was not recorded; not finite where it diverged.
  package var varianceCaptured: Double?

  package init(
    seed: UInt32, shape: Shape, profile: String, noise: Double?, rank: Int, alpha: Double,
    rule: String, scale: Double, error: Double?, truncationError: Double?,
    varianceCaptured: Double?
  ) {
    self.seed = seed
    self.shape = shape
    self.profile = profile
    self.noise = noise
    self.rank = rank
    self.alpha = alpha
    self.rule = rule
    self.scale = scale
    self.error = error
    self.truncationError = truncationError
    self.varianceCaptured = varianceCaptured
  }

  /// What a run is read from, under the names that `export` gives its columns.
  package enum Column: Int, CaseIterable, Sendable {
    case seed, d, k, profile, noise, rank, alpha, rule, scale, error, truncationError
    case varianceCaptured

    /// `truncation_error`.
    package var name: String {
      switch self {
      case .seed: "seed"
      case .d: "d"
      case .k: "k"
      case .profile: "profile"
      case .noise: "noise"
      case .rank: "rank"
      case .alpha: "alpha"
      case .rule: "rule"
      case .scale: "scale"
      case .error: "error"
      case .truncationError: "truncation_error"
      case .varianceCaptured: "variance_captured"
      }
    }

    /// Whether a run cannot be told without it.
    package var isRequired: Bool {
      switch self {
      case .noise, .scale, .truncationError, .varianceCaptured: false
      default: true
      }
    }
  }
}

/// A field that no run can be read from.
package struct ExternalRunError: Error, Equatable, CustomStringConvertible {
  /// The field's column.
  package var column: ExternalRun.Column
  /// The value as it was given.
  package var value: String
  /// What is wrong with it; reads on from the quoted value.
  package var problem: String
  /// What to give instead; one sentence without its full stop.
  package var remedy: String

  package init(_ column: ExternalRun.Column, _ value: String, _ problem: String, remedy: String) {
    self.column = column
    self.value = value
    self.problem = problem
    self.remedy = remedy
  }

  package var description: String {
    "'\(value.shortened(to: 80))' \(problem). \(remedy)."
  }
}
