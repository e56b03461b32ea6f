import LoRASpectra
import Testing

struct TrainingSpecTests {
  @Test("The built-in signal is the one that is documented")
  func signal() throws {
    let signal = TrainingSpec.signal
    #expect(TrainingSpec.builtIn == [signal])
    #expect(signal.sweep.name == "signal")
    #expect(signal.sweep.seeds == [0, 1, 2, 3, 4])
    #expect(signal.sweep.shapes == [Shape(d: 64, k: 64)])
    #expect(signal.sweep.profiles.map(\.label) == ["style", "facts"])
    #expect(signal.sweep.ranks == [2, 4, 8, 16, 32, 64])
    #expect(signal.sweep.alphas == [16])
    #expect(signal.sweep.rules == [.lora, .rslora])
    #expect(signal.sweep.noise == [0.01])
    #expect(signal.sweep.stream == .independent)
    #expect(signal.optimizers == [.sgd, .adamw])
    #expect(signal.shared == TrainingSettings())
    var asked = signal
    try asked.set(.learningRates, to: ["1e-3:1:4"])
    #expect(signal == asked)
    #expect(try TrainingGrid(signal).runCount == 5 * 2 * 6 * 2 * 2 * 13)
  }

  @Test("What items(of:) writes is what set reads", arguments: TrainingSpec.fields)
  func roundTrip(field: SpecField) throws {
    let given: [SpecField: [String]] = [
      .name: ["mine"], .seeds: ["3", "10-20"], .shapes: ["8x4"], .profiles: ["power:1.2"],
      .ranks: ["4", "1-3"], .alphas: ["0.1"], .rules: ["power:-0.5"], .noise: ["1e-5"],
      .stream: ["chained"], .tag: ["a"], .note: ["a, b"], .optimizers: ["adam", "sgd"],
      .learningRates: ["0.5", "1e-4:1e-3:3"], .inits: ["normal", "gaussian"],
      .schedules: ["cosine", "linear"], .warmup: ["7"], .batches: ["0", "4-6"], .steps: ["50"],
      .samples: ["12"], .inputs: ["power:0.5"], .lrRatio: ["16"], .momentum: ["0.9"],
      .nesterov: ["true"], .beta1: ["0.8"], .beta2: ["0.95"], .eps: ["1e-6"],
      .weightDecay: ["0.1"], .record: ["0", "10", "40-42"], .divergence: ["1e3"],
      .initSeed: ["4294967295"], .dataSeed: ["0"], .sharpness: ["true"],
    ]
    #expect(Set(given.keys) == Set(TrainingSpec.fields))
    var spec = TrainingSpec.signal
    for (field, items) in given { try spec.set(field, to: items) }
    var again = TrainingSpec.signal
    for other in TrainingSpec.fields where other != field {
      try again.set(other, to: spec.items(of: other))
    }
    #expect(again != spec)
    try again.set(field, to: spec.items(of: field))
    #expect(again == spec)
  }

  @Test("An untouched spec is written and read back, but for seeds that follow from the update's")
  func untouchedRoundTrip() throws {
    var again = TrainingSpec.signal
    for field in TrainingSpec.fields where field != .initSeed && field != .dataSeed {
      try again.set(field, to: TrainingSpec.signal.items(of: field))
    }
    #expect(again == .signal)
    #expect(TrainingSpec.signal.items(of: .initSeed).isEmpty)
    #expect(TrainingSpec.signal.items(of: .dataSeed).isEmpty)
  }

  @Test("The fields of the grid are all but those that only describe")
  func gridFields() {
    let describing = Set(TrainingSpec.fields).subtracting(TrainingSpec.gridFields)
    #expect(describing == [.name, .tag, .note])
    #expect(
      TrainingSpec.fields + MeasureSpec.fields.filter { !TrainingSpec.fields.contains($0) }
        == SpecField.allCases)
  }

  @Test("A training's setting is none of a sweep")
  func settingOfATraining() {
    var spec = SweepSpec.article
    let error = #expect(throws: SettingError.self) { try spec.set(.optimizers, to: ["sgd"]) }
    #expect(error?.problem == "is a setting of a training")
    #expect(spec == .article)
  }

  @Test("A range of rates is LOW·10^(i/N) with 4 significant digits")
  func rates() throws {
    #expect(try rates("1e-3:1:4").count == 13)
    #expect(
      try rates("1e-3:1e-2:4") == [0.001, 0.001778, 0.003162, 0.005623, 0.01])
    #expect(try rates("0.02:0.02:7") == [0.02])
    #expect(try rates("1e-5:1e-4:1,0.5") == [1e-5, 1e-4, 0.5])
    // The range's end as a person writes it, rounded.
    #expect(try rates("1e-3:5.623e-3:4") == [0.001, 0.001778, 0.003162, 0.005623])
    #expect(try rates("3:300:2") == [3, 9.487, 30, 94.87, 300])
  }

  private func rates(_ text: String) throws -> [Double] {
    var spec = TrainingSpec.signal
    try spec.set(.learningRates, to: ListText.items(text))
    return spec.learningRates
  }
}

extension TrainingSpec {
  mutating func set(_ field: Field, to items: [String]) throws {
    try set(field, to: items) { _ in "3\n1\n" }
  }

  /// The built-in spec with some fields given as list texts.
  static func signal(_ fields: [Field: String]) throws -> TrainingSpec {
    var spec = TrainingSpec.signal
    for (field, text) in fields { try spec.set(field, to: ListText.items(text)) }
    return spec
  }
}
