import LAPACKSpectra
import LoRASpectra
import Testing

struct LAPACKErrorTests {
  /// An update beyond the limits of a spec.
  private func planned(value: Double, noise: Double, shape: String = "12x8") throws
    -> Grid.PlannedUpdate
  {
    let grid = try Grid.of(seeds: "5", shapes: shape, profiles: "facts")
    var planned = try #require(grid.stream(at: 0).updates.first)
    planned.identity.noise = noise
    planned.profile = Profile(label: "huge", prescription: .flat(value: value, count: nil))
    return planned
  }

  @Test(
    "An update that overflows is reported as such, with its settings",
    arguments: [(1e308, 1e308), (0, 1.7e308), (1, 1.797e308)])
  func overflow(value: Double, noise: Double) throws {
    var normals = NumPyLegacyNormals(seed: 5)
    var solver = LAPACKSolver()
    let planned = try planned(value: value, noise: noise)
    #expect(
      throws: LAPACKError.notFinite(
        update: "seed 5, shape 12x8, profile huge, noise \(noise.shortestText)")
    ) { _ = try solver.spectrum(of: planned, drawing: &normals) }
  }

  @Test("So is one whose entries are finite and whose singular values are not")
  func overflowingNorm() throws {
    var normals = NumPyLegacyNormals(seed: 5)
    var solver = LAPACKSolver()
    let planned = try planned(value: 1, noise: 6e307)
    _ = try solver.draw(planned, from: &normals)
    normals = NumPyLegacyNormals(seed: 5)
    #expect(throws: LAPACKError.self) { _ = try solver.spectrum(of: planned, drawing: &normals) }
  }

  @Test("An update too small to be told from zero is reported as such")
  func allZero() throws {
    // Its third normal is 0.096.
    var normals = NumPyLegacyNormals(seed: 3)
    var solver = LAPACKSolver()
    let planned = try planned(value: 0, noise: .leastNonzeroMagnitude, shape: "1x1")
    #expect(
      throws: LAPACKError.allZero(update: "seed 5, shape 1x1, profile huge, noise 5e-324")
    ) { _ = try solver.spectrum(of: planned, drawing: &normals) }
  }

  @Test("A solver that reported an overflow goes on with the next update")
  func goesOn() throws {
    let bad = try planned(value: 1e308, noise: 1e308)
    let good = try #require(
      try Grid.of(shapes: "12x8", profiles: "facts", noise: "0.1").stream(at: 0).updates.first)
    var used = LAPACKSolver()
    var normals = NumPyLegacyNormals(seed: 1)
    #expect(throws: LAPACKError.self) { _ = try used.spectrum(of: bad, drawing: &normals) }
    var first = NumPyLegacyNormals(seed: 1)
    var second = first
    var fresh = LAPACKSolver()
    let after = try used.spectrum(of: good, drawing: &first)
    let alone = try fresh.spectrum(of: good, drawing: &second)
    #expect(after.singularValues == alone.singularValues)
  }

  @Test(
    "So have those whose squares leave its range, as many as there can be",
    arguments: ["1e300", "1e160", "1e60", "1e-60", "1e-170"])
  func manyExtremes(value: String) throws {
    let prescribed = try #require(Double(value))
    for update in try Grid.of(shapes: "40x33", profiles: "flat:\(value)").drawn() {
      #expect(update.singularValues.count == 33)
      #expect(update.singularValues.allSatisfy { abs($0 / prescribed - 1) < 1e-12 })
    }
  }

  @Test("Values near a double's ends still have a spectrum", arguments: ["1e300", "1e-300"])
  func extremes(value: String) throws {
    let prescribed = try #require(Double(value))
    for update in try Grid.of(shapes: "8x12", profiles: "flat:\(value):3").drawn() {
      for index in 0..<3 {
        #expect(abs(update.singularValues[index] / prescribed - 1) < 1e-12)
      }
      #expect(abs(update.spectrum.measure(rank: 3, scale: 3)[.error] - 2) < 1e-12)
    }
  }
}
