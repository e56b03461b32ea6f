import CFactorLoops
import CLAPACK
import LoRASpectra

/// Trains a block of factor pairs that differ only in scale and rate, one step of all at a time.
///
/// Its memory is reused; a step allocates nothing.
final class BlockTrainer {
  /// The common part of a block's trainings.
  struct Plan {
    var coordinates: TrainingCoordinates
    /// A before the first update, in these coordinates.
    var initial: Matrix
    var settings: TrainingSettings
    var form: TrainingForm
    var inputs: DrawnInputs?
    /// The least loss of any update of the rank.
    var lossFloor: Double
    /// The recorded steps, ascending.
    var recorded: [Int]
  }

  /// The scale and rate of one training.
  struct Run {
    var scale: Double
    var rate: Double
  }

  let a = FactorStack()
  let b = FactorStack()
  var runs: [Run] = []
  var courses: [TrainingCourse] = []
  /// The trainings that are still running, by slot.
  private(set) var live: [Int] = []
  /// By slot: the loss, and the loss on the step's inputs.
  private var losses: [Double] = []
  private var trainLosses: [Double] = []
  private let gramA = Workspace()
  private let gramB = Workspace()
  private let residual = Workspace()
  private let weighted = Workspace()
  private let errors = Workspace()
  private let teacher = Workspace()
  private let inputsTimesA = Workspace()
  private let errorsTimesB = Workspace()
  private let recorder = CurveRecorder()
  private let sharpness = SharpnessSearch()
  /// By scale: at B = 0 all trainings of one scale are at the same point.
  private var startSharpness: [Double: Double?] = [:]

  /// Clears the cache when the trainings have another start.
  func forgetStart() {
    startSharpness.removeAll(keepingCapacity: true)
    recorder.forgetStart()
  }

  /// Trains a block to its end; call ``forgetStart()`` before the blocks of another plan.
  ///
  /// - Parameter shouldStop: polled before every step.
  /// - Returns: one course for each run, in their order.
  /// - Throws: `Stopped`.
  func train(
    _ plan: Plan, _ runs: [Run], shouldStop: () -> Bool
  ) throws -> [TrainingCourse] {
    let (coordinates, settings) = (plan.coordinates, plan.settings)
    let rank = plan.initial.rows
    a.prepare(runs.count, rank: rank, width: coordinates.k)
    b.prepare(runs.count, rank: rank, width: coordinates.d)
    for slot in runs.indices {
      a.one(.factor, slot).start.update(from: plan.initial.start, count: a.size)
    }
    self.runs = runs
    courses = runs.map { _ in TrainingCourse() }
    live = Array(runs.indices)
    losses = [Double](repeating: 0, count: runs.count)
    trainLosses = losses
    let limit = settings.divergence * coordinates.initialLoss
    var next = 0
    for step in 0...settings.steps {
      if shouldStop() { throw Stopped() }
      let isLast = step == settings.steps
      findGradients(plan, step: step, isLast: isLast)
      dropDiverged(at: step, limit: limit)
      guard !live.isEmpty else { break }
      noteShares(plan, step: step)
      if settings.findsSharpness, step == 0 || isLast {
        findSharpness(coordinates, isStart: step == 0)
      }
      let factor = settings.schedule.factor(
        at: step, of: settings.steps, warmup: settings.warmup)
      let isRecorded = next < plan.recorded.count && plan.recorded[next] == step
      if isRecorded {
        next += 1
        let isDrawn = settings.batch == 0 || !isLast
        for slot in live.indices {
          recorder.beginRow(
            &courses[live[slot]], step: step, a: a, b: b, slot: slot,
            rate: isLast ? nil : runs[live[slot]].rate * factor,
            trainLoss: settings.isSampled && isDrawn ? trainLosses[slot] : nil,
            hasGradients: isDrawn)
        }
        a.keep(live.count)
        b.keep(live.count)
      }
      if !isLast { update(settings, step: step, factor: factor) }
      if isRecorded {
        for slot in live.indices {
          recorder.finishRow(
            &courses[live[slot]], coordinates, a: a, b: b, slot: slot,
            scale: runs[live[slot]].scale, isSampled: settings.isSampled, isLast: isLast)
        }
      }
    }
    return courses
  }

  /// Ends the diverged trainings; their factors are still those before the next update.
  private func dropDiverged(at step: Int, limit: Double) {
    for slot in live.indices.reversed() where !(losses[slot].isFinite && losses[slot] <= limit) {
      courses[live[slot]].divergedAt = step
      let last = live.count - 1
      a.move(from: last, to: slot)
      b.move(from: last, to: slot)
      losses[slot] = losses[last]
      trainLosses[slot] = trainLosses[last]
      live[slot] = live[last]
      live.removeLast()
    }
  }

  private func noteShares(_ plan: Plan, step: Int) {
    let first = plan.coordinates.initialLoss
    let learnable = first - plan.lossFloor
    for slot in live.indices {
      courses[live[slot]].note(share: first - losses[slot], of: learnable, step: step)
    }
  }

  private func findSharpness(_ coordinates: TrainingCoordinates, isStart: Bool) {
    for slot in live.indices {
      let scale = runs[live[slot]].scale
      if isStart, let value = startSharpness[scale] {
        courses[live[slot]].sharpnessStart = value
        continue
      }
      let value = sharpness.largest(
        at: SharpnessSearch.Point(
          coordinates: coordinates, a: a.one(.factor, slot), b: b.one(.factor, slot), scale: scale))
      if isStart {
        startSharpness[scale] = .some(value)
        courses[live[slot]].sharpnessStart = value
      } else {
        courses[live[slot]].sharpnessEnd = value
      }
    }
  }

  // MARK: - Gradients

  private func findGradients(_ plan: Plan, step: Int, isLast: Bool) {
    switch plan.form {
    case .direct: findDirectGradients(plan, step: step, isLast: isLast)
    case .gram, .rotated: findGramGradients(plan.coordinates)
    case .sampled: findSampledGradients(plan, step: step, isLast: isLast)
    }
  }

  private func findDirectGradients(_ plan: Plan, step: Int, isLast: Bool) {
    let coordinates = plan.coordinates
    let (d, k) = (coordinates.d, coordinates.k)
    let m = Matrix(residual.pointer(d * k), rows: d, columns: k)
    let ms =
      coordinates.variances == nil
      ? m : Matrix(weighted.pointer(d * k), rows: d, columns: k)
    let isDrawn = plan.settings.batch == 0 || !isLast
    let x = isDrawn ? plan.inputs?.inputs(at: step) : nil
    for slot in live.indices {
      let s = runs[live[slot]].scale
      let (factorA, factorB) = (a.one(.factor, slot), b.one(.factor, slot))
      m.start.update(from: coordinates.update.start, count: d * k)
      m.combine(.transposed(factorB), .plain(factorA), alpha: -s, beta: 1)
      if let variances = coordinates.variances {
        lorabook_scale_columns(d, k, m.start, variances, ms.start)
      }
      losses[slot] = 0.5 * lorabook_dot(d * k, m.start, ms.start)
      let (gradientA, gradientB) = (a.one(.gradient, slot), b.one(.gradient, slot))
      if let x {
        let n = x.rows
        let e = Matrix(errors.pointer(n * d), rows: n, columns: d)
        e.combine(.plain(x), .transposed(m))
        trainLosses[slot] = e.squares / Double(2 * n)
        findInputGradients(
          x, e, s: s, xa: Matrix(inputsTimesA.pointer(a.rank * n), rows: a.rank, columns: n),
          eb: Matrix(errorsTimesB.pointer(a.rank * n), rows: a.rank, columns: n), slot: slot,
          findsXA: true)
        gradientA.combine(.plain(errorsTimesB(n, slot: 0)), .plain(x))
      } else if !plan.settings.isSampled {
        gradientB.combine(.plain(factorA), .transposed(ms), alpha: -s)
        gradientA.combine(.plain(factorB), .plain(ms), alpha: -s)
      }
    }
  }

  /// (EB)ᵀ of a slot.
  private func errorsTimesB(_ n: Int, slot: Int) -> Matrix {
    Matrix(errorsTimesB.pointer(a.rank * n) + slot * a.rank * n, rows: a.rank, columns: n)
  }

  /// ∂L_X/∂Bᵀ = −(s/n)·(XAᵀ)ᵀ·E, and −(s/n)·(EB)ᵀ, whose product with X is ∂L_X/∂A.
  private func findInputGradients(
    _ x: Matrix, _ e: Matrix, s: Double, xa: Matrix, eb: Matrix, slot: Int, findsXA: Bool
  ) {
    let part = -s / Double(x.rows)
    if findsXA { xa.combine(.plain(a.one(.factor, slot)), .transposed(x)) }
    b.one(.gradient, slot).combine(.plain(xa), .plain(e), alpha: part)
    eb.combine(.plain(b.one(.factor, slot)), .transposed(e), alpha: part)
  }

  private func findSampledGradients(_ plan: Plan, step: Int, isLast: Bool) {
    let coordinates = plan.coordinates
    let (rank, d, count) = (a.rank, coordinates.d, live.count)
    // ΔWAᵀ of all trainings, needed only for the loss.
    b.all(.gradient, count).combine(
      .plain(a.all(.factor, count)), .transposed(coordinates.update))
    for slot in live.indices {
      losses[slot] = loss(coordinates, slot: slot)
    }
    guard plan.settings.batch == 0 || !isLast, let x = plan.inputs?.inputs(at: step) else { return }
    let n = x.rows
    let target = Matrix(teacher.pointer(n * d), rows: n, columns: d)
    target.combine(.plain(x), .transposed(coordinates.update))
    let xa = Matrix(inputsTimesA.pointer(count * rank * n), rows: count * rank, columns: n)
    xa.combine(.plain(a.all(.factor, count)), .transposed(x))
    let eb = Matrix(errorsTimesB.pointer(count * rank * n), rows: count * rank, columns: n)
    let e = Matrix(errors.pointer(n * d), rows: n, columns: d)
    for slot in live.indices {
      let s = runs[live[slot]].scale
      let ownXA = xa.rows(rank, from: slot * rank)
      e.start.update(from: target.start, count: n * d)
      e.combine(.transposed(ownXA), .plain(b.one(.factor, slot)), alpha: -s, beta: 1)
      trainLosses[slot] = e.squares / Double(2 * n)
      findInputGradients(
        x, e, s: s, xa: ownXA, eb: eb.rows(rank, from: slot * rank), slot: slot, findsXA: false)
    }
    a.all(.gradient, count).combine(.plain(eb), .plain(x))
  }

  /// ½(‖ΔW‖² − 2s⟨B, ΔWAᵀ⟩ + s²⟨BᵀB, AAᵀ⟩), where the gradient of B contains ΔWAᵀ; leaves AAᵀ and
  /// BᵀB.
  private func loss(_ coordinates: TrainingCoordinates, slot: Int) -> Double {
    let s = runs[live[slot]].scale
    let (factorA, factorB) = (a.one(.factor, slot), b.one(.factor, slot))
    let products = (gram(gramA), gram(gramB))
    products.0.combine(.plain(factorA), .transposed(factorA))
    products.1.combine(.plain(factorB), .transposed(factorB))
    let cross = lorabook_dot(b.size, factorB.start, b.one(.gradient, slot).start)
    let square = lorabook_dot(a.rank * a.rank, products.0.start, products.1.start)
    return 0.5 * (coordinates.squares - 2 * s * cross + s * s * square)
  }

  private func gram(_ workspace: Workspace) -> Matrix {
    Matrix(workspace.pointer(a.rank * a.rank), rows: a.rank, columns: a.rank)
  }

  private func findGramGradients(_ coordinates: TrainingCoordinates) {
    let count = live.count
    let (gradientsA, gradientsB) = (a.all(.gradient, count), b.all(.gradient, count))
    let (factorsA, factorsB) = (a.all(.factor, count), b.all(.factor, count))
    if coordinates.isDiagonal {
      // A may have more columns than ΔW.
      let (d, k) = (coordinates.d, coordinates.k)
      for row in 0..<factorsA.rows {
        lorabook_scale_columns(
          1, d, factorsA.start + row * k, coordinates.diagonal, gradientsB.start + row * d)
        lorabook_scale_columns(
          1, d, factorsB.start + row * d, coordinates.diagonal, gradientsA.start + row * k)
        if k > d { (gradientsA.start + row * k + d).update(repeating: 0, count: k - d) }
      }
    } else {
      gradientsB.combine(.plain(factorsA), .transposed(coordinates.update))
      gradientsA.combine(.plain(factorsB), .plain(coordinates.update))
    }
    for slot in live.indices {
      losses[slot] = loss(coordinates, slot: slot)
      let s = runs[live[slot]].scale
      b.one(.gradient, slot).combine(
        .plain(gram(gramA)), .plain(b.one(.factor, slot)), alpha: s * s, beta: -s)
      a.one(.gradient, slot).combine(
        .plain(gram(gramB)), .plain(a.one(.factor, slot)), alpha: s * s, beta: -s)
    }
  }

  // MARK: - Updates

  private func update(_ settings: TrainingSettings, step: Int, factor: Double) {
    for slot in live.indices {
      let rate = runs[live[slot]].rate * factor
      update(a, slot, settings, step: step, rate: rate)
      update(b, slot, settings, step: step, rate: rate * settings.lrRatio)
    }
  }

  /// One update, as in torch.optim's single-tensor code.
  private func update(
    _ stack: FactorStack, _ slot: Int, _ settings: TrainingSettings, step: Int, rate: Double
  ) {
    let (size, decay) = (stack.size, settings.weightDecay)
    let theta = stack.one(.factor, slot).start
    let gradient = stack.one(.gradient, slot).start
    let mean = stack.one(.mean, slot).start
    if settings.optimizer == .sgd {
      guard settings.momentum != 0 else {
        lorabook_sgd(size, theta, gradient, rate, decay)
        return
      }
      lorabook_sgd_momentum(
        size, theta, gradient, mean, rate, decay, settings.momentum, settings.nesterov ? 1 : 0,
        step == 0 ? 1 : 0)
      return
    }
    let isDecoupled = settings.optimizer == .adamw
    let (first, second) = AdamCorrections.at(step, settings)
    lorabook_adam(
      size, theta, gradient, mean, stack.one(.square, slot).start,
      isDecoupled ? 1 - rate * decay : 1, isDecoupled ? 0 : decay, settings.beta1, settings.beta2,
      rate / first, 1 / second.squareRoot(), settings.eps)
  }
}
