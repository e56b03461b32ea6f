import Foundation
import LoRASpectra
import Synchronization
import Testing

struct ExperimentRunnerTests {
  @Test(
    "Updates are recorded in the grid's order, whole, with every worker's", arguments: [1, 2, 8])
  func order(jobs: Int) throws {
    // The first update of every stream is the slowest, so that workers overtake each other.
    let runner = try ExperimentRunner([.seeds: "0-39", .shapes: "3x2,2x2"], jobs: jobs) { planned in
      if planned.ordinal % 3 == 0 { usleep(UInt32(planned.identity.seed * 7919 % 1000)) }
    }
    let recorder = FakeRecorder()
    var progress: [Int] = []
    let ending = try runner.run(recorder: recorder, progress: { progress.append($0) })
    #expect(ending == .finished)
    #expect(recorder.ordinals == Array(0..<240))
    #expect(progress.last == 240)
    #expect(progress == progress.sorted())
    for update in recorder.updates {
      let expected = try FakeSolver.expectedSpectrum(of: update.planned)
      #expect(update.spectrum.singularValues == expected.singularValues)
      #expect(
        update.measurements
          == runner.grid.points.map { expected.measure(rank: $0.rank, scale: $0.scale) })
    }
  }

  @Test("What is recorded is the grid's plan", arguments: [1, 3])
  func plan(jobs: Int) throws {
    let runner = try ExperimentRunner([.seeds: "5,1,3", .noise: "0.1,0.2"], jobs: jobs)
    let recorder = FakeRecorder()
    _ = try runner.run(recorder: recorder)
    #expect(recorder.updates.map(\.planned.identity) == runner.grid.updates.map(\.identity))
    #expect(recorder.updates.map(\.planned.group) == runner.grid.updates.map(\.group))
  }

  @Test("Independent profiles each draw from the stream's start", arguments: [1, 2])
  func independent(jobs: Int) throws {
    let runner = try ExperimentRunner([.seeds: "0-4", .stream: "independent"], jobs: jobs)
    let recorder = FakeRecorder()
    _ = try runner.run(recorder: recorder)
    #expect(recorder.updates.count == 15)
    for update in recorder.updates {
      #expect(update.planned.identity.position == 0)
      let expected = try FakeSolver.expectedSpectrum(of: update.planned)
      #expect(update.spectrum.singularValues == expected.singularValues)
    }
  }

  @Test("The recorder is called on the calling thread alone")
  func recorderThread() throws {
    let runner = try ExperimentRunner([.seeds: "0-99"], jobs: 4)
    let recorder = FakeRecorder()
    _ = try runner.run(recorder: recorder)
    #expect(recorder.threads == [UInt(pthread_self())])
  }

  @Test(
    "No more workers than jobs, and never fewer than one, make a solver", arguments: [-1, 1, 5])
  func workers(jobs: Int) throws {
    let made = Counter()
    let grid = try Grid(.article([.seeds: "0-9", .shapes: "3x2", .profiles: "facts", .ranks: "1"]))
    let runner = ExperimentRunner(
      ClosedFormExperiment(
        grid,
        makeSolver: {
          made.add()
          return FakeSolver()
        },
        recorded: { $0.map { _ in nil } }),
      jobs: jobs)
    #expect(try runner.run(recorder: FakeRecorder()) == .finished)
    #expect(made.count == max(1, jobs))
  }

  @Test(
    "A known spectrum is not computed again, and what is chained behind it is drawn in its place")
  func known() throws {
    let marker = try Spectrum(singularValues: [7, 1])
    for jobs in [1, 2] {
      for missing in [[0], [1], [2], [0, 2], [1, 2], [0, 1, 2], []] {
        let computed = Counter()
        let runner = try ExperimentRunner(
          [.seeds: "0-7"], jobs: jobs, before: { _ in computed.add() },
          recorded: { identities in
            #expect(identities.count == 3)
            return identities.indices.map { missing.contains($0) ? nil : marker }
          })
        let recorder = FakeRecorder()
        #expect(try runner.run(recorder: recorder) == .finished)
        #expect(computed.count == 8 * missing.count)
        #expect(recorder.ordinals == Array(0..<24))
        for update in recorder.updates {
          let place = update.planned.ordinal % 3
          let expected =
            missing.contains(place)
            ? try FakeSolver.expectedSpectrum(of: update.planned) : marker
          #expect(update.spectrum.singularValues == expected.singularValues, "\(missing) \(place)")
          #expect(
            update.measurements
              == runner.grid.points.map { expected.measure(rank: $0.rank, scale: $0.scale) })
        }
      }
    }
  }

  @Test("Batches are recorded while a slow solver is still computing")
  func flushing() throws {
    let recordedFirst = Gate()
    let passed = Mutex(false)
    let runner = try ExperimentRunner([.seeds: "0-1", .profiles: "facts"], jobs: 1) { planned in
      // The second update waits until the first one is recorded.
      if planned.ordinal == 1 {
        let inTime = recordedFirst.pass()
        passed.withLock { $0 = inTime }
      }
    }
    let recorder = FakeRecorder { _ in recordedFirst.open() }
    #expect(try runner.run(recorder: recorder) == .finished)
    #expect(passed.withLock { $0 })
    #expect(recorder.batches.map(\.count) == [1, 1])
  }

  @Test("Many small updates are recorded in few batches")
  func batching() throws {
    let runner = try ExperimentRunner([.seeds: "0-499", .profiles: "facts"], jobs: 2)
    let recorder = FakeRecorder()
    _ = try runner.run(recorder: recorder)
    #expect(recorder.updates.count == 500)
    #expect(recorder.batches.count < 100)
    #expect(recorder.batches.allSatisfy { !$0.isEmpty })
  }
}

/// Counts from many threads.
final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  var count: Int { value.load(ordering: .sequentiallyConsistent) }

  func add() { value.add(1, ordering: .sequentiallyConsistent) }
}
