import LAPACKSpectra
import LoRASpectra
import Testing

struct DrawnUpdateTests {
  @Test(
    "Without noise an update has the prescribed singular values and zeros: its factors are orthonormal",
    arguments: [
      "linear:5:0.5:4", "linear:3:0.5", "power:1.2", "power:0.5:3:2", "exp:0.15:2", "flat:1.5:6",
      "flat:2", "file:unordered",
    ])
  func noiseless(profile: String) throws {
    let grid = try Grid.of(
      seeds: "0,7,4294967295", shapes: "6x6,6x11,40x9", profiles: profile, file: "0.5\n3\n0\n1e-3\n"
    )
    for update in try grid.drawn() {
      let prescribed = update.planned.profile.singularValues(span: update.shape.span)
        .sorted(by: >)
      let expected =
        prescribed
        + [Double](repeating: 0, count: update.shape.span - prescribed.count)
      try #require(update.singularValues.count == expected.count)
      for (value, wanted) in zip(update.singularValues, expected) {
        #expect(abs(value - wanted) <= 1e-12 * expected[0], "\(update.planned.identity)")
      }
    }
  }

  @Test("The energies add up to the square of the Frobenius norm")
  func energies() throws {
    let grid = try Grid.of(
      seeds: "3,4", shapes: "13x29,29x13,20x20", profiles: "facts,flat:1:3", noise: "0,0.5,4")
    for update in try grid.drawn() {
      let squares = update.matrix.reduce(0) { $0 + $1 * $1 }
      let energies = update.singularValues.reduce(0) { $0 + $1 * $1 }
      #expect(abs(squares - energies) <= 1e-13 * squares, "\(update.planned.identity)")
    }
  }

  @Test("Noise alone is the stream behind U and V, row by row, times its level")
  func noiseAlone() throws {
    let grid = try Grid.of(seeds: "8", shapes: "5x3", profiles: "flat:0:2", noise: "0.25")
    let update = try #require(try grid.drawn().first)
    var normals = NumPyLegacyNormals(seed: 8)
    normals.skip(5 * 2 + 3 * 2)
    var noise = [Double](repeating: 0, count: 15)
    noise.withUnsafeMutableBufferPointer { normals.fill($0) }
    for (entry, normal) in zip(update.matrix, noise) {
      #expect(abs(entry - 0.25 * normal) <= 1e-15 * abs(normal))
    }
  }

  @Test("The noise is drawn at level 0 too: what is chained behind it does not move")
  func noiseLevelMovesNothing() throws {
    let grid = try Grid.of(shapes: "6x4", profiles: "facts,flat:1:2", noise: "0,1e-300")
    let drawn = try grid.drawn()
    try #require(drawn.count == 4)
    #expect(drawn[1].planned.identity.position == drawn[3].planned.identity.position)
    for (a, b) in zip(drawn[1].matrix, drawn[3].matrix) { #expect(abs(a - b) < 1e-15) }
  }

  @Test("Drawing takes from the stream as many normals as the next update's position says")
  func consumption() throws {
    let grid = try Grid.of(shapes: "5x3", profiles: "facts,flat:1:2,flat:1", noise: "0.1")
    let stream = grid.stream(at: 0)
    var normals = NumPyLegacyNormals(seed: stream.seed)
    var solver = LAPACKSolver()
    for planned in stream.updates {
      var expected = NumPyLegacyNormals(seed: stream.seed)
      expected.skip(planned.identity.position)
      var here = normals
      #expect(here.next() == expected.next())
      _ = try solver.spectrum(of: planned, drawing: &normals)
    }
  }

  @Test("One row, one column and one entry have one singular value, their norm")
  func vectors() throws {
    for shape in ["1x1", "1x9", "9x1"] {
      for profile in ["flat:2", "flat:2:1", "facts"] {
        let grid = try Grid.of(seeds: "0-3", shapes: shape, profiles: profile, noise: "0,0.5")
        for update in try grid.drawn() {
          let norm = update.matrix.reduce(0) { $0 + $1 * $1 }.squareRoot()
          #expect(update.singularValues.count == 1)
          #expect(abs(update.singularValues[0] - norm) <= 1e-14 * norm)
          if update.planned.identity.noise == 0 {
            let first = update.planned.profile.singularValues(span: 1)[0]
            #expect(abs(norm - first) <= 1e-14 * first)
          }
          let measured = update.spectrum.measure(rank: 1, scale: 16)
          #expect(
            (measured[.error], measured[.truncationError], measured[.varianceCaptured]) == (
              15, 0, 1
            ))
        }
      }
    }
  }

  @Test("A solver used again, after larger and after smaller shapes, gives the same bits")
  func reuse() throws {
    let grid = try Grid.of(
      seeds: "1,2", shapes: "3x2,20x30,1x1,30x20,2x3", profiles: "facts,flat:1:1", noise: "0.1")
    for (update, kept) in zip(try grid.drawn(), try grid.drawn()) {
      var fresh = LAPACKSolver()
      var normals = NumPyLegacyNormals(seed: update.planned.identity.seed)
      normals.skip(update.planned.identity.position)
      let alone = try fresh.spectrum(of: update.planned, drawing: &normals)
      #expect(alone.singularValues == update.singularValues)
      #expect(kept.singularValues == update.singularValues)
    }
  }
}

extension NumPyLegacyNormals {
  fileprivate mutating func next() -> Double {
    var value = [0.0]
    value.withUnsafeMutableBufferPointer { fill($0) }
    return value[0]
  }
}
