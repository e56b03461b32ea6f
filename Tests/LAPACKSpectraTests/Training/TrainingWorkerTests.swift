import LAPACKSpectra
import LoRASpectra
import Testing

struct TrainingWorkerTests {
  @Test("Points of one scale and rate are one training")
  func oneScale() throws {
    // At r = 4 and α = 16 rslora has s = 8, like lora at α = 32.
    let grid = try TrainingGrid(
      .signal([
        .seeds: "3", .shapes: "12x20", .profiles: "facts", .ranks: "4", .alphas: "16,32",
        .rules: "lora,rslora", .optimizers: "adamw", .learningRates: "0.01", .steps: "30",
      ]))
    let (item, points) = try grid.single()
    #expect(points.map(\.scale) == [4, 8, 8, 16])
    var worker = TrainingWorker()
    let runs = try worker.train(item, at: points).runs
    #expect(runs.map(\.point) == points)
    #expect(runs[1].curve == runs[2].curve)
    #expect(runs[1].summary == runs[2].summary)
    #expect(runs[0].curve != runs[1].curve)
  }

  @Test(
    "A training that diverges leaves those beside it as they are alone",
    arguments: ["sgd", "adamw"], ["0", "4"])
  func divergedNeighbour(optimizer: String, batch: String) throws {
    let grid = try TrainingGrid(
      .signal([
        .seeds: "3", .shapes: "20x12", .profiles: "facts", .ranks: "2", .alphas: "64",
        .rules: "lora", .optimizers: optimizer, .batches: batch,
        .learningRates: "1000,0.001,100,0.002", .steps: "25", .divergence: "1000",
      ]))
    let (item, points) = try grid.single()
    var worker = TrainingWorker()
    let runs = try worker.train(item, at: points).runs
    #expect(runs.map(\.summary.status) == [.diverged, .learned, .diverged, .learned])
    for run in runs {
      let alone = try #require(try worker.train(item, at: [run.point]).runs.first)
      #expect(run.summary.divergedAt == alone.summary.divergedAt)
      let distance = TrainingAgreement.distance(of: run.curve, from: alone.curve)
      #expect(distance <= TrainingAgreement.tolerance)
    }
    #expect(runs[0].summary.finalLoss == nil)
    #expect(runs[0].summary.share == nil)
    #expect(runs[0].curve.last?.step ?? 99 < runs[0].summary.divergedAt ?? 0)
  }

  @Test("A stop is taken between two steps, and the worker goes on with the next item")
  func stop() throws {
    let grid = try TrainingGrid(
      .signal([
        .seeds: "3", .shapes: "8x8", .profiles: "facts", .ranks: "2", .optimizers: "sgd",
        .learningRates: "0.01", .rules: "lora", .steps: "50",
      ]))
    let (item, points) = try grid.single()
    var worker = TrainingWorker()
    let whole = try worker.train(item, at: points)
    var asked = 0
    #expect(throws: Stopped()) {
      try worker.train(item, at: points) {
        asked += 1
        return asked == 20
      }
    }
    #expect(asked == 20)
    #expect(try worker.train(item, at: points).runs == whole.runs)
  }

  @Test("Items in another order, or from another worker, have the same bits")
  func order() throws {
    let grid = try TrainingGrid(
      .signal([
        .seeds: "1,2", .shapes: "9x14", .profiles: "style,facts", .ranks: "1,4", .batches: "0,5",
        .learningRates: "0.001,0.01", .steps: "12",
      ]))
    let items = (0..<grid.grid.streamCount).flatMap { grid.items(ofStreamAt: $0) }
    #expect(items.count == grid.itemCount)
    #expect(items.map(\.ordinal) == Array(0..<grid.itemCount))
    var one = TrainingWorker()
    let forward = try items.map { try one.train($0, at: grid.points(rank: $0.rank)).runs }
    var other = TrainingWorker()
    let backward = try items.reversed().map {
      try other.train($0, at: grid.points(rank: $0.rank)).runs
    }
    #expect(forward == backward.reversed())
    #expect(forward.reduce(0) { $0 + $1.count } == grid.runCount)
  }

  @Test("At B = 0 and rank 1 the sharpness is the larger root of λ² − s²‖a‖²λ − s²σ₁²")
  func sharpness() throws {
    let grid = try TrainingGrid(
      .signal([
        .seeds: "3", .shapes: "7x11", .profiles: "facts", .ranks: "1", .alphas: "2",
        .rules: "lora", .optimizers: "sgd", .learningRates: "0.01", .steps: "1",
        .sharpness: "true",
      ]))
    let (item, points) = try grid.single()
    var worker = TrainingWorker()
    let (first, _) = try worker.factors(of: item, at: points[0])
    let trained = try worker.train(item, at: points)
    let square = 4 * first.a.reduce(0) { $0 + $1 * $1 }
    let sigma = trained.spectrum.singularValues[0]
    let expected = (square + (square * square + 16 * sigma * sigma).squareRoot()) / 2
    let found = try #require(trained.runs[0].summary.sharpnessStart)
    #expect(abs(found - expected) <= 1e-7 * expected)
  }

  @Test("Late in Adam two forms differ as far as the sensitivity says, and no farther")
  func lateAdam() throws {
    let grid = try TrainingGrid(
      .signal([
        .seeds: "0", .shapes: "64x64", .profiles: "style", .ranks: "8", .rules: "rslora",
        .optimizers: "adamw", .learningRates: "0.1", .steps: "1000", .record: "every:50",
      ]))
    let (item, points) = try grid.single()
    var worker = TrainingWorker()
    let gram = try worker.train(item, at: points, form: .gram)
    let direct = try worker.train(item, at: points, form: .direct)
    let growth = try #require(try worker.sensitivities(of: gram).first)
    let (curve, other) = (gram.runs[0].curve, direct.runs[0].curve)
    let apart = TrainingAgreement.distance(of: curve, from: other)
    #expect(apart > TrainingAgreement.tolerance)
    #expect(growth[0] < TrainingAgreement.determinedGrowth)
    #expect(growth.last ?? 0 > 1e5)
    let comparison = TrainingAgreement.compare(direct.runs[0], with: gram.runs[0], growth: growth)
    #expect(comparison.deviations.isEmpty)
    #expect(comparison.determinedUpTo ?? 9999 < 1000)
    for count in 1...curve.count {
      let distance = TrainingAgreement.distance(of: curve, from: other, points: count)
      #expect(distance <= TrainingAgreement.tolerance(growth: growth[count - 1]))
    }
  }

  @Test("Inputs too many to keep are drawn anew for each item, to the bit")
  func inputsTooManyToKeep() throws {
    let grid = try TrainingGrid(
      .signal([
        .seeds: "1", .shapes: "3x24", .profiles: "flat:1", .ranks: "1,2", .batches: "5",
        .optimizers: "sgd", .rules: "lora", .learningRates: "0.001", .steps: "6",
        .record: "every:1",
      ]))
    let items = grid.items(ofStreamAt: 0)
    // A step takes 960 bytes.
    var worker = TrainingWorker(keptInputBytes: 2000)
    var whole = TrainingWorker()
    for item in items {
      let points = grid.points(rank: item.rank)
      let runs = try worker.train(item, at: points).runs
      #expect(try whole.train(item, at: points).runs == runs)
      let losses = runs[0].curve.compactMap { $0[.trainLoss] }
      #expect(Set(losses).count == 6)
    }
  }

  @Test(
    "A factor whose rank is lower than r is aligned by the space that it has",
    arguments: TrainingForm.allCases.filter { $0 != .sampled })
  func rankDeficient(form: TrainingForm) throws {
    // ΔW has rank 4, and so has B after one update, completely within ΔW's own space.
    let grid = try TrainingGrid(
      .signal([
        .seeds: "5", .shapes: "20x16", .profiles: "style", .noise: "0", .ranks: "8",
        .rules: "lora", .optimizers: "sgd", .learningRates: "0.01", .steps: "4",
        .record: "every:1",
      ]))
    let (item, points) = try grid.single()
    var worker = TrainingWorker()
    let curve = try worker.train(item, at: points, form: form).runs[0].curve
    #expect(curve[0][.alignmentOut] == nil)
    for row in curve.dropFirst() {
      #expect(abs((row[.alignmentOut] ?? 0) - 1) < 1e-9, "step \(row.step)")
    }
  }
}
