import LoRASpectra
import TestSupport
import Testing

@Suite("Advice")
struct AdviceTests {
  private func subject(
    _ name: String, _ values: [Double], d: Int = 8, k: Int = 8, scale: Double? = 2
  ) -> AdviceSubject {
    AdviceSubject(
      name: name, shape: Shape(d: d, k: k), spectra: [values], scale: scale, isWhole: true)
  }

  @Test("By energy each module gets the smallest rank that captures the share")
  func energy() throws {
    let advice = try Advice(
      [subject("a", [8, 4, 4, 2]), subject("b", [1, 1e-9])],
      AdviceRequest(basis: .energy(0.9), scale: .keep))
    #expect(advice.choices.map(\.rank) == [3, 1])
    #expect(advice.choices.map(\.parameters) == [48, 16] && advice.parameters == 64)
    #expect(abs(advice.choices[0].captured - 0.96) < 1e-15)
    #expect(abs(advice.captured - 97.0 / 101) < 1e-15 && advice.gap == nil)
  }

  @Test("The least and the most rank hold, and no rank is above a module's own")
  func bounds() throws {
    let subjects = [subject("a", [8, 4, 4, 2]), subject("b", [1, 0], d: 2, k: 5)]
    let low = try Advice(
      subjects, AdviceRequest(basis: .energy(0.99), least: 3, scale: .keep))
    #expect(low.choices.map(\.rank) == [4, 2])
    let high = try Advice(subjects, AdviceRequest(basis: .energy(0.99), most: 2, scale: .keep))
    #expect(high.choices.map(\.rank) == [2, 1] && high.choices[0].range == 4...4)
  }

  @Test("A layer's modules get the largest rank that one of them needs")
  func layers() throws {
    let subjects = [
      subject("m.0.q", [1, 1, 1]), subject("m.0.v", [1, 0, 0]), subject("m.1.q", [1, 0, 0]),
      subject("head", [1, 1, 0]),
    ]
    let advice = try Advice(
      subjects, AdviceRequest(basis: .energy(0.99), isPerLayer: true, scale: .keep))
    #expect(advice.choices.map(\.rank) == [3, 3, 1, 2])
  }

  @Test("By noise a module gets what is above the threshold, and an adapter is refused")
  func noise() throws {
    var adapter = subject("a", [9, 3, 1, 0.9, 0.5], d: 5, k: 5)
    let request = AdviceRequest(basis: .noise, scale: .fixed(1))
    #expect(try Advice([adapter], request).choices[0].rank == 2)
    adapter.isWhole = false
    #expect(throws: AdviceError.self) { try Advice([adapter], request) }
  }

  @Test("Over seeds the rank is the greatest that one needs, and the range is said")
  func seeds() throws {
    var subject = subject("style", [1, 0, 0])
    subject.spectra.append([1, 1, 1])
    let advice = try Advice([subject], AdviceRequest(basis: .energy(0.99), scale: .keep))
    #expect(advice.choices[0].rank == 3 && advice.choices[0].range == 1...3)
  }

  @Test("What cannot be meant is refused with its value")
  func refusals() throws {
    let one = subject("a", [1])
    func error(_ subjects: [AdviceSubject], _ request: AdviceRequest) throws -> String {
      try #require(throws: AdviceError.self) { try Advice(subjects, request) }.description
    }
    for share in [0, -1, 1.5, Double.nan] {
      #expect(
        try error([one], AdviceRequest(basis: .energy(share), scale: .keep))
          .contains("'\(share.shortestText)' is no share"))
    }
    #expect(try error([one], AdviceRequest(least: 3, most: 2, scale: .keep)).contains("'3-2'"))
    #expect(try error([one], AdviceRequest(rule: .unit, scale: .keep)).contains("'unit'"))
    #expect(try error([one], AdviceRequest(scale: .fixed(0))).contains("'0' is no scale"))
    #expect(try error([], AdviceRequest(scale: .keep)).contains("modules"))
    #expect(try error([subject("z", [0])], AdviceRequest(scale: .keep)).contains("'z'"))
    #expect(
      try error([subject("b", [1], scale: nil)], AdviceRequest(scale: .keep)).contains("--scale"))
  }

  @Test("α gives by the rule's own division the scale that was asked for")
  func scales() throws {
    var generator = SplitMix64(seed: 20)
    for _ in 0..<2000 {
      let rank = Int.random(in: 1...256, using: &generator)
      let scale = Double.random(in: 0.01...10, using: &generator)
      for rule in [ScalingRule.lora, .rslora] {
        let request = AdviceRequest(
          basis: .energy(1), least: rank, most: rank, rule: rule, scale: .fixed(scale))
        let values = [Double](repeating: 1, count: 256)
        let choice = try Advice([subject("a", values, d: 256, k: 256)], request).choices[0]
        #expect(choice.scale == rule.scale(alpha: choice.alpha, rank: rank))
        #expect(abs(choice.scale - scale) <= scale.ulp)
      }
    }
    let whole = try Advice(
      [subject("a", [1, 1, 1])], AdviceRequest(least: 3, rule: .lora, scale: .fixed(2)))
    #expect(whole.choices[0].alpha == 6)
  }
}

@Suite("A budget of parameters")
struct BudgetTests {
  /// The most energy that any ranks within a budget capture, by trying all.
  private func best(_ subjects: [AdviceSubject], _ budget: Int) -> Double {
    guard let first = subjects.first else { return 0 }
    var most = 0.0
    var captured = 0.0
    for rank in 0...first.spectra[0].count {
      let cost = rank * (first.shape.d + first.shape.k)
      guard cost <= budget else { break }
      if rank > 0 { captured += first.spectra[0][rank - 1] * first.spectra[0][rank - 1] }
      most = max(most, captured + best(Array(subjects.dropFirst()), budget - cost))
    }
    return most
  }

  @Test("It is kept, and no ranks capture more than it and its gap")
  func gap() throws {
    var generator = SplitMix64(seed: 21)
    for trial in 0..<200 {
      let subjects = (0..<4).map { index in
        let (d, k) = (
          Int.random(in: 1...9, using: &generator), Int.random(in: 4...9, using: &generator)
        )
        let values = (0..<min(d, k, 4)).map { _ in Double.random(in: 0...3, using: &generator) }
        return AdviceSubject(
          name: "m\(index)", shape: Shape(d: d, k: k), spectra: [values.sorted(by: >)], scale: 1,
          isWhole: true)
      }
      let budget = Int.random(in: 0...120, using: &generator)
      let advice = try Advice(
        subjects, AdviceRequest(basis: .budget(budget), least: 0, scale: .keep))
      let gap = try #require(advice.gap)
      #expect(advice.parameters <= budget, "\(trial)")
      let total = subjects.reduce(0) { $0 + $1.spectra[0].reduce(0) { $0 + $1 * $1 } }
      let best = best(subjects, budget) / total
      #expect(advice.captured <= best + 1e-12 && best <= advice.captured + gap + 1e-12, "\(trial)")
      if budget == 120 { #expect(gap < 0.2) }
    }
  }

  @Test("It goes where a parameter captures most, not where a value is largest")
  func density() throws {
    let subjects = [
      AdviceSubject(
        name: "wide", shape: Shape(d: 100, k: 100), spectra: [[3, 3]], scale: 1, isWhole: true),
      AdviceSubject(
        name: "small", shape: Shape(d: 5, k: 5), spectra: [[1, 1]], scale: 1, isWhole: true),
    ]
    let advice = try Advice(
      subjects, AdviceRequest(basis: .budget(220), least: 0, scale: .keep))
    #expect(advice.choices.map(\.rank) == [1, 2] && advice.parameters == 220)
    #expect(abs(advice.captured - 11.0 / 20) < 1e-15)
  }

  @Test("A budget below the least ranks is refused with what they take")
  func tooSmall() throws {
    let subject = AdviceSubject(
      name: "a", shape: Shape(d: 5, k: 5), spectra: [[1, 1]], scale: 1, isWhole: true)
    let error = try #require(throws: AdviceError.self) {
      try Advice([subject], AdviceRequest(basis: .budget(19), least: 2, scale: .keep))
    }
    #expect(error.description.contains("'19' parameters are too few: the least ranks take 20"))
  }

  @Test("A layer grows as one, and is paid for as one")
  func layers() throws {
    let subjects = ["m.0.q", "m.0.v", "m.1.q"].map {
      AdviceSubject(
        name: $0, shape: Shape(d: 5, k: 5), spectra: [[2, 1, 1]], scale: 1, isWhole: true)
    }
    let advice = try Advice(
      subjects, AdviceRequest(basis: .budget(50), isPerLayer: true, scale: .keep))
    #expect(advice.choices.map(\.rank) == [2, 2, 1])
  }
}
