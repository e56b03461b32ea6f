/// Something that is measured of a run.
package struct Metric: Sendable {
  /// Its name in the book, in files and on the command line.
  package let name: String
  /// nil where it has none, and where nobody has said.
  package let unit: String?
  /// Whether larger values are better; nil where nobody has said.
  package let isBetterLarger: Bool?
  /// What can be measured, besides values that diverged.
  package let range: ClosedRange<Double>

  package init(
    _ name: String, unit: String? = nil, isBetterLarger: Bool?,
    range: ClosedRange<Double> = -.infinity ... .infinity
  ) {
    self.name = name
    self.unit = unit
    self.isBetterLarger = isBetterLarger
    self.range = range
  }
}

extension Metric {
  /// The metrics of an update at a rank and a scale, each with a place in ``MetricValues``.
  package enum Key: Int, CaseIterable, Sendable {
    /// ‖ΔW − s·Δᵣ‖_F / ‖ΔW‖_F.
    case error
    /// ‖ΔW − Δᵣ‖_F / ‖ΔW‖_F, the error that no scaling can remove.
    case truncationError
    /// Σᵢ≤ᵣ σᵢ² / Σ σᵢ², from 0 to 1.
    case varianceCaptured

    /// What it is called, and which way is better.
    package var metric: Metric {
      switch self {
      case .error: .error
      case .truncationError: .truncationError
      case .varianceCaptured: .varianceCaptured
      }
    }

    /// Its name in the book.
    package var name: String { metric.name }

    /// Those that are columns of the runs in the book: every computed run has them.
    package static let columns: [Key] = [.error, .truncationError, .varianceCaptured]
    /// The others, which are rows beside the runs, as a user's metrics are.
    package static let rows = Array(allCases.dropFirst(columns.count))

    /// - Returns: nil if it is another metric's name.
    package init?(named name: String) {
      guard let key = Key.allCases.first(where: { $0.name == name }) else { return nil }
      self = key
    }
  }

  /// ``Key/error``.
  package static let error = Metric("error", isBetterLarger: false, range: 0 ... .infinity)
  /// ``Key/truncationError``.
  package static let truncationError = Metric(
    "truncation_error", isBetterLarger: false, range: 0 ... .infinity)
  /// ``Key/varianceCaptured``.
  package static let varianceCaptured = Metric(
    "variance_captured", isBetterLarger: true, range: 0...1)

  /// What a training comes to besides its error, as in the reference.
  package static let ofTrainings = [
    Metric("final_loss", isBetterLarger: false), Metric("best_error", isBetterLarger: false),
    Metric("best_step", isBetterLarger: nil), Metric("loss_floor", isBetterLarger: false),
    Metric("share", isBetterLarger: true), Metric("regret", isBetterLarger: false),
    Metric("steps_to_half", isBetterLarger: false), Metric("steps_to_90", isBetterLarger: false),
    Metric("steps_to_99", isBetterLarger: false), Metric("sharpness_start", isBetterLarger: nil),
    Metric("sharpness_end", isBetterLarger: nil),
  ]

  /// The metrics that lorabook finds itself; users' have other names.
  package static let builtIn = Key.allCases.map(\.metric) + ofTrainings
}
