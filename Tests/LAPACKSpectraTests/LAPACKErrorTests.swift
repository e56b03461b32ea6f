import LAPACKSpectra
import LoRASpectra
import Testing

struct LAPACKErrorTests {
  @Test("An update that overflows is reported as such, with its settings")
  func overflow() throws {
    for (profile, noise) in [
      ("flat:1e+308", "1e+308"), ("flat:0:1", "1.7e+308"), ("flat:1:2", "1.797e+308"),
    ] {
      let grid = try Grid.of(seeds: "5", shapes: "12x8", profiles: profile, noise: noise)
      let error = #expect(throws: LAPACKError.self, "\(profile) \(noise)") {
        _ = try grid.drawn()
      }
      guard case .notFinite(let update) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      // The draw itself refuses it: LAPACK never sees a number that is none.
      let planned = try #require(grid.stream(at: 0).updates.first)
      var normals = NumPyLegacyNormals(seed: 5)
      var solver = LAPACKSolver()
      #expect(throws: error) { _ = try solver.draw(planned, from: &normals) }
      #expect(update == "seed 5, shape 12x8, profile \(profile), noise \(noise)")
    }
  }

  @Test("So is one whose entries are finite and whose singular values are not")
  func overflowingNorm() throws {
    let grid = try Grid.of(shapes: "64x64", profiles: "flat:1", noise: "2e+307")
    #expect(
      throws: LAPACKError.notFinite(
        update: "seed 1, shape 64x64, profile flat:1, noise 2e+307")
    ) { _ = try grid.drawn() }
  }

  @Test("A solver that reported an overflow goes on with the next update")
  func goesOn() throws {
    let bad = try #require(
      try Grid.of(shapes: "12x8", profiles: "flat:1e308", noise: "1e308").stream(at: 0).updates
        .first)
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

  @Test("Values near a double's ends still have a spectrum", arguments: ["1e300", "1e-300"])
  func extremes(value: String) throws {
    let prescribed = try #require(Double(value))
    for update in try Grid.of(shapes: "8x12", profiles: "flat:\(value):3").drawn() {
      for index in 0..<3 {
        #expect(abs(update.singularValues[index] / prescribed - 1) < 1e-12)
      }
      #expect(abs(update.spectrum.measure(rank: 3, scale: 3).error - 2) < 1e-12)
    }
  }
}
