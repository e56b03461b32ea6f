import LoRASpectra

@testable import SQLiteStore

/// The creation time of the books in these tests.
let openingTime = "2026-01-02T03:04:05.678Z"

/// A folder with one book in it, and a second connection to inspect it.
struct OpenBook {
  let folder: TemporaryFolder
  let path: String
  let book: Book

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("book.db")
    book = try Book(recording: path, time: openingTime, version: "9.8.7")
  }

  /// The rows of a query on a separate connection.
  func rows(_ sql: String) throws -> [[Value]] {
    try Connection(path: path, access: .reading, wait: 1000).table(sql).rows
  }

  /// The one value of a query on a separate connection.
  func value(_ sql: String) throws -> Value {
    try rows(sql).first?.first ?? .absent
  }

  /// Starts a sweep of a grid.
  func start(
    _ grid: Grid, name: String = "hand-made", isAsked: Bool = false, uuid: String? = nil
  ) throws -> SweepWriter {
    try SweepWriter(book, .handMade(name: name, isAsked: isAsked, uuid: uuid), grid: grid)
  }
}

extension NewSweep {
  /// A sweep with every field of its provenance filled in.
  static func handMade(name: String, isAsked: Bool = false, uuid: String? = nil) -> NewSweep {
    let digits = (0..<36).map { place in
      [8, 13, 18, 23].contains(place) ? "-" : String(Int.random(in: 0..<16), radix: 16)
    }
    return NewSweep(
      uuid: uuid ?? digits.joined(), name: name, nameIsAsked: isAsked,
      startedAt: openingTime,
      provenance: .handMade)
  }
}

extension Provenance {
  static let handMade = Provenance(
    lorabookVersion: "9.8.7", gitCommit: "c0ffee-dirty", lapack: "a BLAS", lapackThreads: 2,
    jobs: 4, host: "a host", processor: "a processor", command: "lorabook sweep 'a b'",
    bootID: "a boot", processID: 12345, processStart: 67890)
}

extension Profile {
  static let style = Profile(
    label: "style", prescription: .linear(first: 5, last: 0.5, count: 4))
  /// The same singular values under another name.
  static let linear = Profile(
    label: "linear:5:0.5:4", prescription: .linear(first: 5, last: 0.5, count: 4))
  static let flat = Profile(label: "flat:2", prescription: .flat(value: 2, count: nil))
}

extension Grid {
  /// 3 seeds × 2 shapes × 2 noise levels × 2 profiles = 24 updates, with 2 ranks × 2 alphas × 3
  /// rules = 12 runs each.
  static func handMade(
    seeds: [UInt32] = [1, 2, 4_294_967_295], profiles: [Profile] = [.style, .flat]
  ) throws -> Grid {
    var spec = SweepSpec.article
    spec.name = "hand-made"
    spec.seeds = seeds
    spec.shapes = [Shape(d: 5, k: 4), Shape(d: 4, k: 6)]
    spec.profiles = profiles
    spec.ranks = [1, 3]
    spec.alphas = [16, 0.1]
    spec.rules = [.lora, .rslora, .power(0.75)]
    spec.noise = [0, 0.1]
    return try Grid(spec)
  }

  /// One update per seed and two runs per update.
  static func small(
    seeds: [UInt32], profiles: [Profile] = [.style], tags: [String] = [], note: String = ""
  ) throws -> Grid {
    var spec = SweepSpec.article
    spec.name = "small"
    spec.seeds = seeds
    spec.shapes = [Shape(d: 5, k: 4)]
    spec.profiles = profiles
    spec.ranks = [2]
    spec.rules = [.lora, .unit]
    spec.tags = tags
    spec.note = note
    return try Grid(spec)
  }

  /// Every update with an invented spectrum, whose numbers need all their digits.
  func measuredUpdates() throws -> [MeasuredUpdate] {
    try (0..<streamCount).flatMap { index in
      try stream(at: index).updates.map { planned in
        let count = planned.identity.shape.span
        let values = (1...count).map { position in
          position == count
            ? 1e-17 / Double(planned.ordinal + 3)
            : (7 + 0.1 * Double(planned.ordinal)) / Double(3 * position)
        }
        let spectrum = try Spectrum(singularValues: values)
        return MeasuredUpdate(
          planned: planned, spectrum: spectrum,
          measurements: points.map { spectrum.measure(rank: $0.rank, scale: $0.scale) })
      }
    }
  }
}

extension Array {
  /// The elements in pieces of a given length, the last one shorter.
  func pieces(of length: Int) -> [[Element]] {
    stride(from: 0, to: count, by: length).map { Array(self[$0..<Swift.min($0 + length, count)]) }
  }
}
