/// Reads and writes one field of a training's spec.
package struct TrainingField: Sendable {
  /// The field.
  let field: SpecField
  /// Sets the field from the items of its list.
  let read: @Sendable (inout TrainingSpec, SettingItems) throws -> Void
  /// Returns the field's values as texts.
  let write: @Sendable (TrainingSpec) -> [String]
}

extension TrainingSpec {
  /// The fields that a sweep does not have, one row each: a new setting is a new row.
  static let table: [TrainingField] = [
    .names(.optimizers, \.optimizers),
    TrainingField(
      field: .learningRates,
      read: { spec, given in
        spec.learningRates = try LearningRates.read(given) { [spec] rates in
          trainingCostText(
            runs: rates * Double(spec.sweep.seeds.count) * spec.runsPerSeedAndRate,
            points: spec.shared.record.steps(of: spec.shared.steps).count)
        }
      }, write: { $0.learningRates.map(\.shortestText) }),
    .names(.inits, \.inits),
    .names(.schedules, \.schedules),
    .whole(.warmup, \.shared.warmup, 0...TrainingSettings.mostSteps),
    TrainingField(
      field: .batches,
      read: { spec, given in
        let numbers = try ListText.integers(
          given.items, field: given.field, allowed: 0...mostInputs
        ) { "\($0) batches for every point of the grid" }
        spec.batches = try given.refusingDuplicates(numbers) { String(numbers[$0]) }
      }, write: { ListText.items(ListText.text($0.batches)) }),
    .whole(.steps, \.shared.steps, 1...TrainingSettings.mostSteps),
    .whole(.samples, \.shared.samples, 0...mostInputs),
    TrainingField(
      field: .inputs, read: { $0.shared.inputs = try InputDistribution(parsing: $1.single()) },
      write: { [$0.shared.inputs.description] }),
    .decimal(.lrRatio, \.shared.lrRatio, such: "1 or 16") { $0 > 0 ? nil : "is not above 0" },
    .decimal(.momentum, \.shared.momentum, such: "0 or 0.9", problem: outsideUnit),
    .truth(.nesterov, \.shared.nesterov),
    .decimal(.beta1, \.shared.beta1, such: "0.9", problem: outsideUnit),
    .decimal(.beta2, \.shared.beta2, such: "0.999", problem: outsideUnit),
    // At 0 the first update of A, whose gradient is 0, would be 0/0.
    .decimal(.eps, \.shared.eps, such: "1e-8") { $0 > 0 ? nil : "is not above 0" },
    .decimal(.weightDecay, \.shared.weightDecay, such: "0 or 0.01") {
      $0 >= 0 ? nil : "is below 0"
    },
    TrainingField(
      field: .record, read: { $0.shared.record = try RecordedSteps(parsing: $1.items) },
      write: { ListText.items($0.shared.record.description) }),
    .decimal(.divergence, \.shared.divergence, such: "1e6") { $0 > 1 ? nil : "is not above 1" },
    .seed(.initSeed, \.shared.initSeed),
    .seed(.dataSeed, \.shared.dataSeed),
    .truth(.sharpness, \.shared.findsSharpness),
  ]

  /// Largest number of inputs in a step accepted: more are taken for a mistake.
  private static let mostInputs = 1_000_000

  @Sendable private static func outsideUnit(_ value: Double) -> String? {
    (0..<1).contains(value) ? nil : value < 0 ? "is below 0" : "is not below 1"
  }
}

extension TrainingField {
  /// A list of names of a closed set.
  static func names<Setting: NamedSetting>(
    _ field: SpecField, _ path: WritableKeyPath<TrainingSpec, [Setting]> & Sendable
  ) -> TrainingField {
    TrainingField(
      field: field, read: { $0[keyPath: path] = try $1.names() },
      write: { $0[keyPath: path].map(\.rawValue) })
  }

  /// One whole number.
  static func whole(
    _ field: SpecField, _ path: WritableKeyPath<TrainingSpec, Int> & Sendable,
    _ allowed: ClosedRange<Int>
  ) -> TrainingField {
    TrainingField(
      field: field, read: { $0[keyPath: path] = try $1.whole(allowed) },
      write: { [String($0[keyPath: path])] })
  }

  /// One finite number.
  static func decimal(
    _ field: SpecField, _ path: WritableKeyPath<TrainingSpec, Double> & Sendable,
    such examples: String, problem: @escaping @Sendable (Double) -> String?
  ) -> TrainingField {
    TrainingField(
      field: field,
      read: { $0[keyPath: path] = try $1.decimal(such: examples, problem: problem) },
      write: { [$0[keyPath: path].shortestText] })
  }

  /// `true` or `false`.
  static func truth(
    _ field: SpecField, _ path: WritableKeyPath<TrainingSpec, Bool> & Sendable
  ) -> TrainingField {
    TrainingField(
      field: field, read: { $0[keyPath: path] = try $1.truth() },
      write: { [$0[keyPath: path] ? "true" : "false"] })
  }

  /// An optional seed of NumPy's `RandomState`.
  static func seed(
    _ field: SpecField, _ path: WritableKeyPath<TrainingSpec, UInt32?> & Sendable
  ) -> TrainingField {
    TrainingField(
      field: field, read: { $0[keyPath: path] = UInt32(try $1.whole(0...Int(UInt32.max))) },
      write: { $0[keyPath: path].map { [String($0)] } ?? [] })
  }
}
