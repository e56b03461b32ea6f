import Glibc
import LoRASpectra
import Testing

@testable import LAPACKSpectra

/// Singular values by DGESDD with vectors, which shares no code with the tested solver.
enum DirectSingularValues {
  static func of(_ matrix: [Double], _ shape: Shape) throws -> [Double] {
    try DirectMeasurement(matrix, shape: shape, update: "a test").singularValues
  }
}

@Suite("The spectrum of a real update")
struct WeightSolverTests {
  private func expectNear(
    _ values: [Double], _ expected: [Double], within tolerance: Double, _ what: String
  ) {
    #expect(values.count == expected.count, "\(what)")
    for (value, other) in zip(values, expected) {
      #expect(abs(value - other) <= tolerance * (expected.first ?? 0), "\(what)")
    }
  }

  @Test(
    "A difference has the singular values of the difference in double",
    arguments: [(1, 1), (1, 9), (9, 1), (40, 40), (150, 140), (140, 150), (200, 520), (520, 200)])
  func differences(d: Int, k: Int) throws {
    let tuned = MemoryMatrix.random(d, k, seed: 1)
    let base = MemoryMatrix.random(d, k, seed: 2)
    var solver = WeightSolver()
    let spectrum = try solver.spectrum(of: .difference(tuned: tuned, base: base), name: "a")
    let difference = zip(tuned.numbers, base.numbers).map { $0 - $1 }
    let expected = try DirectSingularValues.of(difference, Shape(d: d, k: k))
    expectNear(
      spectrum.singularValues, expected, within: max(spectrum.accuracy, 1e-13), "\(d)x\(k)")
    #expect(spectrum.accuracy <= 1e-10)
    let norm = base.numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs((spectrum.baseNorm ?? 0) - norm) <= 1e-13 * norm)
  }

  @Test(
    "A large matrix has, by way of a band, the singular values of its factorisation",
    arguments: [(512, 512), (513, 512), (620, 530), (530, 620), (545, 545)])
  func bands(d: Int, k: Int) throws {
    for smallest in [1, 1e-9] {
      let factors = (0..<k).map { $0 % 3 == 0 ? smallest : 1 }
      let matrix = MemoryMatrix.random(d, k, seed: 3).scaled(columns: factors)
      let (m, n) = (max(d, k), min(d, k))
      // By columns, the transpose of the rows; a tall matrix is transposed.
      let turned =
        d <= k
        ? matrix.numbers
        : (0..<k).flatMap { column in (0..<d).map { matrix.numbers[$0 * k + column] } }
      var copy = turned
      let reduction = BandReduction()
      let values = try copy.withUnsafeMutableBufferPointer { buffer in
        try withExtendedLifetime(reduction) {
          Array(try reduction.singularValues(#require(buffer.baseAddress), m, n, name: "a"))
        }
      }
      expectNear(values, try matrix.factorised(), within: 1e-13, "\(d)x\(k) \(smallest)")
    }
  }

  @Test(
    "A long matrix has the same singular values panel by panel",
    arguments: [(300, 40), (40, 300), (301, 200), (900, 515), (77, 1), (1, 77)])
  func panels(d: Int, k: Int) throws {
    let tuned = MemoryMatrix.random(d, k, seed: 4)
    let base = MemoryMatrix.random(d, k, seed: 5)
    var small = WeightSolver(wholeBytes: 0, panelBytes: 1000)
    var whole = WeightSolver()
    let update = WeightUpdate.difference(tuned: tuned, base: base)
    let (one, other) = (
      try small.spectrum(of: update, name: "a"), try whole.spectrum(of: update, name: "a")
    )
    expectNear(one.singularValues, other.singularValues, within: 1e-12, "\(d)x\(k)")
    #expect(abs(one.roundingFloor - other.roundingFloor) <= 1e-12 * other.roundingFloor)
  }

  @Test(
    "An adapter has the singular values of its product",
    arguments: [(40, 4, 30), (4, 4, 4), (3, 8, 50), (50, 8, 3), (2, 9, 2), (1, 1, 1), (96, 16, 96)])
  func adapters(d: Int, r: Int, k: Int) throws {
    let (left, right) = (MemoryMatrix.random(d, r, seed: 6), MemoryMatrix.random(r, k, seed: 7))
    var solver = WeightSolver()
    let spectrum = try solver.spectrum(
      of: .adapter(left: left, right: right, scale: -2.5), name: "a")
    let expected = try left.times(right).factorised().prefix(min(d, r, k)).map { 2.5 * $0 }
    expectNear(spectrum.singularValues, expected, within: 1e-13, "\(d) \(r) \(k)")
  }

  @Test("An adapter's small singular values keep their digits down to 1e-15 of the largest")
  func smallValues() throws {
    // Columns of a Hadamard matrix are orthogonal, and exact.
    let size = 32
    func hadamard(_ row: Int, _ column: Int) -> Double {
      (row & column).nonzeroBitCount % 2 == 0 ? 1 : -1
    }
    let r = 16
    let sigma = (0..<r).map { Double(sign: .plus, exponent: -4 * $0, significand: 1) }
    let left = MemoryMatrix(
      shape: Shape(d: size, k: r),
      numbers: (0..<(size * r)).map { hadamard($0 / r, $0 % r) * sigma[$0 % r] })
    let right = MemoryMatrix(
      shape: Shape(d: r, k: size),
      numbers: (0..<(size * r)).map { hadamard($0 / size, ($0 % size) ^ 5) })
    var solver = WeightSolver()
    let found = try solver.spectrum(of: .adapter(left: left, right: right, scale: 1), name: "a")
    for (value, expected) in zip(found.singularValues, sigma) {
      #expect(abs(value / (Double(size) * expected) - 1) <= 1e-13)
    }
    #expect(sigma[r - 1] < 1e-17)
  }

  @Test("A Gram matrix is used where its small singular values hold, and they keep these digits")
  func gramAccuracy() throws {
    func hadamard(_ row: Int, _ column: Int) -> Double {
      (row & column).nonzeroBitCount % 2 == 0 ? 1 : -1
    }
    // √(d·k) is 256, so that the singular values are 256·σ but for the rounding of sums.
    let (d, k) = (512, 128)
    for (smallest, isGram, digits) in [
      (1e-1, true, 1e-13), (1e-2, true, 1e-11), (1e-6, false, 1e-9),
    ] {
      let sigma = (0..<k).map { exp(log(smallest) * Double($0) / Double(k - 1)) }
      let left = MemoryMatrix(
        shape: Shape(d: d, k: k),
        numbers: (0..<(d * k)).map { hadamard($0 / k, $0 % k) * sigma[$0 % k] })
      let right = MemoryMatrix(
        shape: Shape(d: k, k: k), numbers: (0..<(k * k)).map { hadamard($0 / k, $0 % k) })
      var solver = WeightSolver()
      let found = try solver.spectrum(of: .matrix(left.times(right)), name: "a")
      #expect(found.accuracy == (isGram ? 1e-10 : Double(k) * .ulpOfOne), "\(smallest)")
      let last = try #require(found.singularValues.last)
      let error = abs(last / (256 * smallest) - 1)
      #expect(error <= digits, "\(smallest)")
    }
  }

  @Test("Untrained, infinite and undefined updates are refused by name")
  func refusals() throws {
    var solver = WeightSolver()
    let one = MemoryMatrix(shape: Shape(d: 2, k: 2), numbers: [1, 2, 3, 4])
    let zero = MemoryMatrix(shape: Shape(d: 2, k: 2), numbers: [0, 0, 0, 0])
    #expect(throws: LAPACKError.allZero(update: "q")) {
      try solver.spectrum(of: .adapter(left: zero, right: one, scale: 1), name: "q")
    }
    #expect(throws: LAPACKError.allZero(update: "q")) {
      try solver.spectrum(of: .difference(tuned: one, base: one), name: "q")
    }
    for bad in [Double.nan, .infinity] {
      let broken = MemoryMatrix(shape: Shape(d: 2, k: 2), numbers: [1, bad, 3, 4])
      for update in [
        WeightUpdate.matrix(broken), .adapter(left: broken, right: one, scale: 1),
        .difference(tuned: one, base: broken),
      ] {
        #expect(throws: LAPACKError.notFinite(update: "q")) {
          try solver.spectrum(of: update, name: "q")
        }
      }
    }
  }
}

@Suite("The rounding floor")
struct RoundingFloorTests {
  /// Rounds to the nearest multiple of a format's last place, ties away: like a file, except for
  /// ties.
  private func rounded(_ value: Double, _ format: FloatFormat) -> Double {
    let step = Double(sign: .plus, exponent: value.exponent - format.fractionBits, significand: 1)
    return (value / step).rounded() * step
  }

  @Test(
    "A matrix's is the energy that rounding it took", arguments: [FloatFormat.bf16, .f16, .f32])
  func matrices(format: FloatFormat) throws {
    let exact = MemoryMatrix.random(120, 90, seed: 8)
    var kept = exact
    kept.format = format
    kept.numbers = exact.numbers.map { rounded($0, format) }
    let error = zip(exact.numbers, kept.numbers).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    var solver = WeightSolver()
    let floor = try solver.spectrum(of: .matrix(kept), name: "a").roundingFloor
    #expect(abs(floor / error - 1) < 0.05)
  }

  @Test("An adapter's is the energy that rounding its factors took")
  func adapters() throws {
    let (left, right) = (MemoryMatrix.random(80, 6, seed: 9), MemoryMatrix.random(6, 70, seed: 10))
    var (keptLeft, keptRight) = (left, right)
    (keptLeft.format, keptRight.format) = (.bf16, .f16)
    keptLeft.numbers = left.numbers.map { rounded($0, .bf16) }
    keptRight.numbers = right.numbers.map { rounded($0, .f16) }
    let error = zip(left.times(right).numbers, keptLeft.times(keptRight).numbers)
      .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    var solver = WeightSolver()
    let floor = try solver.spectrum(
      of: .adapter(left: keptLeft, right: keptRight, scale: 3), name: "a"
    ).roundingFloor
    #expect(abs(floor / (9 * error) - 1) < 0.1)
  }
}
