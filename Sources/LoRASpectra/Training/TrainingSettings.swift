/// Every setting of a training except its update, rank, α, rule and learning rate; see
/// `train_reference.py`.
package struct TrainingSettings: Hashable, Sendable {
  /// The optimizer.
  package var optimizer = Optimizer.sgd
  /// How A is drawn.
  package var initialisation = FactorInit.kaiming
  /// How the learning rate changes.
  package var schedule = LearningRateSchedule.constant
  /// Number of new inputs in every step, from 0; 0 trains on ``samples``, or on the population
  /// loss.
  package var batch = 0
  /// Warm-up steps, from 0 to ``steps``.
  package var warmup = 0
  /// Number of updates, from 1.
  package var steps = 300
  /// Number of fixed inputs in every step, from 0; 0 trains on ``batch``, or on the population
  /// loss.
  package var samples = 0
  /// The covariance of the inputs.
  package var inputs = InputDistribution.white
  /// LoRA+: the rate of B divided by that of A, above 0.
  package var lrRatio = 1.0
  /// Momentum of sgd, from 0 to below 1.
  package var momentum = 0.0
  /// Whether sgd's momentum is Nesterov's.
  package var nesterov = false
  /// Decay of the mean gradient of adam and adamw, from 0 to below 1.
  package var beta1 = 0.9
  /// Decay of the mean square of adam and adamw, from 0 to below 1.
  package var beta2 = 0.999
  /// The number that adam and adamw add to the root of the mean square, above 0.
  package var eps = 1e-8
  /// λ, from 0: L2 for sgd and adam, decoupled for adamw.
  package var weightDecay = 0.0
  /// The steps at which the curve has a point.
  package var record = RecordedSteps.octaves
  /// A training ends as diverged if its loss exceeds this multiple of the first, above 1.
  package var divergence = 1e6
  /// The seed of A; nil to derive it from the update's.
  package var initSeed: UInt32?
  /// The seed of the inputs; nil to derive it from the update's.
  package var dataSeed: UInt32?
  /// Whether to compute the largest curvature at the start and the end.
  package var findsSharpness = false

  /// The reference's defaults.
  package init() {}

  /// Largest number of updates accepted: more are taken for a mistake.
  package static let mostSteps = 10_000_000

  /// The seed of A for an update's seed: (seed + 2³¹) mod 2³² unless given.
  package func initSeed(of seed: UInt32) -> UInt32 { initSeed ?? seed &+ 1 << 31 }

  /// The seed of the inputs for an update's seed: (seed + 2³⁰) mod 2³² unless given.
  package func dataSeed(of seed: UInt32) -> UInt32 { dataSeed ?? seed &+ 1 << 30 }

  /// Whether a step's gradient comes from drawn inputs.
  package var isSampled: Bool { samples > 0 || batch > 0 }

  /// Number of inputs in a step; 0 for the population loss.
  package var inputsPerStep: Int { max(samples, batch) }

  /// The settings as columns of a table, named as in the reference: absent if one does not apply to
  /// the optimizer.
  package var columns: [(name: String, value: Value)] {
    let isSGD = optimizer == .sgd
    return [
      ("optimizer", .text(optimizer.rawValue)), ("lr_ratio", .real(lrRatio)),
      ("momentum", isSGD ? .real(momentum) : .absent),
      ("nesterov", isSGD ? .integer(nesterov ? 1 : 0) : .absent),
      ("beta1", isSGD ? .absent : .real(beta1)), ("beta2", isSGD ? .absent : .real(beta2)),
      ("eps", isSGD ? .absent : .real(eps)), ("weight_decay", .real(weightDecay)),
      ("schedule", .text(schedule.rawValue)), ("warmup", .integer(Int64(warmup))),
      ("steps", .integer(Int64(steps))), ("init", .text(initialisation.rawValue)),
      ("init_seed", initSeed.map { .integer(Int64($0)) } ?? .absent),
      ("inputs", .text(inputs.description)), ("samples", .integer(Int64(samples))),
      ("batch", .integer(Int64(batch))),
      ("data_seed", dataSeed.map { .integer(Int64($0)) } ?? .absent),
      ("record", .text(record.description)), ("divergence", .real(divergence)),
    ]
  }
}
