import LoRASpectra
import SQLiteStore
import Synchronization

/// A solver that computes nothing.
package struct MadeSolver: UpdateSolver {
  package func spectrum(
    of update: Grid.PlannedUpdate, drawing stream: inout NumPyLegacyNormals
  ) throws -> Spectrum {
    try MadeSolver.spectrum(of: update)
  }

  package static func spectrum(of update: Grid.PlannedUpdate) throws -> Spectrum {
    let identity = update.identity
    let first = 7 + 0.1 * Double(identity.seed)
    return try Spectrum(
      singularValues: (1...identity.shape.span).map { first / Double(3 * $0) })
  }
}

extension Grid {
  /// Two updates per seed, four runs per update.
  package static func made(seeds: ClosedRange<UInt32>) throws -> Grid {
    var spec = SweepSpec.article
    spec.seeds = Array(seeds)
    spec.shapes = [Shape(d: 5, k: 4)]
    spec.profiles = [
      Profile(label: "style", prescription: .linear(first: 5, last: 0.5, count: 4)),
      Profile(label: "flat:2", prescription: .flat(value: 2, count: nil)),
    ]
    spec.ranks = [1, 2]
    spec.rules = [.lora, .unit]
    spec.tags = ["made"]
    spec.note = "a note of some length, so that it does not lie in the row alone"
    return try Grid(spec)
  }

  func measured(_ planned: PlannedUpdate, _ spectrum: Spectrum) -> MeasuredUpdate {
    MeasuredUpdate(
      planned: planned, spectrum: spectrum,
      measurements: points.map { spectrum.measure(rank: $0.rank, scale: $0.scale) })
  }

  package func updates() throws -> [MeasuredUpdate] {
    try (0..<streamCount).flatMap { index in
      try stream(at: index).updates.map { planned in
        measured(planned, try MadeSolver.spectrum(of: planned))
      }
    }
  }
}

extension NewSweep {
  package static func made(_ name: String, _ number: Int) -> NewSweep {
    NewSweep(
      uuid: "0000000\(number)-89ab-cdef-0123-456789abcdef", name: name, nameIsAsked: true,
      startedAt: FaultOperation.time,
      provenance: .made)
  }
}

extension Provenance {
  package static let made = Provenance(
    lorabookVersion: "9.8.7", gitCommit: nil, lapack: "a BLAS", lapackThreads: 2, jobs: 4,
    host: "a host", processor: nil, command: "lorabook sweep", bootID: nil, processID: 1,
    processStart: nil)
}

extension ExternalOrigin {
  /// - Parameter made: how many origins the book has seen before.
  package static func made(_ source: Source, after made: Int = 0) -> ExternalOrigin {
    let count = UUIDCount()
    return ExternalOrigin(
      source: source, lorabookVersion: "9.8.7", host: "a host", command: "lorabook log",
      makeUUID: {
        "\(source == .log ? 1 : 2)11111\(made)\(count.next)-89ab-cdef-0123-456789abcdef"
      },
      now: { FaultOperation.time })
  }
}

/// Counts the uuids of one origin.
private final class UUIDCount: Sendable {
  private let count = Atomic<Int>(0)
  var next: Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}

extension ExternalRun {
  package static func made(seed: UInt32, rank: Int) -> ExternalRun {
    ExternalRun(
      seed: seed, shape: Shape(d: 8, k: 8), profile: "layer \(seed % 4)", noise: nil, rank: rank,
      alpha: 16, rule: "lora", scale: 16 / Double(rank),
      [.error: seed % 5 == 0 ? .nan : 0.5, .varianceCaptured: 0.25])
  }
}
