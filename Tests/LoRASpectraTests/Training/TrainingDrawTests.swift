import LoRASpectra
import Testing

/// NumPy 2.4 computed the expected numbers.
struct TrainingDrawTests {
  @Test("Uniform numbers are NumPy's random_sample to the bit, across states")
  func uniforms() {
    var stream = NumPyLegacyUniforms(seed: 7)
    let drawn = (0..<700).map { _ in stream.uniform() }
    let expected = [
      0.07630828937395717, 0.7799187922401146, 0.8344787191622668, 0.8690583863056699,
      0.33871568992326884,
    ]
    #expect([0, 1, 311, 312, 699].map { drawn[$0] } == expected)
  }

  @Test("Signs are NumPy's choice([-1, 1])")
  func signs() {
    var stream = NumPyLegacyUniforms(seed: 7)
    let drawn = (0..<630).map { _ in stream.sign() }
    #expect(
      [0, 1, 2, 3, 4, 5, 623, 624, 625, 629].map { drawn[$0] } == [
        1, -1, 1, -1, 1, 1, -1, 1, -1, 1,
      ])
  }

  @Test(
    "The variances of coloured inputs are NumPy's to the bit",
    arguments: [
      (1, 5, [2.18978102189781, 0.7299270072992701, 0.43795620437956206]),
      (1, 40, [9.348976891428864, 3.1163256304762874, 0.23372442228572157]),
      (1, 300, [47.75044562557412, 15.916815208524708, 0.1591681520852471]),
      (0.5, 40, [3.5499865330082394, 2.049585680451853, 0.5613021553615276]),
      (-0.5, 300, [0.08639168567194568, 0.14963478893533014, 1.4963478893533013]),
      (1.3, 40, [14.115027247717457, 3.383951186489365, 0.11668196441146028]),
      (1.3, 300, [90.08879550726863, 21.597980726216292, 0.05425167473418813]),
    ])
  func variances(exponent: Double, k: Int, expected: [Double]) {
    let variances = InputDistribution.power(exponent).variances(k)
    #expect(variances.count == k)
    #expect([variances[0], variances[2], variances[k - 1]] == expected)
    #expect(abs(variances.reduce(0, +) - Double(k)) < 1e-9)
    #expect(InputDistribution.white.variances(k) == [Double](repeating: 1, count: k))
  }

  @Test(
    "A schedule's factors are those of transformers.optimization",
    arguments: [
      (LearningRateSchedule.constant, 0, [1, 1, 1, 1, 1]),
      (.linear, 0, [1, 0.75, 0.5, 0.25, 0]),
      (.cosine, 0, [1, 0.8535533905932737, 0.5, 0.14644660940672627, 0]),
      (.constant, 2, [0, 0.5, 1, 1, 1]), (.linear, 2, [0, 0.5, 1, 0.5, 0]),
      (.cosine, 4, [0, 0.25, 0.5, 0.75, 1]),
    ])
  func schedules(schedule: LearningRateSchedule, warmup: Int, expected: [Double]) {
    for (step, wanted) in expected.enumerated() {
      #expect(abs(schedule.factor(at: step, of: 4, warmup: warmup) - wanted) < 1e-15, "\(step)")
    }
  }

  @Test("Recorded steps are octaves, every n-th or a list, with the first and last")
  func recordedSteps() throws {
    #expect(RecordedSteps.octaves.steps(of: 50) == [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 50])
    #expect(RecordedSteps.octaves.steps(of: 1) == [0, 1])
    #expect(RecordedSteps.every(20).steps(of: 50) == [0, 20, 40, 50])
    #expect(try RecordedSteps(parsing: ["100", "10"]).steps(of: 50) == [0, 10, 50])
    #expect(RecordedSteps.list([0]).steps(of: 50) == [0, 50])
  }
}
