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
        let allowed =
          name.hasPrefix("sharpness")
          ? 1e-6 * abs(wanted) : TrainingAgreement.tolerance * max(abs(wanted), 1e-3)
        #expect(abs(number - wanted) <= allowed, "\(place), \(name)")
      default: Issue.record("\(place): \(name) is \(value), not \(wanted)")
      }
    }
  }
}
