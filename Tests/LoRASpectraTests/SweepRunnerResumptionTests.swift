import LoRASpectra
import Testing

@Suite("A run of a grid that goes on")
struct SweepRunnerResumptionTests {
  @Test(
    "computes what is behind the updates done, wherever in a stream they end",
    arguments: ["chained", "independent"], [1, 3])
  func goesOn(stream: String, jobs: Int) throws {
    let fields: [SweepSpec.Field: String] = [.seeds: "0-3", .noise: "0,0.1", .stream: stream]
    let grid = try SweepRunner(fields, jobs: 1).grid
    #expect(grid.updateCount == 24)
    for done in 0...grid.updateCount {
      let runner = try SweepRunner(fields, jobs: jobs, before: { #expect($0.ordinal >= done) })
      let recorder = FakeRecorder()
      var shown: [Int] = []
      let ending = try runner.run(after: done, recorder: recorder, progress: { shown.append($0) })
      #expect(ending == .finished)
      #expect(recorder.ordinals == Array(done..<grid.updateCount))
      for update in recorder.updates {
        #expect(
          update.spectrum.singularValues
            == (try FakeSolver.expectedSpectrum(of: update.planned).singularValues))
      }
      #expect(shown.allSatisfy { $0 >= done } && shown.last == grid.updateCount)
    }
  }

  @Test("is interrupted again where it is told to stop at once")
  func interrupted() throws {
    let runner = try SweepRunner([.seeds: "0-3"], jobs: 2)
    let recorder = FakeRecorder()
    #expect(try runner.run(after: 5, recorder: recorder, shouldStop: { true }) == .interrupted)
    #expect(recorder.ordinals.isEmpty)
  }

  @Test("reports an error at the update that brings it, not before")
  func error() throws {
    struct Broken: Error {}
    let runner = try SweepRunner([.seeds: "0-3"], jobs: 3) { planned in
      if planned.ordinal == 9 { throw Broken() }
    }
    let recorder = FakeRecorder()
    #expect(throws: Broken.self) { _ = try runner.run(after: 4, recorder: recorder) }
    #expect(recorder.ordinals == Array(4..<9))
  }
}
