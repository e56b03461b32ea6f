/// The settings of a spec, named as the options and the YAML keys; an option writes `_` as `-`.
package enum SpecField: String, CaseIterable, Sendable {
  case name, seeds, shapes, profiles, ranks, alphas, rules, noise, stream, tag, note
  // From here on for trainings alone.
  case optimizers
  case learningRates = "learning_rates"
  case inits, schedules, warmup, batches, steps, samples, inputs
  case lrRatio = "lr_ratio"
  case momentum, nesterov, beta1, beta2, eps
  case weightDecay = "weight_decay"
  case record, divergence
  case initSeed = "init_seed"
  case dataSeed = "data_seed"
  case sharpness
  // From here on for measured weights alone.
  case adapter, with, base, tuned, matrix, include, exclude
  case fanInFanOut = "fan_in_fan_out"

  /// Whether it takes several values.
  package var isList: Bool {
    switch self {
    case .seeds, .shapes, .profiles, .ranks, .alphas, .rules, .noise, .tag, .optimizers,
      .learningRates, .inits, .schedules, .batches, .record, .adapter, .with, .base, .tuned,
      .matrix,
      .include, .exclude:
      true
    default: false
    }
  }

  /// The name of its option: `learning-rates`.
  package var option: String { String(rawValue.map { $0 == "_" ? "-" : $0 }) }
}
