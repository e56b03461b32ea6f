/// A validated training spec with its items in order: each value was checked against all others.
package struct TrainingGrid: Sendable {
  /// The spec.
  package let spec: TrainingSpec
  /// The updates, and the points that a sweep of them would have.
  package let grid: Grid
  /// Number of items.
  package var itemCount: Int { grid.updateCount * itemsPerUpdate }
  /// Number of trainings.
  package var runCount: Int { itemCount * pointsPerItem }

  /// One update with one rank and every setting except α, rule and rate: the unit of work of a
  /// worker.
  package struct Item: Sendable {
    /// The update before it is drawn.
    package var update: Grid.PlannedUpdate
    /// r, from 1 to min(d, k).
    package var rank: Int
    /// Every setting except α, rule and rate.
    package var settings: TrainingSettings
    /// Its index in the grid's order, from 0.
    package var ordinal: Int
  }

  /// One training of an item.
  package struct Point: Hashable, Sendable {
    /// α, above 0.
    package var alpha: Double
    /// How s is computed from α and r.
    package var rule: ScalingRule
    /// The resolved scale s.
    package var scale: Double
    /// η before the schedule, above 0.
    package var learningRate: Double

    /// Resolves s for a rank.
    package init(alpha: Double, rule: ScalingRule, rank: Int, learningRate: Double) {
      self.alpha = alpha
      self.rule = rule
      self.scale = rule.scale(alpha: alpha, rank: rank)
      self.learningRate = learningRate
    }
  }

  /// Validates a spec as a whole.
  ///
  /// - Parameter memory: bytes that a worker may use; a shape whose trainings need more is refused.
  /// - Throws: `SettingError` for everything that ``Grid`` refuses, a batch together with samples,
  ///   a warm-up
  ///   longer than the training, momentum without sgd, Nesterov's without momentum, inputs with
  ///   variances
  ///   that are not finite, or a grid that is too large for the limits or the memory.
  package init(_ spec: TrainingSpec, memory: Double = .infinity) throws {
    grid = try Grid(spec.sweep, memory: memory)
    self.spec = spec
    try checkSettings()
    let points = spec.shared.record.steps(of: spec.shared.steps).count
    let runs =
      Double(spec.sweep.seeds.count) * spec.runsPerSeedAndRate * Double(spec.learningRates.count)
    guard runs <= Double(Grid.mostRuns) else {
      throw SettingError(
        .learningRates, spec.items(of: .learningRates).joined(separator: ","),
        "make a grid too big to be meant: \(trainingCostText(runs: runs, points: points))",
        remedy: "Keep a sweep at or below \(Grid.mostRuns) trainings; split it into several")
    }
    let cells = runs / Double(spec.sweep.seeds.count)
    guard cells <= Double(Grid.mostCells) else {
      throw SettingError(
        .learningRates, spec.items(of: .learningRates).joined(separator: ","),
        "make \(Int(cells)) settings of one seed, too many to be meant: \(trainingCostText(runs: runs, points: points))",
        remedy: "Keep a seed at or below \(Grid.mostCells) settings; split the sweep into several")
    }
    for shape in spec.sweep.shapes {
      let bytes = TrainingMemory.bytes(shape, spec, pointsPerItem: pointsPerItem)
      guard bytes <= memory else {
        throw SettingError(
          .shapes, "\(shape)",
          "needs about \(byteText(bytes)) to train, and a worker may use \(byteText(memory))",
          remedy: "Choose a smaller shape, lower ranks, fewer recorded steps, or fewer --jobs")
      }
      guard spec.shared.inputs.variances(shape.k).allSatisfy(\.isFinite) else {
        throw SettingError(
          .inputs, spec.shared.inputs.description,
          "gives variances that are not finite for \(shape.k) inputs",
          remedy: "Choose an exponent nearer to 0")
      }
    }
  }

  private func checkSettings() throws {
    let shared = spec.shared
    if shared.samples > 0, let batch = spec.batches.first(where: { $0 > 0 }) {
      throw SettingError(
        .batches, "\(batch)", "is given beside samples \(shared.samples)",
        remedy: "Give fresh inputs a step or one fixed sample, not both")
    }
    guard shared.warmup <= shared.steps else {
      throw SettingError(
        .warmup, "\(shared.warmup)", "is longer than the training of \(shared.steps) steps",
        remedy: "Give at most \(shared.steps) steps of warm-up, or more --steps")
    }
    guard shared.momentum == 0 || spec.optimizers.contains(.sgd) else {
      throw SettingError(
        .momentum, shared.momentum.shortestText,
        "is sgd's, and the optimizers are \(spec.items(of: .optimizers).joined(separator: ","))",
        remedy: "Leave momentum out, or add sgd to --optimizers")
    }
    guard !shared.nesterov || shared.momentum > 0 else {
      throw SettingError(
        .nesterov, "true", "needs a momentum, which is 0", remedy: "Give --momentum, such as 0.9")
    }
  }

  /// Number of items of an update.
  package var itemsPerUpdate: Int {
    spec.sweep.ranks.count * spec.optimizers.count * spec.inits.count * spec.schedules.count
      * spec.batches.count
  }

  /// Number of trainings of an item.
  package var pointsPerItem: Int {
    spec.sweep.alphas.count * spec.sweep.rules.count * spec.learningRates.count
  }

  /// The items of the stream at an index of ``grid``, in order: updates, ranks, optimizers,
  /// initialisations, schedules, batches.
  ///
  /// - Parameter index: from 0 to `grid.streamCount` − 1.
  package func items(ofStreamAt index: Int) -> [Item] {
    let settings = spec.settings
    var items: [Item] = []
    for update in grid.stream(at: index).updates {
      var ordinal = update.ordinal * itemsPerUpdate
      for rank in spec.sweep.ranks {
        for settings in settings {
          items.append(Item(update: update, rank: rank, settings: settings, ordinal: ordinal))
          ordinal += 1
        }
      }
    }
    return items
  }

  /// Approximate bytes of a worker for the largest shape.
  package var workspaceBytes: Double {
    spec.sweep.shapes.map { TrainingMemory.bytes($0, spec, pointsPerItem: pointsPerItem) }.max()
      ?? 0
  }

  /// Approximate bytes of the curves of an item in memory.
  package var bytesPerItem: Double {
    TrainingMemory.curveBytes(spec) * Double(pointsPerItem)
  }

  /// Approximate bytes of all trainings in a book.
  package var bookBytes: Double {
    trainingBytes(
      runs: Double(runCount), points: spec.shared.record.steps(of: spec.shared.steps).count)
  }

  /// The trainings of an item with a rank, in order: alphas, rules, learning rates.
  package func points(rank: Int) -> [Point] {
    spec.sweep.alphas.flatMap { alpha in
      spec.sweep.rules.flatMap { rule in
        spec.learningRates.map {
          Point(alpha: alpha, rule: rule, rank: rank, learningRate: $0)
        }
      }
    }
  }
}
