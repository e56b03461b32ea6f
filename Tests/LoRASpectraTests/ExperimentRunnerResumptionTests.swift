import LoRASpectra
import TestSupport
import Testing

@Suite("A run of what is missing of a grid")
struct ExperimentRunnerResumptionTests {
  @Test(
    "computes the missing updates alone, wherever in a stream they begin and end",
    arguments: ["chained", "independent"], [1, 3])
  func goesOn(stream: String, jobs: Int) throws {
    let fields: [SweepSpec.Field: String] = [.seeds: "0-3", .noise: "0,0.1", .stream: stream]
    let grid = try ExperimentRunner(fields, jobs: 1).grid
    #expect(grid.updateCount == 24)
    var random = SplitMix64(seed: 7)
    for round in 0..<60 {
      // First every end of a prefix, then sets with holes.
      var items = ItemSet()
      for item in 0..<grid.updateCount
      where round <= grid.updateCount ? item >= round : random.next() % 3 == 0 {
        items.append(item..<item + 1)
      }
      let missing = items
      let runner = try ExperimentRunner(
        fields, jobs: jobs, before: { #expect(missing.contains($0.ordinal)) })
      let recorder = FakeRecorder()
      var shown: [Int] = []
      let ending = try runner.run(missing, recorder: recorder, progress: { shown.append($0) })
      #expect(ending == .finished)
      #expect(recorder.ordinals == missing.items(in: 0..<grid.updateCount))
      for update in recorder.updates {
        #expect(
          update.spectrum.singularValues
            == (try FakeSolver.expectedSpectrum(of: update.planned).singularValues))
      }
      #expect(shown.last == missing.count)
    }
  }

  @Test("is interrupted again where it is told to stop at once")
  func interrupted() throws {
    let runner = try ExperimentRunner([.seeds: "0-3"], jobs: 2)
    let recorder = FakeRecorder()
    #expect(
      try runner.run(ItemSet(5..<12), recorder: recorder, shouldStop: { true }) == .interrupted)
    #expect(recorder.ordinals.isEmpty)
  }

  @Test("reports an error at the update that brings it, not before")
  func error() throws {
    struct Broken: Error {}
    let runner = try ExperimentRunner([.seeds: "0-3"], jobs: 3) { planned in
      if planned.ordinal == 9 { throw Broken() }
    }
    let recorder = FakeRecorder()
    var items = ItemSet(0..<2)
    items.append(4..<12)
    #expect(throws: Broken.self) { _ = try runner.run(items, recorder: recorder) }
    #expect(recorder.ordinals == [0, 1] + Array(4..<9))
  }
}
