import ArgumentParser
import LoRASpectra

/// The options that each override one field of a training's spec that a sweep does not have.
struct TrainingOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Optimizers: sgd,adam,adamw.")
  var optimizers: String?

  @Option(
    parsing: .unconditional,
    help: "Learning rates: 1e-3,0.1 or LOW:HIGH:N, N rates a decade, such as 1e-3:1:4.")
  var learningRates: String?

  @Option(parsing: .unconditional, help: "How A is drawn: kaiming,gaussian,normal.")
  var inits: String?

  @Option(
    parsing: .unconditional, help: "How the learning rate changes: constant,linear,cosine.")
  var schedules: String?

  @Option(parsing: .unconditional, help: "Steps over which the rate rises from 0.")
  var warmup: String?

  @Option(
    parsing: .unconditional,
    help: "Numbers of fresh inputs in a step; 0 trains on the population loss.")
  var batches: String?

  @Option(parsing: .unconditional, help: "Updates in a training.")
  var steps: String?

  @Option(
    parsing: .unconditional,
    help: "Number of inputs in one fixed sample; 0 trains on the population loss.")
  var samples: String?

  @Option(parsing: .unconditional, help: "The inputs' covariance: white or power:P.")
  var inputs: String?

  @Option(parsing: .unconditional, help: "LoRA+: the rate of B divided by that of A.")
  var lrRatio: String?

  @Option(parsing: .unconditional, help: "Momentum of sgd.")
  var momentum: String?

  @Flag(help: "Nesterov's momentum.")
  var nesterov = false

  @Option(parsing: .unconditional, help: "Decay of the mean gradient of adam and adamw.")
  var beta1: String?

  @Option(parsing: .unconditional, help: "Decay of the mean square of adam and adamw.")
  var beta2: String?

  @Option(
    parsing: .unconditional, help: "What adam and adamw add to the root of the mean square.")
  var eps: String?

  @Option(
    parsing: .unconditional,
    help: "Weight decay: L2 for sgd and adam, decoupled for adamw.")
  var weightDecay: String?

  @Option(
    parsing: .unconditional,
    help: "Which steps of a curve are kept: octaves, every:N or a list; always the ends.")
  var record: String?

  @Option(
    parsing: .unconditional,
    help: "A training has diverged if its loss exceeds this multiple of the first.")
  var divergence: String?

  @Option(
    parsing: .unconditional, help: "The seed of A, instead of one from the update's.")
  var initSeed: String?

  @Option(
    parsing: .unconditional, help: "The seed of the inputs, instead of one from the update's.")
  var dataSeed: String?

  @Flag(help: "Also find the largest curvature at the start and the end, which is slow.")
  var sharpness = false

  /// The given options, by field.
  private var given: [SpecField: String?] {
    [
      .optimizers: optimizers, .learningRates: learningRates, .inits: inits,
      .schedules: schedules, .warmup: warmup, .batches: batches, .steps: steps, .samples: samples,
      .inputs: inputs, .lrRatio: lrRatio, .momentum: momentum, .nesterov: nesterov ? "true" : nil,
      .beta1: beta1, .beta2: beta2, .eps: eps, .weightDecay: weightDecay, .record: record,
      .divergence: divergence, .initSeed: initSeed, .dataSeed: dataSeed,
      .sharpness: sharpness ? "true" : nil,
    ]
  }

  /// Overrides the fields of a spec that are given, in the spec's order.
  ///
  /// - Throws: `SpecError`.
  func override(_ located: inout LocatedSpec<TrainingSpec>) throws {
    let given = given
    // The costs that a message names are those of the whole grid, so the numbers of steps come
    // before the learning rates.
    let fields = TrainingSpec.fields.filter { $0 != .learningRates } + [.learningRates]
    for field in fields {
      if let text = given[field] ?? nil {
        try located.override(field, with: ListText.items(text))
      }
    }
  }
}
