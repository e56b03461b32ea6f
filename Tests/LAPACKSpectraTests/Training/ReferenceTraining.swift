import LAPACKSpectra
import LoRASpectra
import TestSupport

extension TrainReference.Case {
  /// The case as a grid of one training, from list texts as a user writes them.
  func grid() throws -> TrainingGrid {
    let s = settings
    var fields: [SpecField: String] = [
      .seeds: "\(s.seed)", .shapes: "\(s.d)x\(s.k)", .profiles: s.profile,
      .noise: s.noise.shortestText, .ranks: "\(s.rank)", .alphas: s.alpha.shortestText,
      .rules: s.rule, .inits: s.`init`, .optimizers: s.optimizer,
      .learningRates: s.lr.shortestText, .lrRatio: s.lr_ratio.shortestText,
      .momentum: s.momentum.shortestText, .nesterov: "\(s.nesterov)",
      .beta1: s.beta1.shortestText, .beta2: s.beta2.shortestText, .eps: s.eps.shortestText,
      .weightDecay: s.weight_decay.shortestText, .schedules: s.schedule, .warmup: "\(s.warmup)",
      .steps: "\(s.steps)", .inputs: s.inputs, .samples: "\(s.samples)", .batches: "\(s.batch)",
      .record: s.record, .divergence: s.divergence.shortestText, .sharpness: "true",
    ]
    if let seed = s.init_seed { fields[.initSeed] = "\(seed)" }
    if let seed = s.data_seed { fields[.dataSeed] = "\(seed)" }
    return try TrainingGrid(.signal(fields))
  }

  /// The curve's rows.
  var points: [CurvePoint] {
    curve.map { row in
      var point = CurvePoint(step: Int((row["step"] ?? nil) ?? -1))
      for column in CurveColumn.allCases { point[column] = row[column.rawValue] ?? nil }
      return point
    }
  }
}

extension TrainingSpec {
  /// The built-in spec with some fields given as list texts.
  static func signal(_ fields: [SpecField: String]) throws -> TrainingSpec {
    var spec = TrainingSpec.signal
    for field in TrainingSpec.fields {
      guard let text = fields[field] else { continue }
      try spec.set(field, to: ListText.items(text)) { _ in "" }
    }
    return spec
  }
}

extension TrainingGrid {
  /// Its only item, with the item's points.
  func single() throws -> (item: Item, points: [Point]) {
    let items = items(ofStreamAt: 0)
    guard items.count == 1, let item = items.first else { throw NotSingle() }
    return (item, points(rank: item.rank))
  }

  private struct NotSingle: Error {}
}
