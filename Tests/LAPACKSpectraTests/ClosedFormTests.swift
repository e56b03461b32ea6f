import LAPACKSpectra
import LoRASpectra
import TestSupport
import Testing

/// The closed form of `Spectrum.measure` compared with the definition: truncate, scale, subtract,
/// take norms.
struct ClosedFormTests {
  @Test("The closed form is what the definition gives, for any shape, profile, rank and scale")
  func anyUpdate() throws {
    var random = SplitMix64(seed: 20_240_601)
    for _ in 0..<120 {
      let shape = Shape(
        d: .random(in: 1...40, using: &random), k: .random(in: 1...40, using: &random))
      let grid = try Grid.of(
        seeds: "\(UInt32.random(in: 0...UInt32.max, using: &random))", shapes: "\(shape)",
        profiles: profile(span: shape.span, using: &random),
        noise: ["0", "0.01", "1"].randomElement(using: &random) ?? "0")
      for update in try grid.drawn() {
        for _ in 0..<4 {
          let rank = Int.random(in: 1...shape.span, using: &random)
          let scale = Double.random(in: -1...16, using: &random)
          try expectAgreement(update, rank: rank, scale: scale)
        }
        try expectAgreement(update, rank: shape.span, scale: 1)
        try expectAgreement(update, rank: 1, scale: 0)
      }
    }
  }

  @Test("It holds for updates of huge and of tiny magnitude", arguments: ["1e200", "1e-200"])
  func magnitudes(value: String) throws {
    for update in try Grid.of(shapes: "9x6", profiles: "linear:\(value):0:5").drawn() {
      for rank in 1...6 {
        for scale in [0, 0.5, 1, 4] { try expectAgreement(update, rank: rank, scale: scale) }
      }
    }
  }

  @Test("A matrix and its transpose measure the same")
  func transpose() throws {
    for update in try Grid.of(shapes: "5x12,12x5,7x7", profiles: "facts", noise: "0.3").drawn() {
      let (d, k) = (update.shape.d, update.shape.k)
      let transpose = (0..<k).flatMap { column in (0..<d).map { update.matrix[$0 * k + column] } }
      for rank in 1...update.shape.span {
        let a = try LAPACKSolver.measureDirectly(
          update.matrix, shape: update.shape, rank: rank, scale: 2.5)
        let b = try LAPACKSolver.measureDirectly(
          transpose, shape: Shape(d: k, k: d), rank: rank, scale: 2.5)
        #expect(abs(a[.error] - b[.error]) < 1e-13)
        #expect(abs(a[.truncationError] - b[.truncationError]) < 1e-13)
        #expect(abs(a[.varianceCaptured] - b[.varianceCaptured]) < 1e-13)
      }
    }
  }

  private func profile(span: Int, using random: inout SplitMix64) -> String {
    let count = Int.random(in: 1...span, using: &random)
    let first = Double.random(in: 0.5...5, using: &random)
    let last = Double.random(in: 0...0.5, using: &random)
    let profiles = [
      "linear:\(first):\(last)", "linear:\(first):\(last):\(count)", "power:\(last)",
      "power:1.2:\(first):\(count)", "exp:\(last):\(first)", "exp:0.5:\(first):\(count)",
      "flat:\(first)", "flat:\(first):\(count)",
    ]
    return profiles.randomElement(using: &random) ?? "facts"
  }

  private func expectAgreement(
    _ update: Drawn, rank: Int, scale: Double, at location: SourceLocation = #_sourceLocation
  ) throws {
    let closed = update.spectrum.measure(rank: rank, scale: scale)
    let direct = try LAPACKSolver.measureDirectly(
      update.matrix, shape: update.shape, rank: rank, scale: scale)
    let largest = [
      abs(closed[.error] - direct[.error]),
      abs(closed[.truncationError] - direct[.truncationError]),
      abs(closed[.varianceCaptured] - direct[.varianceCaptured]),
    ]
    // Each separately: the largest of them would hide a NaN.
    #expect(
      largest.allSatisfy { $0 < 1e-10 },
      "\(update.planned.identity) rank \(rank) scale \(scale): \(closed), \(direct)",
      sourceLocation: location)
  }
}
