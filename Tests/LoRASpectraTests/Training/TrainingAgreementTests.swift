import LoRASpectra
import Testing

struct TrainingAgreementTests {
  private let run: TrainingRun = {
    var summary = TrainingSummary()
    (summary.scale, summary.initialLoss, summary.status) = (2, 10, .learned)
    (summary.finalLoss, summary.finalError, summary.share) = (0.1, 0.1, 0.99)
    (summary.bestError, summary.bestStep, summary.stepsTo90) = (0.1, 2, 1)
    let curve = [10, 1, 0.1].enumerated().map { step, loss in
      var point = CurvePoint(step: step)
      (point[.loss], point[.error], point[.gradNormA]) = (loss, loss / 10, step == 0 ? 0 : 1e-9)
      return point
    }
    return TrainingRun(
      point: TrainingGrid.Point(alpha: 16, rule: .lora, rank: 8, learningRate: 0.1),
      summary: summary, curve: curve)
  }()

  private func changed(_ change: (inout TrainingRun) -> Void) -> TrainingRun {
    var other = run
    change(&other)
    return other
  }

  private func columns(_ other: TrainingRun, growth: [Double]? = nil) -> [String] {
    TrainingAgreement.compare(other, with: run, growth: growth).deviations.map(\.column)
  }

  @Test("A training agrees with itself in all of its rows")
  func same() {
    let comparison = TrainingAgreement.compare(run, with: run)
    #expect(comparison.deviations.isEmpty)
    #expect(comparison.largestDistance == 0)
    #expect(comparison.determinedUpTo == 2)
  }

  @Test("A number may lie 1e-9 off, beside itself or a thousandth of its column's largest")
  func tolerance() {
    #expect(columns(changed { $0.curve[1][.loss] = 1 + 9e-10 }).isEmpty)
    #expect(columns(changed { $0.curve[1][.loss] = 1 + 1.1e-9 }) == ["loss"])
    // The largest error is 1, so 0.01 counts as itself and a much smaller one as 0.001.
    #expect(columns(changed { $0.curve[2][.error] = 0.01 + 1.1e-11 }) == ["error"])
    #expect(columns(changed { $0.curve[2][.error] = 0.01 + 0.9e-11 }).isEmpty)
    #expect(columns(changed { $0.curve[0][.gradNormA] = 1e-22 }).isEmpty)
    #expect(columns(changed { $0.curve[0][.gradNormA] = 1e-20 }) == ["grad_norm_a"])
  }

  @Test("What is missing, not a number or in another row deviates, with its place")
  func missing() {
    let missing = TrainingAgreement.compare(changed { $0.curve[1][.loss] = nil }, with: run)
    #expect(
      missing.deviations == [
        TrainingDeviation(column: "loss", step: 1, value: .absent, expected: .real(1))
      ])
    #expect(columns(changed { $0.curve[1][.loss] = .nan }) == ["loss"])
    #expect(columns(changed { $0.curve[1][.stepGain] = 0.5 }) == ["step_gain"])
    #expect(columns(changed { _ = $0.curve.popLast() }).count == 3)
  }

  @Test("A summary's numbers may lie 1e-9 off, its steps and status not at all")
  func summary() {
    #expect(columns(changed { $0.summary.finalLoss = 0.1 + 0.9e-10 }).isEmpty)
    #expect(columns(changed { $0.summary.finalLoss = 0.1 + 1.1e-10 }) == ["final_loss"])
    #expect(columns(changed { $0.summary.stepsTo90 = 2 }) == ["steps_to_90"])
    #expect(columns(changed { $0.summary.status = .unlearned }) == ["status"])
    #expect(columns(changed { $0.summary.share = nil }) == ["share"])
  }

  @Test("Where rounding grew, as much more is allowed, and before it not")
  func growth() {
    let growth = [1, 10, 2e9]
    let late = changed {
      $0.curve[2][.loss] = 0.1 + 5e-5
      $0.summary.finalLoss = 0.1 + 5e-5
      $0.summary.status = .unlearned
    }
    #expect(columns(late, growth: growth).isEmpty)
    #expect(columns(late) == ["loss", "status", "final_loss"])
    #expect(columns(changed { $0.curve[2][.loss] = 0.2 }, growth: growth) == ["loss"])
    #expect(columns(changed { $0.curve[1][.loss] = 1 + 1e-8 }, growth: growth) == ["loss"])
    #expect(columns(changed { $0.summary.stepsTo90 = 3 }, growth: growth) == ["steps_to_90"])
    #expect(
      TrainingAgreement.compare(late, with: run, growth: growth).determinedUpTo == 1)
    // Beyond any allowance all numbers are undetermined.
    let lost = changed { $0.curve[2][.loss] = nil }
    #expect(columns(lost, growth: [1, 1, 1e13]).isEmpty)
    #expect(columns(lost, growth: growth) == ["loss"])
  }
}
