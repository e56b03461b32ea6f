import CFaultInjection
import Foundation
import LoRASpectra
import Synchronization
import Testing

@testable import SQLiteStore

/// Something a command does to a book, to be done with every fault in its way.
struct FaultOperation: CustomStringConvertible, Sendable {
  var name: String
  /// Makes the book that it is done to; nil where there is none before it.
  var before: (@Sendable (String) throws -> Void)? = FaultOperation.makeBook
  /// Does it, and says what it gave; acknowledges each step whose effect is to stay.
  var body: @Sendable (FaultRound) throws -> String
  /// Whether it works in a folder that nobody else knows, where it waits half a minute for a lock that nobody has.
  var isAlone = false

  var description: String { name }

  /// Everything that reads or writes a book: a command that comes to it is a line here.
  static let all = [
    FaultOperation(name: "open a new book", before: nil, body: open),
    FaultOperation(name: "bring up to date", before: makeOlderBook, body: open),
    FaultOperation(name: "copy", body: copy),
    FaultOperation(name: "backup", body: backUp),
    FaultOperation(name: "merge", before: makeBookAndOther, body: merge),
    FaultOperation(name: "merge of an older book", body: mergeOlder),
    FaultOperation(name: "merge, rehearsed", before: makeBookAndOther, body: rehearseMerge),
    FaultOperation(
      name: "merge into no book, rehearsed", before: nil, body: rehearseAlone, isAlone: true),
    FaultOperation(name: "sweep", body: sweep),
    FaultOperation(name: "resume", before: makeInterruptedBook, body: resume),
    FaultOperation(name: "record in batches", body: recordInBatches),
    FaultOperation(name: "log", body: { try record([.made(seed: 9, rank: 2)], .log, $0) }),
    FaultOperation(name: "import", body: importMany),
    FaultOperation(name: "import into a new book", before: nil, body: importIntoNew),
    FaultOperation(name: "edit", body: edit),
    FaultOperation(name: "rm", body: remove),
    FaultOperation(name: "export", body: export),
    FaultOperation(name: "export of runs as CSV", body: exportRuns),
    FaultOperation(name: "compare", body: compare),
    FaultOperation(name: "show and ls", body: show),
    FaultOperation(name: "sql", body: ask),
    // Of runs, and of spectra.
    query("winning-rule"), query("rank-for-variance"),
    FaultOperation(name: "migrate, rehearsed", before: makeOlderBook, body: pendingMigrations),
    FaultOperation(name: "verify", body: verify),
    FaultOperation(name: "doctor", body: examine),
  ]

  /// Makes a book with a computed sweep, another that shares its updates, and a logged one.
  static func makeBook(_ path: String) throws {
    let book = try open(path)
    for (number, name) in ["first", "second"].enumerated() {
      let grid = try Grid.made(seeds: UInt32(number)...UInt32(number + 2))
      let writer = try SweepWriter(book, .made(name, number), grid: grid)
      try writer.record(grid.updates())
      try writer.finish(.finished, at: FaultOperation.time)
    }
    _ = try ExternalRunWriter.record(in: book, .made(.log), mayAppend: true) {
      try $0.add(.made(seed: 9, rank: 1), to: "logged")
    }
  }

  /// Makes a book with a sweep of which half is recorded, up to the middle of a stream.
  static func makeInterruptedBook(_ path: String) throws {
    try makeBook(path)
    let book = try open(path)
    let grid = try Grid.made(seeds: 2...5)
    let writer = try SweepWriter(book, .made("halved", 7), grid: grid)
    try writer.record(Array(grid.updates()[..<3]))
    try writer.finish(.interrupted, at: time)
  }

  /// Makes a book of the first schema with a sweep of one run.
  static func makeOlderBook(_ path: String) throws {
    let book = try Book(
      recording: path, time: time, version: "9.8.7", migrations: Array(Migration.known.prefix(1)))
    try book.connection.execute(
      """
      INSERT INTO sweep (uuid, name, status, source, started_at, planned_runs, recorded_runs, spec,
        lorabook_version, host, command)
      VALUES ('01234567-89ab-cdef-0123-456789abcdef', 'old', 'finished', 'sweep', '', 1, 1, '', '', '', '');
      INSERT INTO prescription VALUES (1, 'flat:2');
      INSERT INTO sweep_profile VALUES (1, 1, 'flat:2');
      INSERT INTO weight_update VALUES (1, 'a stream', 42, 0, 8, 8, 1, 0.5);
      INSERT INTO spectrum VALUES (1, 1, 2.5), (1, 2, 1.5);
      INSERT INTO cell VALUES (1, 1, 1, 8, 8, 0.5, 2, 16, 'lora', 8);
      INSERT INTO cell_summary VALUES (1, 'error', 1, 0.25, 0);
      INSERT INTO recording VALUES (1, 1, 1);
      INSERT INTO run (run_id, recording_id, cell_id, error, variance_captured_diverged)
      VALUES (1, 1, 1, 0.25, 'nan');
      """)
  }

  static let time = "2026-01-02T03:04:05.678Z"

  static func open(_ path: String) throws -> Book {
    try Book(recording: path, time: time, version: "9.8.7", wait: 50)
  }

  private static func open(_ round: FaultRound) throws -> String {
    let book = try open(round.path)
    try round.acknowledge()
    return "\(try book.sweepIDs())"
  }

  private static func copy(_ round: FaultRound) throws -> String {
    let book = try open(round.path)
    let copy = round.path + ".copy"
    do {
      // SQLite takes a page that is cut short for one of zeros, which is none until somebody looks at it.
      try book.connection.copy(to: copy, of: book.path)
      round.add(copy: copy)
    } catch {
      // What is no whole copy has no name.
      #expect(access(copy, F_OK) != 0)
      throw error
    }
    return ""
  }

  private static func backUp(_ round: FaultRound) throws -> String {
    let copy = round.path + ".copy"
    do {
      let backup = try Book.backUp(round.path, to: copy, wait: 50)
      round.add(copy: copy)
      return "\(backup)"
    } catch {
      #expect(access(copy, F_OK) != 0)
      throw error
    }
  }

  /// As the command does it.
  private static func sweep(_ round: FaultRound) throws -> String {
    let book = try open(round.path)
    let reader = try SpectrumReader(path: round.path)
    // Seed 2 is recorded already.
    let grid = try Grid.made(seeds: 2...5)
    let writer = try SweepWriter(book, .made("swept", 7), grid: grid)
    try round.acknowledge()
    return try compute(grid, reader, writer, round)
  }

  private static func resume(_ round: FaultRound) throws -> String {
    let book = try open(round.path)
    let recorded = try book.recordedSweep(book.sweepID("halved"))
    let reader = try SpectrumReader(path: round.path)
    let grid = try Grid.made(seeds: 2...5)
    let writer = try SweepWriter(
      book, resuming: recorded.sweepID, grid: grid, provenance: .made)
    return try compute(grid, reader, writer, round)
  }

  /// Records what a writer has not.
  private static func compute(
    _ grid: Grid, _ reader: SpectrumReader, _ writer: SweepWriter, _ round: FaultRound
  ) throws -> String {
    let watch = round.watch
    let runner = SweepRunner(
      grid: grid, jobs: 2, makeSolver: { MadeSolver() },
      recorded: {
        faults_join(watch)
        defer { faults_join(-1) }
        return try reader.spectra(of: $0)
      })
    do {
      _ = try runner.run(
        after: writer.recordedUpdates, recorder: OneByOne(writer: writer, round: round))
      try writer.finish(.finished, at: time)
    } catch {
      try? writer.finish(.failed, at: time, failure: "\(error)")
      throw error
    }
    return "\(writer.recordedRuns)"
  }

  private static func recordInBatches(_ round: FaultRound) throws -> String {
    let book = try open(round.path)
    let grid = try Grid.made(seeds: 2...5)
    let writer = try SweepWriter(book, .made("batches", 7), grid: grid)
    try round.acknowledge()
    let updates = try grid.updates()
    for batch in [updates[..<3], updates[3...]] {
      try writer.record(Array(batch))
      try round.acknowledge()
    }
    return "\(writer.recordedRuns)"
  }

  private static func record(
    _ runs: [ExternalRun], _ source: ExternalOrigin.Source, _ round: FaultRound
  ) throws -> String {
    let book = try open(round.path)
    let recorded = try ExternalRunWriter.record(in: book, .made(source), mayAppend: true) {
      for run in runs { try $0.add(run, to: "logged") }
    }
    try round.acknowledge()
    return "\(recorded)"
  }

  private static func importMany(_ round: FaultRound) throws -> String {
    let recorded = try importMany(into: open(round.path))
    try round.acknowledge()
    return recorded
  }

  private static func importIntoNew(_ round: FaultRound) throws -> String {
    do {
      let recorded = try Book.make(
        at: round.path, time: time, version: "9.8.7", importMany(into:))
      try round.acknowledge()
      return recorded
    } catch {
      // What is no whole book has no name.
      #expect(access(round.path, F_OK) != 0)
      throw error
    }
  }

  private static func importMany(into book: Book) throws -> String {
    let recorded = try ExternalRunWriter.record(in: book, .made(.import), mayAppend: false) {
      for seed in 0..<20 {
        try $0.add(.made(seed: UInt32(seed), rank: 1 + seed % 3), to: "imported \(seed % 2)")
      }
    }
    return "\(recorded)"
  }

  private static func edit(_ round: FaultRound) throws -> String {
    let book = try open(round.path)
    try book.edit(
      book.sweepID("first"),
      SweepEdit(name: "renamed", note: "a note", tags: ["a", "b"], untags: ["made"]))
    try round.acknowledge()
    return ""
  }

  private static func remove(_ round: FaultRound) throws -> String {
    let book = try open(round.path)
    try book.remove([book.sweepID("first"), book.sweepID("logged")])
    try round.acknowledge()
    return ""
  }
}

/// Records each update by itself, so that every run of a sweep takes the same steps.
private struct OneByOne: SweepRecorder {
  let writer: SweepWriter
  let round: FaultRound

  func record(_ updates: [MeasuredUpdate]) throws {
    for update in updates {
      try writer.record([update])
      try round.acknowledge()
    }
  }
}

/// A solver that computes nothing.
struct MadeSolver: UpdateSolver {
  func spectrum(
    of update: Grid.PlannedUpdate, drawing stream: inout NumPyLegacyNormals
  ) throws -> Spectrum {
    try MadeSolver.spectrum(of: update)
  }

  static func spectrum(of update: Grid.PlannedUpdate) throws -> Spectrum {
    let identity = update.identity
    let first = 7 + 0.1 * Double(identity.seed)
    return try Spectrum(
      singularValues: (1...identity.shape.span).map { first / Double(3 * $0) })
  }
}

extension Grid {
  /// Two updates a seed, four runs an update.
  static func made(seeds: ClosedRange<UInt32>) throws -> Grid {
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

  func updates() throws -> [MeasuredUpdate] {
    try (0..<streamCount).flatMap { index in
      try stream(at: index).updates.map { planned in
        let spectrum = try MadeSolver.spectrum(of: planned)
        return MeasuredUpdate(
          planned: planned, spectrum: spectrum,
          measurements: points.map { spectrum.measure(rank: $0.rank, scale: $0.scale) })
      }
    }
  }
}

extension NewSweep {
  static func made(_ name: String, _ number: Int) -> NewSweep {
    NewSweep(
      uuid: "0000000\(number)-89ab-cdef-0123-456789abcdef", name: name, nameIsAsked: true,
      specText: "seeds: [\(number)-\(number + 2)]\n", startedAt: FaultOperation.time,
      provenance: .made)
  }
}

extension Provenance {
  fileprivate static let made = Provenance(
    lorabookVersion: "9.8.7", gitCommit: nil, lapack: "a BLAS", lapackThreads: 2, jobs: 4,
    host: "a host", processor: nil, command: "lorabook sweep", bootID: nil, processID: 1,
    processStart: nil)
}

extension ExternalOrigin {
  static func made(_ source: Source) -> ExternalOrigin {
    let count = UUIDCount()
    return ExternalOrigin(
      source: source, lorabookVersion: "9.8.7", host: "a host", command: "lorabook log",
      makeUUID: { "\(source == .log ? 1 : 2)111111\(count.next)-89ab-cdef-0123-456789abcdef" },
      now: { FaultOperation.time })
  }
}

/// Counts the uuids of one origin.
private final class UUIDCount: Sendable {
  private let count = Atomic<Int>(0)
  var next: Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}

extension ExternalRun {
  static func made(seed: UInt32, rank: Int) -> ExternalRun {
    ExternalRun(
      seed: seed, shape: Shape(d: 8, k: 8), profile: "layer \(seed % 4)", noise: nil, rank: rank,
      alpha: 16, rule: "lora", scale: 16 / Double(rank), error: seed % 5 == 0 ? .nan : 0.5,
      truncationError: nil, varianceCaptured: 0.25)
  }
}
