import Glibc
import Synchronization

/// Runs a grid: workers draw and measure updates, and the calling thread records them in the grid's
/// order, so that the records do not depend on the number of workers.
package struct SweepRunner<Solver: UpdateSolver> {
  /// The grid.
  package let grid: Grid
  /// Number of workers, at least 1.
  package let jobs: Int
  /// Makes a solver for one worker.
  package let makeSolver: @Sendable () -> Solver
  /// The spectra that are already recorded, in the order of the identities; nil for one that is
  /// not.
  package let recorded: @Sendable ([UpdateIdentity]) throws -> [Spectrum?]

  /// - Parameter jobs: values below 1 are taken as 1.
  package init(
    grid: Grid, jobs: Int, makeSolver: @escaping @Sendable () -> Solver,
    recorded: @escaping @Sendable ([UpdateIdentity]) throws -> [Spectrum?]
  ) {
    self.grid = grid
    self.jobs = max(1, jobs)
    self.makeSolver = makeSolver
    self.recorded = recorded
  }

  /// How a run of the grid ended without an error.
  package enum Ending: Sendable {
    case finished
    case interrupted
  }

  /// Time between writes while there are records: four times a second.
  private static var flushInterval: Duration { .milliseconds(250) }
  /// Number of runs at which a batch is written early, to bound the memory: 12 MB. The sums of
  /// cells are written with every batch, so many small batches would cost more than the runs
  /// themselves.
  private static var largestBatch: Int { 524_288 }

  /// Runs the grid to its end, or until `shouldStop` returns true: the current updates are then
  /// finished and recorded first.
  ///
  /// - Parameters:
  ///   - done: how many updates, from the first, an earlier run of the grid has recorded: 0 …
  ///   `updateCount`.
  ///   - end: the index in the grid's order of the first update not to run: `done` … `updateCount`,
  ///   which is
  ///     the default.
  ///   - recorder: called on this thread alone.
  ///   - progress: called on this thread with the number of updates recorded or ready to be,
  ///   including those
  ///     of the earlier run, about four times a second and at the end.
  /// - Throws: the first error of a solver in the grid's order, after all updates before it were
  ///   recorded;
  ///   or an error of the recorder.
  package func run(
    after done: Int = 0, before end: Int? = nil, recorder: some SweepRecorder,
    progress: (Int) -> Void = { _ in },
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) throws -> Ending {
    let end = end ?? grid.updateCount
    let crew = WorkerPool(runner: self, part: done..<end, window: window, shouldStop: shouldStop)
    var threads: [WorkerThread] = []
    defer {
      crew.handoff.close()
      threads.forEach { $0.join() }
    }
    for _ in 0..<jobs {
      threads.append(try WorkerThread { crew.work() })
    }
    var batch: [MeasuredUpdate] = []
    var received = done
    var lastFlush = ContinuousClock.now
    func flush() throws {
      if !batch.isEmpty { try recorder.record(batch) }
      batch.removeAll(keepingCapacity: true)
      lastFlush = .now
    }
    while case .elements(let results) = crew.handoff.receive(timeout: 100_000_000) {
      for result in results {
        do {
          batch.append(try result.get())
          received += 1
        } catch {
          try flush()
          throw error
        }
        if batch.count * grid.points.count >= Self.largestBatch { try flush() }
      }
      if ContinuousClock.now - lastFlush >= Self.flushInterval {
        try flush()
        progress(received)
      }
    }
    try flush()
    progress(received)
    return received == end ? .finished : .interrupted
  }

  /// How far workers may be ahead: enough to work on during a write, and at most about 64 MB of
  /// results.
  private var window: Int {
    let bytes = grid.points.count * MemoryLayout<Measurement>.stride
    return min(max(67_108_864 / max(bytes, 1), 2 * jobs), 4096)
  }
}

/// The state shared by the workers of one run.
private final class WorkerPool<Solver: UpdateSolver>: Sendable {
  let runner: SweepRunner<Solver>
  let handoff: ReorderBuffer<Result<MeasuredUpdate, any Error>>
  /// The updates to run, by index in the grid's order.
  private let part: Range<Int>
  private let shouldStop: @Sendable () -> Bool
  private let nextStream: Atomic<Int>

  init(
    runner: SweepRunner<Solver>, part: Range<Int>, window: Int,
    shouldStop: @escaping @Sendable () -> Bool
  ) {
    self.runner = runner
    self.part = part
    self.shouldStop = shouldStop
    // The stream of the first update to run; an earlier run may have ended in its middle.
    nextStream = Atomic(part.lowerBound / runner.grid.spec.profiles.count)
    handoff = ReorderBuffer(
      first: part.lowerBound, workers: runner.jobs, window: window, least: 64)
  }

  /// The loop of one worker: takes one stream after another and delivers their updates.
  func work() {
    defer { handoff.leave() }
    var solver = runner.makeSolver()
    do throws(NumberedFailure) {
      while true {
        let index = nextStream.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index * runner.grid.spec.profiles.count < part.upperBound else { return }
        guard try work(onStream: index, with: &solver) else {
          handoff.abandon()
          return
        }
      }
    } catch {
      _ = handoff.deliver(.failure(error.underlying), number: error.ordinal)
    }
  }

  /// - Returns: false if the run should end.
  private func work(
    onStream index: Int, with solver: inout Solver
  ) throws(NumberedFailure) -> Bool {
    let stream = runner.grid.stream(at: index)
    let updates = stream.updates.filter { part.contains($0.ordinal) }
    let known = try NumberedFailure.at(updates.first?.ordinal ?? part.lowerBound) {
      try runner.recorded(updates.map(\.identity))
    }
    var cursor: StreamCursor?
    for (planned, recorded) in zip(updates, known) {
      if shouldStop() { return false }
      let update = try NumberedFailure.at(planned.ordinal) {
        if let recorded {
          return MeasuredUpdate(planned: planned, spectrum: recorded, points: runner.grid.points)
        }
        var current = cursor.take() ?? StreamCursor(seed: stream.seed)
        defer { cursor = current }
        return try current.draw(planned, at: runner.grid.points, with: &solver)
      }
      guard handoff.deliver(.success(update), number: planned.ordinal) else { return false }
    }
    return true
  }
}

/// A random stream and the number of normals drawn from it. The stream is made when an update first
/// needs it, and skips the updates whose spectra are known.
private struct StreamCursor {
  private let seed: UInt32
  private var normals: NumPyLegacyNormals
  private var position = 0

  init(seed: UInt32) {
    self.seed = seed
    normals = NumPyLegacyNormals(seed: seed)
  }

  mutating func draw(
    _ planned: Grid.PlannedUpdate, at points: [Grid.Point], with solver: inout some UpdateSolver
  ) throws -> MeasuredUpdate {
    let target = planned.identity.position
    if target < position {
      normals = NumPyLegacyNormals(seed: seed)
      position = 0
    }
    normals.skip(target - position)
    position =
      target
      + UpdateIdentity.normalCount(shape: planned.identity.shape, count: planned.profile.count)
    return try solver.measure(planned, at: points, drawing: &normals)
  }
}

/// An error with the index in the grid's order at which it is reported.
private struct NumberedFailure: Error {
  var ordinal: Int
  var underlying: any Error

  static func at<Value>(
    _ ordinal: Int, _ body: () throws -> Value
  ) throws(NumberedFailure) -> Value {
    do {
      return try body()
    } catch {
      throw NumberedFailure(ordinal: ordinal, underlying: error)
    }
  }
}
