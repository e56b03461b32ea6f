import LAPACKSpectra
import LoRASpectra
import TestSupport
import Testing

struct TrainingFormTests {
  /// Random settings of a seed: shapes with k > d and d > k, ranks up to min(d, k), several scales
  /// and rates.
  private static func fields(_ seed: UInt64) -> [SpecField: String] {
    var random = SplitMix64(seed: seed)
    func one(_ texts: String...) -> String { texts.randomElement(using: &random) ?? "" }
    let (d, k) = (Int.random(in: 1...24, using: &random), Int.random(in: 1...24, using: &random))
    let rank = Int.random(in: 1...min(d, k), using: &random)
    var fields: [SpecField: String] = [
      .seeds: "\(seed)", .shapes: "\(d)x\(k)", .ranks: "\(rank)",
      .profiles: one("linear:3:0.5", "power:1:2", "exp:0.3:2"), .noise: one("0", "0.01", "0.3"),
      .alphas: one("4", "16", "1,8"),
      .rules: one("lora", "rslora", "lora,rslora,power:0.75", "unit"),
      .optimizers: one("sgd", "sgd", "adam", "adamw"), .inits: one("kaiming", "gaussian", "normal"),
      .learningRates: one("0.001", "0.001,0.02", "1e-4:1e-2:2"),
      .lrRatio: one("1", "4"), .weightDecay: one("0", "0.05"),
      .schedules: one("constant", "linear", "cosine"), .warmup: one("0", "5"),
      .steps: one("1", "20", "40"), .record: one("every:1", "octaves", "0"),
    ]
    if fields[.optimizers] == "sgd" {
      fields[.momentum] = one("0", "0.8")
      fields[.nesterov] = fields[.momentum] == "0" ? "false" : one("true", "false")
    }
    if fields[.steps] == "1" { fields[.warmup] = "0" }
    fields[one("batches", "samples", "steps") == "batches" ? .batches : .samples] = one(
      "0", "3", "30")
    return fields
  }

  @Test("Every fast form agrees with the direct one over random settings", arguments: 0..<60)
  func agree(seed: Int) throws {
    let grid = try TrainingGrid(.signal(Self.fields(UInt64(seed))))
    let (item, points) = try grid.single()
    var worker = TrainingWorker()
    let direct = try worker.train(item, at: points, form: .direct)
    let growth = try worker.sensitivities(of: direct, form: .direct)
    for form in TrainingForm.allCases where form != .direct && form.applies(to: item.settings) {
      let fast = try worker.train(item, at: points, form: form)
      try #require(fast.runs.count == points.count)
      for (index, run) in fast.runs.enumerated() {
        expect(run, agreesWith: direct.runs[index], growth[index], "\(form), \(item)")
      }
    }
  }

  private func expect(
    _ run: TrainingRun, agreesWith direct: TrainingRun, _ growth: [Double], _ place: String
  ) {
    #expect(run.point == direct.point)
    #expect(run.summary.status == direct.summary.status, "\(place)")
    #expect(run.summary.divergedAt == direct.summary.divergedAt, "\(place)")
    let allowed = TrainingAgreement.tolerance(growth: growth.last ?? 1)
    let distance = TrainingAgreement.distance(of: run.curve, from: direct.curve)
    #expect(distance <= allowed, "\(place)")
    #expect(run.summary.stepsTo90 == direct.summary.stepsTo90, "\(place)")
  }

  @Test("The random settings hold every form, shapes either way and several trainings at once")
  func randomSettingsAreWide() throws {
    let items = try (0..<60).map {
      try TrainingGrid(.signal(Self.fields($0))).single()
    }
    for form in TrainingForm.allCases {
      #expect(items.filter { form.applies(to: $0.item.settings) }.count > 5, "\(form)")
    }
    let shapes = items.map(\.item.update.identity.shape)
    #expect(shapes.filter { $0.d > $0.k }.count > 10)
    #expect(shapes.filter { $0.k > $0.d }.count > 10)
    #expect(items.filter { $0.points.count > 3 }.count > 10)
  }

  @Test("The best form is the one with the least work")
  func best() {
    var settings = TrainingSettings()
    let square = Shape(d: 64, k: 64)
    #expect(TrainingForm.best(for: settings, shape: square, rank: 8) == .rotated)
    #expect(TrainingForm.best(for: settings, shape: square, rank: 64) == .direct)
    settings.optimizer = .adamw
    #expect(TrainingForm.best(for: settings, shape: square, rank: 8) == .gram)
    #expect(TrainingForm.best(for: settings, shape: square, rank: 32) == .direct)
    settings.batch = 16
    #expect(TrainingForm.best(for: settings, shape: square, rank: 8) == .sampled)
    settings.inputs = .power(1)
    #expect(TrainingForm.best(for: settings, shape: square, rank: 8) == .direct)
  }
}
