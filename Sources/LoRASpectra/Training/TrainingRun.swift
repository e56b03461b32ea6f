/// The columns of a training's curve besides `step`, named and ordered as in the reference.
package enum CurveColumn: String, CaseIterable, Sendable {
  /// η_t; absent in the last row.
  case learningRate = "learning_rate"
  /// L = ½ tr(M Σ Mᵀ), M = ΔW − s·B·A.
  case loss
  /// The loss on the samples or the batch, or ``loss`` if there is neither; absent in the last row
  /// of batches.
  case trainLoss = "train_loss"
  /// ‖M‖_F / ‖ΔW‖_F.
  case error
  /// 1 − error²; may be negative.
  case energyRecovered = "energy_recovered"
  /// ‖∂L/∂A‖_F, without weight decay; absent in the last row of batches.
  case gradNormA = "grad_norm_a"
  /// ‖∂L/∂B‖_F, without weight decay; absent in the last row of batches.
  case gradNormB = "grad_norm_b"
  /// ‖A‖_F.
  case normA = "norm_a"
  /// ‖B‖_F.
  case normB = "norm_b"
  /// ‖s·B·A‖_F / ‖ΔW‖_F.
  case adapterNorm = "adapter_norm"
  /// ‖C‖_F / ‖ΔW‖_F with C = s(B_{t+1}A_{t+1} − B_tA_t); absent in the last row, and if update t
  /// gave a number that is not finite.
  case stepChange = "step_change"
  /// ⟨C, MΣ⟩ / (‖C‖ ‖MΣ‖); absent as ``stepChange``, and if C = 0.
  case stepCosine = "step_cosine"
  /// (loss_t − loss_{t+1}) / loss_0; absent as ``stepChange``.
  case stepGain = "step_gain"
  /// The share of B's column space in ΔW's first r left singular vectors (Hu et al. 2021, φ);
  /// absent if B = 0.
  case alignmentOut = "alignment_out"
  /// The share of A's row space in ΔW's first r right singular vectors; absent if A = 0.
  case alignmentIn = "alignment_in"

  /// Its index in the order, from 0.
  var index: Int { CurveColumn.places[self] ?? 0 }

  private static let places = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}

/// One row of a training's curve.
package struct CurvePoint: Equatable, Sendable {
  /// t: the state before update t; in the last row the state after the last update.
  package var step: Int
  private var values = [Double?](repeating: nil, count: CurveColumn.allCases.count)

  /// An empty row.
  package init(step: Int) { self.step = step }

  /// The value of a column; nil if absent.
  package subscript(column: CurveColumn) -> Double? {
    get { values[column.index] }
    set { values[column.index] = newValue }
  }
}

/// The end and the summary values of a training, named as in the reference.
package struct TrainingSummary: Equatable, Sendable {
  /// How a training ended.
  package enum Status: String, Sendable {
    /// A factor or the loss was not finite, or the loss exceeded the limit.
    case diverged
    /// The last loss is not below the first.
    case unlearned
    case learned
  }

  /// s.
  package var scale = 0.0
  /// The loss at B = 0: ½ tr(ΔW Σ ΔWᵀ).
  package var initialLoss = 0.0
  /// How it ended.
  package var status = Status.unlearned
  /// Number of updates before it diverged; nil if it did not.
  package var divergedAt: Int?
  /// The loss after the last update; nil if it diverged.
  package var finalLoss: Double?
  /// The error after the last update; nil if it diverged.
  package var finalError: Double?
  /// The least error in the curve; nil if it has none.
  package var bestError: Double?
  /// The first row with that error.
  package var bestStep: Int?
  /// ‖ΔW − Δᵣ‖_F / ‖ΔW‖_F.
  package var truncationError = 0.0
  /// Σᵢ≤ᵣ σᵢ² / Σ σᵢ².
  package var varianceCaptured = 0.0
  /// ½ Σᵢ>ᵣ σᵢ(ΔW Σ^½)²: the least population loss of any rank-r update (Eckart–Young).
  package var lossFloor = 0.0
  /// (loss₀ − final_loss)/(loss₀ − loss_floor): the learned share of what rank r can learn; nil if
  /// it diverged.
  package var share: Double?
  /// final_error − truncation_error; nil if it diverged.
  package var regret: Double?
  /// The first number of updates with a share of at least ½; nil if it was not reached.
  package var stepsToHalf: Int?
  /// The first number of updates with a share of at least 0.9; nil if it was not reached.
  package var stepsTo90: Int?
  /// The first number of updates with a share of at least 0.99; nil if it was not reached.
  package var stepsTo99: Int?
  /// The largest eigenvalue of the loss's Hessian in (B, A) at the start; nil if not requested.
  package var sharpnessStart: Double?
  /// The same at the end; nil also if the training diverged.
  package var sharpnessEnd: Double?

  /// An empty summary.
  package init() {}

  /// The summary as columns of a table, named as in the reference.
  package var columns: [(name: String, value: Value)] {
    func real(_ number: Double?) -> Value { number.map(Value.real) ?? .absent }
    func whole(_ number: Int?) -> Value { number.map { .integer(Int64($0)) } ?? .absent }
    return [
      ("scale", .real(scale)), ("initial_loss", .real(initialLoss)),
      ("status", .text(status.rawValue)), ("diverged_at", whole(divergedAt)),
      ("final_loss", real(finalLoss)), ("final_error", real(finalError)),
      ("best_error", real(bestError)), ("best_step", whole(bestStep)),
      ("truncation_error", .real(truncationError)),
      ("variance_captured", .real(varianceCaptured)), ("loss_floor", .real(lossFloor)),
      ("share", real(share)), ("regret", real(regret)), ("steps_to_half", whole(stepsToHalf)),
      ("steps_to_90", whole(stepsTo90)), ("steps_to_99", whole(stepsTo99)),
      ("sharpness_start", real(sharpnessStart)), ("sharpness_end", real(sharpnessEnd)),
    ]
  }
}

/// One training with all its results.
package struct TrainingRun: Equatable, Sendable {
  /// Its α, rule, scale and rate.
  package var point: TrainingGrid.Point
  /// How it ended.
  package var summary: TrainingSummary
  /// The recorded rows, ascending.
  package var curve: [CurvePoint]

  package init(point: TrainingGrid.Point, summary: TrainingSummary, curve: [CurvePoint]) {
    self.point = point
    self.summary = summary
    self.curve = curve
  }
}

/// An item with all its results.
package struct TrainedItem: Sendable {
  /// The item.
  package var item: TrainingGrid.Item
  /// The singular values of its update.
  package var spectrum: Spectrum
  /// One for each of its points, in order.
  package var runs: [TrainingRun]

  package init(item: TrainingGrid.Item, spectrum: Spectrum, runs: [TrainingRun]) {
    self.item = item
    self.spectrum = spectrum
    self.runs = runs
  }
}
