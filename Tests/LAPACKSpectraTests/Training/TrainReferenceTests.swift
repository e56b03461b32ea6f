import LAPACKSpectra
import LoRASpectra
import TestSupport
import Testing

struct TrainReferenceTests {
  static let names = [
    "sgd-lora", "sgd-rslora", "adamw-lora", "adamw-rslora", "wide", "tall", "rank-one", "full-rank",
    "power-rule", "unit-rule", "momentum", "nesterov-decay", "sgd-decay", "adam-decay",
    "adamw-betas", "lora-plus", "lora-plus-sgd", "gaussian", "normal", "linear-warmup",
    "cosine-warmup", "constant-warmup", "coloured", "coloured-sgd", "samples", "batch",
    "batch-coloured-sgd", "diverges", "unlearned", "largest-seed",
  ]

  @Test("The reference holds every case that is tested and no other")
  func referenceIsWhole() throws {
    #expect(try TrainReference.load().cases.map(\.name) == Self.names)
  }

  @Test("A training agrees with NumPy's in every form that applies", arguments: names)
  func agrees(name: String) throws {
    let reference = try #require(TrainReference.load().cases.first { $0.name == name })
    let (item, points) = try reference.grid().single()
    for form in TrainingForm.allCases where form.applies(to: item.settings) {
      var worker = TrainingWorker()
      let run = try #require(try worker.train(item, at: points, form: form).runs.first)
      let distance = TrainingAgreement.distance(of: run.curve, from: reference.points)
      #expect(distance <= TrainingAgreement.tolerance, "\(name), \(form)")
      expectSummary(run.summary, toBe: reference.summary, "\(name), \(form)")
    }
  }

  @Test("A is drawn as NumPy draws it, and ends where NumPy's does", arguments: names)
  func factors(name: String) throws {
    let reference = try #require(TrainReference.load().cases.first { $0.name == name })
    let (item, points) = try reference.grid().single()
    var worker = TrainingWorker()
    let (first, last) = try worker.factors(of: item, at: #require(points.first))
    #expect(reference.summary["a_first_row"] == .list(Array(first.a.prefix(4))))
    #expect(first.b.allSatisfy { $0 == 0 })
    for (name, factor) in [
      ("final_a_first_row", last.a.prefix(4)),
      ("final_b_first_row", last.b.prefix(min(4, item.rank))),
    ] {
      guard case .list(let wanted)? = reference.summary[name] else {
        #expect(reference.summary["status"] == .text("diverged"))
        continue
      }
      try #require(factor.count == wanted.count)
      for (number, wanted) in zip(factor, wanted) {
        #expect(
          abs(number - wanted) <= TrainingAgreement.tolerance * max(abs(wanted), 1e-3), "\(name)")
      }
    }
  }

  @Test("A training's sensitivity is about the reference's, which is the worst of three twins")
  func sensitivity() throws {
    for reference in try TrainReference.load().cases {
      let (item, points) = try reference.grid().single()
      var worker = TrainingWorker()
      let trained = try worker.train(item, at: points)
      let growth = try #require(worker.sensitivities(of: trained).first?.last)
      // For a well-conditioned training this is the rounding of a small step's gain, which differs
      // by program.
      let ratio = growth / reference.sensitivity
      #expect((0.1...4).contains(ratio), "\(reference.name)")
    }
  }

  private func expectSummary(
    _ summary: TrainingSummary, toBe reference: [String: TrainReference.Entry], _ place: String
  ) {
    for (name, value) in summary.columns {
      guard let wanted = reference[name] else {
        Issue.record("\(place): the reference has no \(name)")
        continue
      }
      switch (value, wanted) {
      case (.absent, .absent): break
      case (.text(let text), .text(let wanted)): #expect(text == wanted, "\(place), \(name)")
      case (.integer(let number), .number(let wanted)):
        #expect(Double(number) == wanted, "\(place), \(name)")
      case (.real(let number), .number(let wanted)):
        let allowed = TrainingAgreement.summaryAllowance(name, wanted)
        #expect(abs(number - wanted) <= allowed, "\(place), \(name)")
      default: Issue.record("\(place): \(name) is \(value), not \(wanted)")
      }
    }
  }
}
