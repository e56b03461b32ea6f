import Glibc
import Synchronization

/// Runs a grid: workers draw and measure updates, and the calling thread records them in the grid's order,
/// so that what is recorded does not depend on how many workers there are.
package struct SweepRunner<Solver: UpdateSolver> {
  /// What is to be run.
  package let grid: Grid
  /// How many workers compute, at least 1.
  package let jobs: Int
  /// Makes a worker's own solver.
  package let makeSolver: @Sendable () -> Solver
  /// The spectra that are already recorded, in the order of the identities; nil where one is not.
  package let recorded: @Sendable ([UpdateIdentity]) throws -> [Spectrum?]

  /// - Parameter jobs: taken as 1 where it is less.
  package init(
    grid: Grid, jobs: Int, makeSolver: @escaping @Sendable () -> Solver,
    recorded: @escaping @Sendable ([UpdateIdentity]) throws -> [Spectrum?]
  ) {
    self.grid = grid
    self.jobs = max(1, jobs)
    self.makeSolver = makeSolver
    self.recorded = recorded
  }

  /// How a run of the grid came to its end without an error.
  package enum Ending: Sendable {
    case finished
    case interrupted
  }

  /// Records are written this often while there are any: four times a second.
  private static var flushInterval: Duration { .milliseconds(250) }
  /// A batch is written at this many runs, however young, to bound what is held in memory: 12 MB. What cells sum
  /// up to is written with every batch, so that many small ones would cost more than the runs themselves.
  private static var largestBatch: Int { 524_288 }

  /// Runs the grid to its end, or until `shouldStop` says so: then the updates in hand are finished and
  /// recorded first.
  ///
  /// - Parameters:
  ///   - done: how many updates, from the first, an earlier run of the grid has recorded: 0 … `updateCount`.
  ///   - end: the update, in the grid's order, in front of which to stop: `done` … `updateCount`, which it is
  ///     unless given.
  ///   - recorder: called on this thread alone.
  ///   - progress: called on this thread with the updates recorded or waiting to be, those of the earlier run
  ///     among them, about four times a second and at the end.
  /// - Throws: the first error in the grid's order that a solver threw, after all updates before it were
  ///   recorded; or what the recorder threw.
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

  /// How far workers may run ahead: enough to ride out a write, and at most about 64 MB of results.
  private var window: Int {
    let bytes = grid.points.count * MemoryLayout<Measurement>.stride
    return min(max(67_108_864 / max(bytes, 1), 2 * jobs), 4096)
  }
}

/// What the workers of one run share.
private final class WorkerPool<Solver: UpdateSolver>: Sendable {
  let runner: SweepRunner<Solver>
  let handoff: ReorderBuffer<Result<MeasuredUpdate, any Error>>
  /// The updates to do, by their places in the grid's order.
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
    // The stream that holds the first update to do; an earlier run may have ended in its middle.
    nextStream = Atomic(part.lowerBound / runner.grid.spec.profiles.count)
    handoff = ReorderBuffer(
      first: part.lowerBound, workers: runner.jobs, window: window, least: 64)
  }

  /// One worker's life: takes stream after stream and delivers their updates.
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

  /// - Returns: false where the run is to end.
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

/// A random stream and how many normals were drawn from it: made when the first update needs it, and moved
/// past the updates whose spectra are known.
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

/// An error with the place in the grid's order at which it is to be reported.
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
