import Foundation
import LoRASpectra
import Synchronization

/// A solver that computes nothing: its spectra are the first normals that an update draws, so that
/// an update drawn at the wrong position is noticed.
struct FakeSolver: UpdateSolver {
  /// Called before each update is drawn: to wait, to count or to throw.
  var before: @Sendable (Grid.PlannedUpdate) throws -> Void = { _ in }

  func spectrum(
    of update: Grid.PlannedUpdate, drawing stream: inout NumPyLegacyNormals
  ) throws -> Spectrum {
    try before(update)
    let shape = update.identity.shape
    let drawn = stream.draw(UpdateIdentity.normalCount(shape: shape, count: update.profile.count))
    return try Spectrum(singularValues: drawn.prefix(shape.span).map(abs).sorted(by: >))
  }

  /// The solver's spectrum of an update that is drawn from the start of its stream.
  static func expectedSpectrum(of update: Grid.PlannedUpdate) throws -> Spectrum {
    var stream = NumPyLegacyNormals(seed: update.identity.seed)
    stream.skip(update.identity.position)
    return try FakeSolver().spectrum(of: update, drawing: &stream)
  }
}

/// A recorder that keeps all updates in memory.
final class FakeRecorder: OutcomeRecorder {
  struct Full: Error, Equatable {}

  private(set) var batches: [[MeasuredUpdate]] = []
  private(set) var threads: Set<UInt> = []
  /// Called with the number of the batch, from 0, before it is kept.
  private let before: (Int) throws -> Void

  init(before: @escaping (Int) throws -> Void = { _ in }) { self.before = before }

  var updates: [MeasuredUpdate] { batches.flatMap { $0 } }
  var ordinals: [Int] { updates.map(\.planned.ordinal) }

  func record(_ updates: [MeasuredUpdate]) throws {
    threads.insert(UInt(pthread_self()))
    try before(batches.count)
    batches.append(updates)
  }
}

/// A gate that stays open once opened.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func open() { semaphore.signal() }

  /// - Returns: false if it was not opened within ten seconds.
  @discardableResult
  func pass() -> Bool {
    guard semaphore.wait(timeout: .now() + 10) == .success else { return false }
    semaphore.signal()
    return true
  }
}

/// Runs a body on a separate thread, so that a hanging body is a failed test rather than a hanging
/// one.
///
/// - Returns: nil if it did not end within twenty seconds.
func endsInTime<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) -> Result<Value, any Error>? {
  let result = Slot<Result<Value, any Error>>()
  let done = DispatchSemaphore(value: 0)
  Thread.detachNewThread {
    result.value.withLock { $0 = Result(catching: body) }
    done.signal()
  }
  guard done.wait(timeout: .now() + 20) == .success else { return nil }
  return result.value.withLock { $0 }
}

private final class Slot<Value: Sendable>: Sendable {
  let value = Mutex<Value?>(nil)
}

extension ExperimentRunner where Work == ClosedFormExperiment<FakeSolver> {
  /// The grid that is run.
  var grid: Grid { experiment.grid }

  /// A runner with fakes for the article's spec with some fields changed, on small shapes.
  init(
    _ fields: [SweepSpec.Field: String], jobs: Int,
    before: @escaping @Sendable (Grid.PlannedUpdate) throws -> Void = { _ in },
    recorded: @escaping @Sendable ([UpdateIdentity]) throws -> [Spectrum?] = { identities in
      identities.map { _ in nil }
    }
  ) throws {
    let small: [SweepSpec.Field: String] = [
      .shapes: "3x2", .ranks: "1,2", .profiles: "facts,flat:1:2,flat:2:1",
    ]
    let spec = try SweepSpec.article(small.merging(fields) { $1 })
    self.init(
      ClosedFormExperiment(
        try Grid(spec), makeSolver: { FakeSolver(before: before) }, recorded: recorded),
      jobs: jobs)
  }
}

extension Grid {
  /// All updates in the grid's order.
  var updates: [PlannedUpdate] { (0..<streamCount).flatMap { stream(at: $0).updates } }
}
