import LoRASpectra
import Testing

@testable import LAPACKSpectra

struct SingularValuesTests {
  @Test(
    "The Gram matrix gives the singular values that the factorisation gives, within the bound",
    arguments: ["1x1", "2x2", "1x9", "9x1", "7x5", "64x64", "40x96", "96x40", "130x121"])
  func bothRoutes(shape: String) throws {
    let grid = try Grid.of(
      seeds: "0-2", shapes: shape, profiles: "facts,flat:2,power:0.5:3", noise: "0,0.01,2")
    for update in try grid.drawn() {
      let both = try BothRoutes(update.matrix, update.shape)
      let gram = try #require(both.gram, "\(update.planned.identity)")
      try #require(gram.count == both.factorised.count)
      for (a, b) in zip(gram, both.factorised) {
        // The bound covers the worst case; drawn updates keep to a hundredth of it.
        #expect(
          abs(a - b) <= 0.01 * SingularValues.tolerance * both.factorised[0],
          "\(update.planned.identity)")
      }
      #expect(gram == gram.sorted(by: >))
    }
  }

  @Test("Small singular values are left to the factorisation", arguments: [0, 1e-9, 1e-7])
  func illConditioned(smallest: Double) throws {
    let shape = Shape(d: 12, k: 8)
    let grid = try Grid.of(
      shapes: "12x8", profiles: "file:fading", noise: "0",
      file: (1...7).map { "\($0)\n" }.joined() + "\(smallest)\n")
    let update = try #require(try grid.drawn().first)
    #expect(try BothRoutes(update.matrix, shape).gram == nil)
    var values = SingularValues()
    let found = try values.found(update.matrix, shape, conditioning: 1)
    for (value, expected) in zip(found, [7, 6, 5, 4, 3, 2, 1, smallest]) {
      #expect(abs(value - expected) <= 1e-13)
    }
  }

  @Test("Numbers whose squares leave a double's range are left to the factorisation")
  func extremes() throws {
    for scale in [1e200, 1e-200, 1e-160] {
      let matrix = [3, 0, 0, 4].map { $0 * scale }
      let both = try BothRoutes(matrix, Shape(d: 2, k: 2))
      #expect(both.gram == nil)
      #expect(both.factorised == [4 * scale, 3 * scale])
    }
  }

  @Test("Nor does a product of two that leaves it pass for a bound that holds")
  func largeAndIllConditioned() throws {
    for scale in [1.0, 1e100, 1e-100] {
      let far = [scale, 0, 0, 1e-9 * scale]
      #expect(try BothRoutes(far, Shape(d: 2, k: 2)).gram == nil, "\(scale)")
      let near = try BothRoutes([scale, 0, 0, 0.5 * scale], Shape(d: 2, k: 2))
      #expect((near.gram == nil) == (scale != 1), "\(scale)")
      #expect(abs(near.factorised[1] / scale - 0.5) < 1e-15)
    }
  }

  @Test("A Gram matrix that is off is noticed")
  func probes() throws {
    let shape = Shape(d: 30, k: 20)
    let update = try #require(try Grid.of(shapes: "30x20", profiles: "facts").drawn().first)
    var values = SingularValues()
    var matrix = update.matrix
    var gram = [Double](repeating: 0, count: 400)
    _ = values.fromGram(&matrix, shape, &gram)
    // The buffer no longer contains G: the reduction has overwritten it.
    #expect(values.errorOfGram(gram, of: matrix, shape) > 1)
  }

  @Test("What is tried first follows from the profile, the noise and the shape")
  func expectation() throws {
    func conditioning(_ shape: String, _ profile: String, _ noise: String) throws -> Double {
      let grid = try Grid.of(shapes: shape, profiles: profile, noise: noise)
      return try #require(grid.stream(at: 0).updates.first).expectedConditioning
    }
    #expect(try conditioning("64x64", "facts", "0") == 0.5 / 3)
    #expect(try conditioning("64x64", "style", "0") == 0)
    #expect(try conditioning("64x64", "flat:0:4", "0.01") == 0.6 / 64)
    let noisy = try conditioning("64x64", "style", "0.01")
    #expect(abs(noisy - 0.01 * 0.6 / 8 / 5.08) < 1e-12)
  }
}

/// A matrix's singular values by both methods.
private struct BothRoutes {
  let gram: [Double]?
  let factorised: [Double]

  init(_ matrix: [Double], _ shape: Shape) throws {
    _ = try BLASThreads.shared()
    var values = SingularValues()
    var copy = matrix
    var gram = [Double](repeating: 0, count: shape.span * shape.span)
    self.gram = values.fromGram(&copy, shape, &gram).map { Array($0) }
    factorised = try values.found(matrix, shape, conditioning: 0)
  }
}

extension SingularValues {
  fileprivate mutating func found(
    _ matrix: [Double], _ shape: Shape, conditioning: Double
  ) throws -> [Double] {
    var copy = matrix
    var gram = [Double](repeating: 0, count: shape.span * shape.span)
    return Array(
      try of(&copy, shape: shape, conditioning: conditioning, gram: &gram, update: "it"))
  }
}
