import Glibc
import Synchronization

/// Runs an experiment: workers compute items, and the calling thread records them in their order,
/// so that the records do not depend on the number of workers.
package struct ExperimentRunner<Work: Experiment> {
  /// The result of an item.
  package typealias Outcome = Work.Worker.Outcome

  /// The experiment.
  package let experiment: Work
  /// Number of workers, at least 1.
  package let jobs: Int

  /// - Parameter jobs: values below 1 are taken as 1.
  package init(_ experiment: Work, jobs: Int) {
    self.experiment = experiment
    self.jobs = max(1, jobs)
  }

  /// Runs items to the last, or until `shouldStop` returns true: the current items are then finished
  /// and recorded first, but for those that stop themselves.
  ///
  /// - Parameters:
  ///   - items: the items to compute; all of them by default.
  ///   - recorder: called on this thread alone.
  ///   - progress: called on this thread with the number of these items recorded or ready to be,
  ///   about four times a second and at the end.
  /// - Throws: the first error of a worker in the items' order, after all items before it were
  ///   recorded; or an error of the recorder.
  package func run(
    _ items: ItemSet? = nil, recorder: some OutcomeRecorder<Outcome>,
    progress: (Int) -> Void = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
  ) throws -> RunEnding {
    let items = items ?? ItemSet(0..<experiment.itemCount)
    let pool = WorkerPool(runner: self, items: items, window: window, shouldStop: shouldStop)
    var threads: [WorkerThread] = []
    defer {
      pool.handoff.close()
      threads.forEach { $0.join() }
    }
    for _ in 0..<jobs {
      threads.append(try WorkerThread { pool.work() })
    }
    var batch: [Outcome] = []
    var received = 0
    var lastFlush = ContinuousClock.now
    func flush() throws {
      if !batch.isEmpty { try recorder.record(batch) }
      batch.removeAll(keepingCapacity: true)
      lastFlush = .now
    }
    while case .elements(let results) = pool.handoff.receive(timeout: 100_000_000) {
      for result in results {
        do {
          batch.append(try result.get())
          received += 1
        } catch {
          try flush()
          throw error
        }
        if batch.count * experiment.runsPerItem >= RunLimits.largestBatch { try flush() }
      }
      if ContinuousClock.now - lastFlush >= RunLimits.flushInterval {
        try flush()
        progress(received)
      }
    }
    try flush()
    progress(received)
    return received == items.count ? .finished : .interrupted
  }

  /// How far workers may be ahead: enough to work on during a write, and at most about 64 MB of
  /// results.
  private var window: Int {
    min(max(67_108_864 / max(experiment.bytesPerItem, 1), 2 * jobs), 4096)
  }
}

/// How a run of an experiment ended without an error.
package enum RunEnding: Sendable {
  case finished
  case interrupted
}

private enum RunLimits {
  /// Time between writes while there are records: four times a second.
  static var flushInterval: Duration { .milliseconds(250) }
  /// Number of runs at which a batch is written early, to bound the memory: 12 MB. The sums of
  /// cells are written with every batch, so many small batches would cost more than the runs
  /// themselves.
  static var largestBatch: Int { 524_288 }
}

/// The state shared by the workers of one run.
private final class WorkerPool<Work: Experiment>: Sendable {
  let runner: ExperimentRunner<Work>
  let handoff: ReorderBuffer<Result<Work.Worker.Outcome, any Error>>
  /// The items to compute.
  private let items: ItemSet
  /// The streams that have any of them.
  private let streams: ItemSet
  private let streamSize: Int
  private let shouldStop: @Sendable () -> Bool
  private let nextStream: Atomic<Int>

  init(
    runner: ExperimentRunner<Work>, items: ItemSet, window: Int,
    shouldStop: @escaping @Sendable () -> Bool
  ) {
    self.runner = runner
    self.items = items
    let size = max(1, runner.experiment.itemsPerStream)
    streamSize = size
    var streams = ItemSet()
    for range in items.ranges {
      // The last stream of a range may also have items of the next one.
      let first = max(range.lowerBound / size, streams.ranges.last?.upperBound ?? 0)
      streams.append(first..<max(first, (range.upperBound + size - 1) / size))
    }
    self.streams = streams
    self.shouldStop = shouldStop
    nextStream = Atomic(0)
    handoff = ReorderBuffer(first: 0, workers: runner.jobs, window: window, least: 64)
  }

  /// The loop of one worker: takes one stream after another and delivers its items' outcomes.
  func work() {
    defer { handoff.leave() }
    var worker = runner.experiment.makeWorker()
    do throws(NumberedFailure) {
      while let stream = streams.item(
        at: nextStream.wrappingAdd(1, ordering: .relaxed).oldValue)
      {
        let first = stream * streamSize
        let taken = items.items(in: first..<first + streamSize)
        guard try work(on: taken, with: &worker) else {
          return handoff.abandon()
        }
      }
    } catch {
      _ = handoff.deliver(.failure(error.underlying), number: error.number)
    }
  }

  /// - Returns: false if the run should end.
  private func work(
    on stream: [Int], with worker: inout Work.Worker
  ) throws(NumberedFailure) -> Bool {
    guard let first = stream.first else { return true }
    var number = items.count(below: first)
    try NumberedFailure.at(number) { try worker.begin(stream) }
    for item in stream {
      if shouldStop() { return false }
      do {
        let outcome = try worker.outcome(of: item, shouldStop: shouldStop)
        guard handoff.deliver(.success(outcome), number: number) else { return false }
      } catch is Stopped {
        return false
      } catch {
        throw NumberedFailure(number: number, underlying: error)
      }
      number += 1
    }
    return true
  }
}

/// An error with the place among the items to compute at which it is reported.
private struct NumberedFailure: Error {
  var number: Int
  var underlying: any Error

  static func at<Value>(
    _ number: Int, _ body: () throws -> Value
  ) throws(NumberedFailure) -> Value {
    do {
      return try body()
    } catch {
      throw NumberedFailure(number: number, underlying: error)
    }
  }
}
