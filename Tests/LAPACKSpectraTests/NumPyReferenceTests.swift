import LAPACKSpectra
import LoRASpectra
import TestSupport
import Testing

struct NumPyReferenceTests {
  static let names = ["article", "repeats", "oblong", "independent", "noiseless"]

  @Test("The reference holds every case that is tested and no other")
  func referenceIsWhole() throws {
    #expect(try NumPyReference.load().cases.map(\.name) == NumPyReferenceTests.names)
  }

  @Test("Updates, spectra and measurements are NumPy's", arguments: names)
  func agrees(name: String) throws {
    let reference = try #require(NumPyReference.load().cases.first { $0.name == name })
    let grid = try grid(of: reference)
    let drawn = try grid.drawn()
    try #require(drawn.count == reference.updates.count)
    for (update, expected) in zip(drawn, reference.updates) {
      let identity = update.planned.identity
      #expect(identity.seed == expected.seed)
      #expect(identity.shape == Shape(d: expected.d, k: expected.k))
      #expect(update.planned.profile.label == expected.profile)
      #expect(identity.noise == expected.noise)
      for (entry, wanted) in zip(update.matrix, expected.firstRow) {
        #expect(abs(entry - wanted) < 1e-12, "\(update.planned.identity)")
      }
      let largest = try #require(expected.singularValues.first)
      try #require(update.singularValues.count == expected.singularValues.count)
      for (value, wanted) in zip(update.singularValues, expected.singularValues) {
        #expect(abs(value - wanted) < 1e-10 * largest, "\(update.planned.identity)")
      }
      try expectRuns(of: update, at: grid.points, toBe: expected.runs)
    }
  }

  @Test("The same updates are found behind a skip of what is chained before them")
  func skipping() throws {
    let reference = try #require(NumPyReference.load().cases.first { $0.name == "article" })
    let facts = try #require(try grid(of: reference).stream(at: 0).updates.last)
    #expect(facts.identity.position > 0)
    var normals = NumPyLegacyNormals(seed: facts.identity.seed)
    normals.skip(facts.identity.position)
    var solver = LAPACKSolver()
    let spectrum = try solver.spectrum(of: facts, drawing: &normals)
    let expected = try #require(reference.updates.last).singularValues
    for (value, wanted) in zip(spectrum.singularValues, expected) {
      #expect(abs(value - wanted) < 1e-10 * expected[0])
    }
  }

  private func grid(of reference: NumPyReference.Case) throws -> Grid {
    try Grid.of(
      seeds: reference.seeds.map { "\($0)" }.joined(separator: ","),
      shapes: reference.shapes.joined(separator: ","),
      profiles: reference.profiles.joined(separator: ","),
      ranks: reference.ranks.map { "\($0)" }.joined(separator: ","),
      alphas: reference.alphas.map(\.shortestText).joined(separator: ","),
      rules: reference.rules.joined(separator: ","), noise: reference.noise.shortestText,
      stream: reference.stream)
  }

  private func expectRuns(
    of update: Drawn, at points: [Grid.Point], toBe runs: [NumPyReference.Run]
  ) throws {
    try #require(points.count == runs.count)
    for (point, run) in zip(points, runs) {
      #expect(point.rank == run.rank)
      #expect(point.alpha == run.alpha)
      #expect(point.rule.description == run.rule)
      #expect(abs(point.scale - run.scale) <= 1e-15 * run.scale)
      let measured = update.spectrum.measure(rank: point.rank, scale: point.scale)
      #expect(abs(measured[.error] - run.error) < 1e-10, "\(update.planned.identity) \(point)")
      #expect(abs(measured[.truncationError] - run.truncationError) < 1e-10)
      #expect(abs(measured[.varianceCaptured] - run.varianceCaptured) < 1e-10)
    }
  }
}
