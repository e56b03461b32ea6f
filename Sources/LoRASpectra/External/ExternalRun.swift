/// A run that was measured elsewhere: its place in the grid and its measurements.
package struct ExternalRun: Equatable, Sendable {
  /// Seed of the update, for any generator.
  package var seed: UInt32
  /// Shape of the update.
  package var shape: Shape
  /// Any text that describes the update.
  package var profile: String
  /// The noise level; nil if not given.
  package var noise: Double?
  /// The rank r.
  package var rank: Int
  /// α.
  package var alpha: Double
  /// The scaling rule's canonical name, or any text if the scale is given.
  package var rule: String
  /// The scale s.
  package var scale: Double
  /// nil if it was not recorded; not finite if it diverged.
  package var error: Double?
  /// nil if it was not recorded; not finite if it diverged.
  package var truncationError: Double?
  /// nil if it was not recorded; not finite if it diverged.
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

  /// The fields of a run, named as the columns of `export`.
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

    /// Whether every run needs this field.
    package var isRequired: Bool {
      switch self {
      case .noise, .scale, .truncationError, .varianceCaptured: false
      default: true
      }
    }
  }
}

/// A field with an invalid value.
package struct ExternalRunError: Error, Equatable, CustomStringConvertible {
  /// The field's column.
  package var column: ExternalRun.Column
  /// The value as given.
  package var value: String
  /// The problem; continues the sentence after the quoted value.
  package var problem: String
  /// The valid alternatives; one sentence without its full stop.
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
