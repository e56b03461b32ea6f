import CFactorLoops
import CLAPACK
import LoRASpectra

/// Trains factors toward drawn updates with BLAS, in its own workspaces: one worker serves one
/// thread.
///
/// The update, its factorisation and the inputs of the last item are cached, so pass items in the
/// grid's order.
package struct TrainingWorker {
  private var solver = LAPACKSolver()
  private let trainer = BlockTrainer()
  private var target: (identity: UpdateIdentity, target: TrainingTarget)?
  private var inputs: DrawnInputs?
  private let initial = Workspace()
  private let brought = Workspace()

  private let keptInputBytes: Int

  /// A worker with empty workspaces, which grow with the items.
  ///
  /// - Parameter keptInputBytes: drawn inputs are kept for later items up to this many bytes; those
  ///   of the first step always.
  package init(keptInputBytes: Int = TrainingMemory.inputBytes) {
    self.keptInputBytes = keptInputBytes
  }

  /// Trains an item at all of its points; points with the same scale and rate are computed once.
  ///
  /// - Parameters:
  ///   - points: at least one, of the item's rank.
  ///   - form: how to compute; by default the cheapest, also if the given one does not apply to the
  ///   settings.
  ///   - shouldStop: polled before every step.
  /// - Throws: `Stopped`, `LAPACKError`.
  package mutating func train(
    _ item: TrainingGrid.Item, at points: [TrainingGrid.Point], form: TrainingForm? = nil,
    shouldStop: () -> Bool = { false }
  ) throws -> TrainedItem {
    let target = try target(of: item.update)
    return try BLASThreads.shared().forShape(target.shape) {
      try train(item, at: points, target, form: form, signs: nil, shouldStop: shouldStop)
    }
  }

  /// How much a relative change of A's entries grows in the curve, measured with one perturbed
  /// twin: every entry changes by ±10⁻¹³ of itself, with the signs of the reference's first twin.
  ///
  /// A well-conditioned training has 1 to 20; late in Adam it reaches 10⁵ and more, where two
  /// correct programs differ visibly (`train_reference.py`, `sensitivity`).
  ///
  /// - Returns: for each run of an item, in their order, the largest growth up to each point of its
  ///   curve.
  /// - Throws: as ``train(_:at:form:shouldStop:)``.
  package mutating func sensitivities(
    of trained: TrainedItem, form: TrainingForm? = nil, shouldStop: () -> Bool = { false }
  ) throws -> [[Double]] {
    var item = trained.item
    item.settings.findsSharpness = false
    let target = try target(of: item.update)
    let twin = try BLASThreads.shared().forShape(target.shape) {
      try train(
        item, at: trained.runs.map(\.point), target, form: form, signs: 0, shouldStop: shouldStop)
    }
    return zip(trained.runs, twin.runs).map { run, twin in
      TrainingAgreement.growth(of: run.curve, in: twin.curve, from: TrainingWorker.perturbation)
    }
  }

  /// Factors by rows: B is d×r, A r×k.
  package struct Factors: Equatable, Sendable {
    /// d·r numbers.
    package var b: [Double]
    /// r·k numbers.
    package var a: [Double]
  }

  /// The factors before the first and after the last update, for a program that trains from the
  /// same draws.
  ///
  /// - Throws: as ``train(_:at:form:shouldStop:)``.
  package mutating func factors(
    of item: TrainingGrid.Item, at point: TrainingGrid.Point
  ) throws -> (first: Factors, last: Factors) {
    let target = try target(of: item.update)
    return try BLASThreads.shared().forShape(target.shape) {
      let first = drawFactor(item, target, signs: nil)
      let drawn = Array(UnsafeBufferPointer(start: first.start, count: first.rows * first.columns))
      _ = try train(item, at: [point], target, form: .direct, signs: nil, shouldStop: { false })
      let (a, bt) = (trainer.a.one(.factor, 0), trainer.b.one(.factor, 0))
      let (r, d) = (item.rank, target.shape.d)
      return (
        Factors(b: [Double](repeating: 0, count: d * r), a: drawn),
        Factors(
          b: (0..<(d * r)).map { bt.start[$0 % r * d + $0 / r] },
          a: Array(UnsafeBufferPointer(start: a.start, count: r * target.shape.k)))
      )
    }
  }

  /// Relative change of A's entries.
  private static let perturbation = 1e-13

  private mutating func train(
    _ item: TrainingGrid.Item, at points: [TrainingGrid.Point], _ target: TrainingTarget,
    form: TrainingForm?, signs: UInt32?, shouldStop: () -> Bool
  ) throws -> TrainedItem {
    let settings = item.settings
    let chosen =
      form.flatMap { $0.applies(to: settings) ? $0 : nil }
      ?? TrainingForm.best(for: settings, shape: target.shape, rank: item.rank)
    let coordinates = TrainingCoordinates(
      target, rank: item.rank, inputs: settings.inputs, isRotated: chosen == .rotated)
    let a = drawFactor(item, target, signs: signs)
    let start = Matrix(
      brought.pointer(item.rank * coordinates.k), rows: item.rank, columns: coordinates.k)
    try coordinates.bring(a, into: start)
    let floors = try target.lossFloors(
      variances: settings.inputs == .white ? nil : settings.inputs.variances(target.shape.k))
    let plan = BlockTrainer.Plan(
      coordinates: coordinates, initial: start, settings: settings, form: chosen,
      inputs: drawnInputs(item, target), lossFloor: floors[min(item.rank, floors.count - 1)],
      recorded: settings.record.steps(of: settings.steps))
    let (runs, places) = TrainingWorker.distinct(points)
    var courses: [TrainingCourse] = []
    let size = TrainingWorker.blockSize(plan)
    trainer.forgetStart()
    for first in stride(from: 0, to: runs.count, by: size) {
      let block = Array(runs[first..<min(first + size, runs.count)])
      courses += try trainer.train(plan, block, shouldStop: shouldStop)
    }
    let measured = target.spectrum.measure(rank: item.rank, scale: 1)
    let trained = zip(points, places).map { point, place in
      TrainingRun(
        point: point,
        summary: TrainingSummary(
          courses[place], scale: point.scale, measured: measured, lossFloor: plan.lossFloor,
          initialLoss: coordinates.initialLoss), curve: courses[place].curve)
    }
    return TrainedItem(item: item, spectrum: target.spectrum, runs: trained)
  }

  /// The distinct scales and rates, and for each point the index of its own.
  private static func distinct(
    _ points: [TrainingGrid.Point]
  ) -> (runs: [BlockTrainer.Run], places: [Int]) {
    var known: [[Double]: Int] = [:]
    var runs: [BlockTrainer.Run] = []
    let places = points.map { point in
      let key = [point.scale, point.learningRate]
      if let place = known[key] { return place }
      known[key] = runs.count
      runs.append(BlockTrainer.Run(scale: point.scale, rate: point.learningRate))
      return runs.count - 1
    }
    return (runs, places)
  }

  /// Number of trainings computed at once. If they share products with ΔW or inputs: as many as fit
  /// in a cache, but enough to make those products wide. Otherwise one, whose factors then stay in
  /// the nearest cache.
  private static func blockSize(_ plan: BlockTrainer.Plan) -> Int {
    let rank = plan.initial.rows
    let isShared = plan.form == .gram || plan.form == .sampled
    guard isShared || plan.inputs != nil else { return 1 }
    let moments = plan.settings.optimizer != .sgd ? 2 : plan.settings.momentum != 0 ? 1 : 0
    let bytes = 8 * rank * (plan.coordinates.d + plan.coordinates.k) * (2 + moments)
    let wide = isShared ? (TrainingMemory.wideRows + rank - 1) / rank : 1
    return max(wide, TrainingMemory.blockBytes / bytes)
  }

  private mutating func target(of update: Grid.PlannedUpdate) throws -> TrainingTarget {
    if let target, target.identity == update.identity { return target.target }
    target = nil
    var stream = NumPyLegacyNormals(seed: update.identity.seed)
    stream.skip(update.identity.position)
    let matrix = try solver.draw(update, from: &stream)
    let made = try BLASThreads.shared().forShape(update.identity.shape) {
      try TrainingTarget(matrix, shape: update.identity.shape, name: update.description)
    }
    target = (update.identity, made)
    return made
  }

  private func drawFactor(
    _ item: TrainingGrid.Item, _ target: TrainingTarget, signs: UInt32?
  ) -> Matrix {
    let k = target.shape.k
    let a = Matrix(initial.pointer(item.rank * k), rows: item.rank, columns: k)
    InitialFactor.draw(
      item.settings.initialisation, seed: item.settings.initSeed(of: item.update.identity.seed),
      into: a)
    if let signs {
      var stream = NumPyLegacyUniforms(seed: signs)
      for index in 0..<(item.rank * k) {
        a.start[index] *= 1 + TrainingWorker.perturbation * stream.sign()
      }
    }
    return a
  }

  private mutating func drawnInputs(
    _ item: TrainingGrid.Item, _ target: TrainingTarget
  ) -> DrawnInputs? {
    let settings = item.settings
    guard settings.isSampled else { return nil }
    let key = DrawnInputs.Key(
      seed: settings.dataSeed(of: item.update.identity.seed), k: target.shape.k,
      inputs: settings.inputs, samples: settings.samples, batch: settings.batch)
    if let inputs, inputs.key == key { return inputs }
    let made = DrawnInputs(key, mostBytes: keptInputBytes)
    inputs = made
    return made
  }
}

extension TrainingSummary {
  /// Summarises a course.
  ///
  /// - Parameter measured: the measurement of the best rank-r approximation.
  init(
    _ course: TrainingCourse, scale: Double, measured: MetricValues<Double>, lossFloor: Double,
    initialLoss: Double
  ) {
    self.init()
    self.scale = scale
    self.initialLoss = initialLoss
    self.lossFloor = lossFloor
    truncationError = measured[.truncationError]
    varianceCaptured = measured[.varianceCaptured]
    stepsToHalf = course.stepsToHalf
    stepsTo90 = course.stepsTo90
    stepsTo99 = course.stepsTo99
    for row in course.curve {
      if let error = row[.error], error < bestError ?? .infinity {
        bestError = error
        bestStep = row.step
      }
    }
    sharpnessStart = course.sharpnessStart
    sharpnessEnd = course.sharpnessEnd
    divergedAt = course.divergedAt
    guard divergedAt == nil, let last = course.curve.last, let loss = last[.loss],
      let error = last[.error]
    else {
      status = .diverged
      return
    }
    finalLoss = loss
    finalError = error
    status = loss < initialLoss ? .learned : .unlearned
    let share = (initialLoss - loss) / (initialLoss - lossFloor)
    self.share = share.isFinite ? share : nil
    regret = error - truncationError
  }
}
