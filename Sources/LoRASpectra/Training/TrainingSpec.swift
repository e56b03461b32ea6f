/// A grid of trainings as requested: a sweep's grid × optimizers × initialisations × schedules ×
/// batches × learning rates, and the settings that all trainings share.
package struct TrainingSpec: Equatable, Sendable {
  /// The fields of a spec.
  package typealias Field = SpecField

  /// Name, updates, ranks, alphas and rules.
  package var sweep: SweepSpec
  /// The optimizers.
  package var optimizers: [Optimizer]
  /// Learning rates, above 0.
  package var learningRates: [Double]
  /// How A is drawn.
  package var inits: [FactorInit]
  /// How the learning rate changes.
  package var schedules: [LearningRateSchedule]
  /// Numbers of new inputs in a step; 0 for none.
  package var batches: [Int]
  /// The settings that all trainings share; its optimizer, initialisation, schedule and batch are
  /// not used.
  package var shared: TrainingSettings

  /// The article's claim, trained: `lorabook train` without options runs it.
  package static let signal: TrainingSpec = {
    var sweep = SweepSpec.article
    sweep.name = "signal"
    sweep.seeds = [0, 1, 2, 3, 4]
    sweep.ranks = [2, 4, 8, 16, 32, 64]
    sweep.stream = .independent
    return TrainingSpec(
      sweep: sweep, optimizers: [.sgd, .adamw],
      learningRates: [
        1e-3, 1.778e-3, 3.162e-3, 5.623e-3, 1e-2, 1.778e-2, 3.162e-2, 5.623e-2, 0.1, 0.1778, 0.3162,
        0.5623, 1,
      ], inits: [.kaiming], schedules: [.constant], batches: [0], shared: TrainingSettings())
  }()

  /// The specs with a name.
  package static let builtIn = [signal]

  /// The fields of a training's spec, in order: a sweep's, then those of ``table``.
  package static let fields = SweepSpec.fields + table.map(\.field)

  /// The fields that decide what is computed; the others only describe the trainings.
  package static let gridFields = SweepSpec.gridFields + table.map(\.field)

  /// Sets one field from the items of its list.
  ///
  /// - Parameter readingFile: returns the text of the file at a path, for `file:PATH` profiles.
  /// - Throws: `SettingError` for an item that is invalid for the field, and for a repeated value.
  package mutating func set(
    _ field: Field, to items: [String], readingFile: (String) throws -> String
  ) throws {
    guard let entry = TrainingSpec.table.first(where: { $0.field == field }) else {
      return try sweep.set(field, to: items, readingFile: readingFile)
    }
    try entry.read(&self, SettingItems(field, items))
  }

  /// The field's values as texts, in the canonical spelling that ``set(_:to:readingFile:)`` parses;
  /// empty for a seed derived from the update's.
  package func items(of field: Field) -> [String] {
    guard let entry = TrainingSpec.table.first(where: { $0.field == field }) else {
      return sweep.items(of: field)
    }
    return entry.write(self)
  }

  /// The settings of the items of one update and rank, in order: optimizers, initialisations,
  /// schedules, batches.
  package var settings: [TrainingSettings] {
    optimizers.flatMap { optimizer in
      inits.flatMap { initialisation in
        schedules.flatMap { schedule in
          batches.map { batch in
            var settings = shared
            settings.optimizer = optimizer
            settings.initialisation = initialisation
            settings.schedule = schedule
            settings.batch = batch
            return settings
          }
        }
      }
    }
  }

  /// Number of trainings with one seed and one learning rate.
  var runsPerSeedAndRate: Double {
    let counts = [
      sweep.shapes.count, sweep.noise.count, sweep.profiles.count, sweep.ranks.count,
      sweep.alphas.count, sweep.rules.count, optimizers.count, inits.count, schedules.count,
      batches.count,
    ]
    return counts.reduce(1.0) { $0 * Double($1) }
  }
}

/// The cost of a number of trainings, for a message that asks whether they are intended.
func trainingCostText(runs: Double, points: Int) -> String {
  "\(Int(min(runs, 9e18))) trainings and about \(byteText(trainingBytes(runs: runs, points: points))) in the book"
}

/// Approximate bytes of trainings in a book: about 250 for a summary and 150 for a point of a curve.
func trainingBytes(runs: Double, points: Int) -> Double { runs * (250 + 150 * Double(points)) }
