import LoRASpectra

/// A file that `export` wrote of trained runs: their settings and summaries, or their curves.
///
/// An imported training was measured elsewhere, so its settings become parameters and its results
/// metrics. A run is called after its id in the book that it comes from, by which the two files are of
/// one run.
enum TrainingTable {
  case trainings, curves

  /// What becomes of a column.
  enum Role {
    case parameter, metric, finalError, status, runID
    /// It is kept by others: a step's error is √(1 − energy_recovered), its learning rate the schedule's.
    case leftOut
  }

  private static let settings: Set<String> = [
    "optimizer", "learning_rate", "lr_ratio", "momentum", "nesterov", "beta1", "beta2", "eps",
    "weight_decay", "schedule", "warmup", "steps", "init", "init_seed", "inputs", "samples",
    "batch",
    "data_seed", "record", "divergence",
  ]
  private static let results = Set(TrainingSummary().columns.map(\.name))
    .subtracting(["scale", "initial_loss", "status", "final_error"])
    .subtracting(ExternalRun.Column.allCases.map(\.name))
  private static let points = Set(CurveColumn.allCases.map(\.rawValue))

  /// nil where the header is of another file.
  init?(header: Set<String>) {
    if header.isSuperset(of: ["run_id", "lr_ratio", "status", "final_error"]) {
      self = .trainings
    } else if header.isSuperset(of: ["run_id", "step", "grad_norm_b"]) {
      self = .curves
    } else {
      return nil
    }
  }

  /// nil where a column is read as of any file.
  func role(of column: String) -> Role? {
    if column == "run_id" { return .runID }
    switch self {
    case .trainings:
      if column == "final_error" { return .finalError }
      if column == "status" { return .status }
      if Self.settings.contains(column) { return .parameter }
      return Self.results.contains(column) ? .metric : nil
    case .curves:
      if ["error", "learning_rate"].contains(column) { return .leftOut }
      return Self.points.contains(column) ? .metric : nil
    }
  }

  /// The name of a run.
  ///
  /// - Parameter id: its id in the book that it was exported from.
  static func run(_ id: String) -> String { "run \(id)" }
}
