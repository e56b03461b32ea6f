import LAPACKSpectra
import LoRASpectra

extension Grid {
  /// A grid from list texts; by default one small update without noise.
  static func of(
    seeds: String = "1", shapes: String, profiles: String, ranks: String = "1",
    alphas: String = "16", rules: String = "lora", noise: String = "0",
    stream: String = "chained", file: String = ""
  ) throws -> Grid {
    var spec = SweepSpec.article
    for (field, text) in [
      (SweepSpec.Field.seeds, seeds), (.shapes, shapes), (.profiles, profiles), (.ranks, ranks),
      (.alphas, alphas), (.rules, rules), (.noise, noise), (.stream, stream),
    ] {
      try spec.set(field, to: ListText.items(text)) { _ in file }
    }
    return try Grid(spec)
  }

  /// Every update of the grid with its matrix, by rows, and its spectrum, drawn as in a sweep:
  /// stream after stream, each from one generator.
  func drawn() throws -> [Drawn] {
    var drawer = LAPACKSolver()
    var solver = LAPACKSolver()
    var all: [Drawn] = []
    for index in 0..<streamCount {
      let stream = stream(at: index)
      var normals = NumPyLegacyNormals(seed: stream.seed)
      for planned in stream.updates {
        if spec.stream == .independent { normals = NumPyLegacyNormals(seed: stream.seed) }
        var again = normals
        let shape = planned.identity.shape
        let matrix = try drawer.draw(planned, from: &again)
        let entries = Array(UnsafeBufferPointer(start: matrix, count: shape.d * shape.k))
        let spectrum = try solver.spectrum(of: planned, drawing: &normals)
        all.append(Drawn(planned: planned, matrix: entries, spectrum: spectrum))
      }
    }
    return all
  }
}

/// A drawn update.
struct Drawn {
  var planned: Grid.PlannedUpdate
  /// d·k entries by rows.
  var matrix: [Double]
  var spectrum: Spectrum

  var shape: Shape { planned.identity.shape }
  var singularValues: [Double] { spectrum.singularValues }
}
