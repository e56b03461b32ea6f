import Foundation
import LoRASpectra
import Synchronization
import Testing

/// Runs that end early.
struct ExperimentRunnerEndingTests {
  struct Broken: Error, Equatable { var ordinal: Int }

  @Test("A solver's error comes after everything before it was recorded", arguments: [1, 2, 8])
  func solverError(jobs: Int) throws {
    for failing in [0, 1, 17, 59] {
      let runner = try ExperimentRunner([.seeds: "0-19"], jobs: jobs) { planned in
        if planned.ordinal == failing { throw Broken(ordinal: failing) }
      }
      let recorder = FakeRecorder()
      #expect(throws: Broken(ordinal: failing)) { _ = try runner.run(recorder: recorder) }
      #expect(recorder.ordinals == Array(0..<failing))
    }
  }

  @Test("Of several errors the first in the grid's order is reported", arguments: [1, 2, 8])
  func firstError(jobs: Int) throws {
    let runner = try ExperimentRunner([.seeds: "0-19"], jobs: jobs) { planned in
      if planned.ordinal == 4 { usleep(50_000) }
      if planned.ordinal >= 4 { throw Broken(ordinal: planned.ordinal) }
    }
    let recorder = FakeRecorder()
    #expect(throws: Broken(ordinal: 4)) { _ = try runner.run(recorder: recorder) }
    #expect(recorder.ordinals == [0, 1, 2, 3])
  }

  @Test("What looking up known spectra throws is reported in its place", arguments: [1, 4])
  func lookUpError(jobs: Int) throws {
    let runner = try ExperimentRunner([.seeds: "0-19"], jobs: jobs) { _ in
    } recorded: { identities in
      if identities.contains(where: { $0.seed == 6 }) { throw Broken(ordinal: 18) }
      return identities.map { _ in nil }
    }
    let recorder = FakeRecorder()
    #expect(throws: Broken(ordinal: 18)) { _ = try runner.run(recorder: recorder) }
    #expect(recorder.ordinals == Array(0..<18))
  }

  @Test(
    "A run that is told to stop is interrupted, and recorded is a prefix", arguments: [1, 2, 8])
  func stopping(jobs: Int) throws {
    for limit in [0, 1, 10, 40] {
      let computed = Counter()
      let runner = try ExperimentRunner([.seeds: "0-99"], jobs: jobs) { _ in
        computed.add()
        usleep(100)
      }
      let recorder = FakeRecorder()
      var progress: [Int] = []
      let ending = try runner.run(
        recorder: recorder, progress: { progress.append($0) },
        shouldStop: { computed.count >= limit })
      #expect(ending == .interrupted)
      #expect(recorder.ordinals == Array(0..<recorder.ordinals.count))
      #expect(progress.last == recorder.ordinals.count)
      // Each worker may have begun one more update before it saw the signal.
      #expect(computed.count <= limit + jobs)
      if jobs == 1 { #expect(recorder.ordinals.count == limit) }
    }
  }

  @Test("A sign to stop that comes when all is computed interrupts nothing")
  func stoppingTooLate() throws {
    let computed = Counter()
    let runner = try ExperimentRunner([.seeds: "0-9"], jobs: 1) { _ in computed.add() }
    let ending = try runner.run(
      recorder: FakeRecorder(), shouldStop: { computed.count >= 30 })
    #expect(ending == .finished)
  }

  @Test("Workers far ahead of a slow one are let go when the run is to stop")
  func stoppingAhead() throws {
    let release = Gate()
    let stop = Counter()
    let ahead = Counter()
    let result = endsInTime {
      let runner = try ExperimentRunner([.seeds: "0-9999"], jobs: 4) { planned in
        if planned.ordinal == 0 { release.pass() } else { ahead.add() }
      }
      // The first update is held back until the other workers have reached the window's end.
      Thread.detachNewThread {
        var before = -1
        while ahead.count != before {
          before = ahead.count
          usleep(300_000)
        }
        stop.add()
        release.open()
      }
      let recorder = FakeRecorder()
      let ending = try runner.run(recorder: recorder, shouldStop: { stop.count > 0 })
      #expect(recorder.ordinals == Array(0..<recorder.ordinals.count))
      return ending
    }
    #expect(ahead.count < 29_999, "nobody had to wait")
    #expect(try result?.get() == .interrupted, "hangs")
  }

  @Test("A recorder's error ends the run, whoever still computes", arguments: [1, 2, 8])
  func recorderError(jobs: Int) throws {
    let result = endsInTime {
      let computed = Counter()
      let runner = try ExperimentRunner([.seeds: "0-19999"], jobs: jobs) { _ in
        computed.add()
        usleep(200)
      }
      let recorder = FakeRecorder { if $0 == 1 { throw FakeRecorder.Full() } }
      #expect(throws: FakeRecorder.Full()) { _ = try runner.run(recorder: recorder) }
      #expect(recorder.batches.count == 1)
      #expect(recorder.ordinals == Array(0..<recorder.ordinals.count))
      // After the end no worker computes any more.
      let after = computed.count
      usleep(20_000)
      #expect(computed.count == after)
    }
    #expect(result != nil, "hangs")
  }

  @Test("A recorder that refuses the last batch fails the run")
  func lastBatchRefused() throws {
    let runner = try ExperimentRunner([.seeds: "0"], jobs: 2)
    let recorder = FakeRecorder { _ in throw FakeRecorder.Full() }
    #expect(throws: FakeRecorder.Full()) { _ = try runner.run(recorder: recorder) }
  }

  @Test("Updates before a solver's error are not lost where the recorder refuses them: it is told")
  func recorderErrorBesideSolverError() throws {
    let runner = try ExperimentRunner([.seeds: "0-3"], jobs: 2) { planned in
      if planned.ordinal == 5 { throw Broken(ordinal: 5) }
    }
    let recorder = FakeRecorder { _ in throw FakeRecorder.Full() }
    #expect(throws: FakeRecorder.Full()) { _ = try runner.run(recorder: recorder) }
  }
}
