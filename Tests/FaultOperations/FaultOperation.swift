import Glibc
import LoRASpectra
import SQLiteStore

/// An operation of a command on a book, to be run with every possible fault.
package struct FaultOperation: CustomStringConvertible, Sendable {
  /// The state of the book before the operation.
  package enum Start: Sendable {
    case noBook, book, interruptedBook, olderBook, trainedBook
  }

  /// A book beside it, to be merged into it.
  package enum Other: Sendable {
    case book, olderBook, trainedBook
  }

  package var name: String
  package var start = Start.book
  package var other: Other?
  /// Runs it and returns its result; acknowledges each step whose effect must last.
  package var body: @Sendable (FaultRound) throws -> String
  /// Whether it works in a private folder, where it may wait half a minute for a lock that nobody
  /// holds.
  package var isAlone = false

  package init(
    name: String, start: Start = .book, other: Other? = nil,
    body: @escaping @Sendable (FaultRound) throws -> String, isAlone: Bool = false
  ) {
    self.name = name
    self.start = start
    self.other = other
    self.body = body
    self.isAlone = isAlone
  }

  package var description: String { name }

  /// All operations that read or write a book: a command with a new one adds a line here.
  package static let all = [
    FaultOperation(name: "open a new book", start: .noBook, body: open),
    FaultOperation(name: "open", body: { "\(try open($0.path).sweepIDs())" }),
    FaultOperation(name: "open to read", body: openToRead),
    FaultOperation(name: "open to look over", body: openToLookOver),
    FaultOperation(
      name: "open to look up spectra",
      body: { round in
        try withExtendedLifetime(SpectrumReader(path: round.path)) { "" }
      }),
    FaultOperation(name: "bring up to date", start: .olderBook, body: open),
    FaultOperation(name: "backup", body: backUp),
    FaultOperation(name: "merge", other: .book, body: merge),
    FaultOperation(name: "merge of an older book", other: .olderBook, body: merge),
    FaultOperation(name: "merge, rehearsed", other: .book, body: rehearseMerge),
    FaultOperation(
      name: "merge into no book, rehearsed", start: .noBook, other: .book, body: rehearseAlone,
      isAlone: true),
    FaultOperation(name: "sweep", body: sweep),
    FaultOperation(name: "resume", start: .interruptedBook, body: resume),
    FaultOperation(name: "train", body: train),
    FaultOperation(name: "measure", body: measure),
    FaultOperation(name: "merge of trainings", other: .trainedBook, body: merge),
    FaultOperation(name: "rm of trainings", start: .trainedBook, body: removeTrained),
    FaultOperation(name: "export of trainings", start: .trainedBook, body: exportTrained),
    FaultOperation(name: "record in batches", body: recordInBatches),
    FaultOperation(name: "log", body: { try record([.made(seed: 9, rank: 2)], .log, $0) }),
    FaultOperation(name: "import", body: importMany),
    FaultOperation(name: "import into a new book", start: .noBook, body: importIntoNew),
    FaultOperation(name: "edit", body: edit),
    FaultOperation(name: "rm", body: remove),
    FaultOperation(name: "rm of a run", body: removeRun),
    FaultOperation(name: "export", body: export),
    FaultOperation(name: "export of runs as CSV", body: exportRuns),
    FaultOperation(name: "compare", body: compare),
    FaultOperation(name: "show and ls", body: show),
    FaultOperation(name: "sql", body: ask),
    // One query of runs, and one of spectra.
    query("winning-rule"), query("rank-for-variance"),
    FaultOperation(name: "migrate, rehearsed", start: .olderBook, body: pendingMigrations),
    FaultOperation(name: "verify", body: verify),
    FaultOperation(name: "doctor", body: examine),
  ]

  package static let time = "2026-01-02T03:04:05.678Z"

  package static func open(_ path: String) throws -> Book {
    try Book(recording: path, time: time, version: "9.8.7", wait: 50)
  }

  private static func open(_ round: FaultRound) throws -> String {
    let book = try open(round.path)
    try round.acknowledge()
    return "\(try book.sweepIDs())"
  }

  private static func openToRead(_ round: FaultRound) throws -> String {
    let book = try Book(reading: round.path, wait: 50)
    return try withExtendedLifetime(ReadOnlySession(book)) { "\(try book.sweepIDs())" }
  }

  private static func openToLookOver(_ round: FaultRound) throws -> String {
    let book = try Book(examining: round.path, wait: 50)
    return try withExtendedLifetime(Doctor(book)) { "\(try book.sweepIDs())" }
  }

  private static func backUp(_ round: FaultRound) throws -> String {
    let copy = round.path + ".copy"
    do {
      let backup = try Book.backUp(round.path, to: copy, wait: 50)
      round.add(copy: copy)
      return "\(backup)"
    } catch {
      // An incomplete copy has no name.
      if access(copy, F_OK) == 0 { round.complain("there is a copy") }
      throw error
    }
  }

  /// As in the command.
  private static func sweep(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    let reader = try round.opening { try SpectrumReader(path: round.path) }
    // Seed 2 is recorded already.
    let grid = try Grid.made(seeds: 2...5)
    let writer = try SweepWriter(book, .made("swept", 7), grid: grid)
    try round.acknowledge()
    return try compute(grid, reader, writer, round)
  }

  private static func resume(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    let recorded = try book.recordedSweep(book.sweepID("halved"))
    let reader = try round.opening { try SpectrumReader(path: round.path) }
    let grid = try Grid.made(seeds: 2...5)
    let writer = try SweepWriter(
      book, resuming: recorded.sweepID, grid: grid,
      uuid: "9\(recorded.sweepID)000000-89ab-cdef-0123-456789abcdef", startedAt: time,
      provenance: .made)
    return try compute(grid, reader, writer, round)
  }

  /// Records the missing updates of a writer.
  private static func compute(
    _ grid: Grid, _ reader: SpectrumReader, _ writer: SweepWriter, _ round: FaultRound
  ) throws -> String {
    do {
      try round.run(
        grid, writer.session.itemsBefore.missing(from: 0..<grid.updateCount), jobs: 2,
        recorded: reader.spectra,
        recorder: OneByOne(writer: writer, round: round))
      try writer.session.finish(.finished, at: time)
    } catch {
      try? writer.session.finish(.failed, at: time, failure: "\(error)")
      throw error
    }
    return "\(writer.session.recordedRuns)"
  }

  private static func recordInBatches(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    let grid = try Grid.made(seeds: 2...5)
    let writer = try SweepWriter(book, .made("batches", 7), grid: grid)
    try round.acknowledge()
    let updates = try grid.updates()
    for batch in [updates[..<3], updates[3...]] {
      try writer.record(Array(batch))
      try round.acknowledge()
    }
    return "\(writer.session.recordedRuns)"
  }

  private static func record(
    _ runs: [ExternalRun], _ source: ExternalOrigin.Source, _ round: FaultRound
  ) throws -> String {
    let book = try round.opening { try open(round.path) }
    let recorded = try ExternalRunWriter.record(in: book, .made(source, after: 3), mayAppend: true)
    {
      for run in runs { try $0.add(run, to: "logged") }
    }
    try round.acknowledge()
    return "\(recorded)"
  }

  private static func importMany(_ round: FaultRound) throws -> String {
    let recorded = try importMany(into: round.opening { try open(round.path) })
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
      // An incomplete book has no name.
      if access(round.path, F_OK) == 0 { round.complain("there is a book") }
      throw error
    }
  }

  private static func importMany(into book: Book) throws -> String {
    let recorded = try ExternalRunWriter.record(
      in: book, .made(.import, after: 3), mayAppend: false
    ) {
      for seed in 0..<20 {
        try $0.add(.made(seed: UInt32(seed), rank: 1 + seed % 3), to: "imported \(seed % 2)")
      }
    }
    return "\(recorded)"
  }

  private static func edit(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    try book.edit(
      book.sweepID("first"),
      SweepEdit(name: "renamed", note: "a note", tags: ["a", "b"], untags: ["made"]))
    try round.acknowledge()
    return ""
  }

  private static func remove(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    try book.remove([book.sweepID("first"), book.sweepID("logged")])
    try round.acknowledge()
    return ""
  }

  private static func removeRun(_ round: FaultRound) throws -> String {
    let book = try round.opening { try open(round.path) }
    // The logged run comes after those of two sweeps of three seeds.
    try book.removeRuns([Int64(2 * Grid.made(seeds: 0...2).runCount + 1)])
    try round.acknowledge()
    return ""
  }
}

/// Records each update separately, so that every run of a sweep takes the same steps.
private struct OneByOne: OutcomeRecorder {
  let writer: SweepWriter
  let round: FaultRound

  func record(_ updates: [MeasuredUpdate]) throws {
    for update in updates {
      try writer.record([update])
      try round.acknowledge()
    }
  }
}
