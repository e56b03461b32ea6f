import LoRASpectra
import Rendering
import SQLiteStore
import Synchronization

extension FuzzTarget {
  /// A named query's file: a query with a valid header is run, and refusals have their types.
  static let query: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    let query: NamedQuery
    do {
      query = try NamedQuery(name: "fuzzed", sql: text, file: "fuzzed.sql")
    } catch NamedQueryError.malformed(_, let line, let reason) {
      return try promise(line > 0 && !reason.isEmpty, "refused in line \(line) with '\(reason)'")
    }
    try promise(!query.summary.isEmpty, "no summary")
    try promise(
      Set(query.parameters.map(\.name)).count == query.parameters.count, "a parameter twice")
    for parameter in query.parameters {
      try promise(!parameter.meaning.isEmpty, "\(parameter.name) without its meaning")
      guard case .text(let fallback)? = parameter.fallback else { continue }
      try promise(parameter.type.value(fallback) != nil, "\(parameter.name) = '\(fallback)'")
    }
    try SmallBook.shared.withLock { book in
      try book.ask {
        let statement = try query.prepare(on: book.session, file: "fuzzed.sql")
        let texts = query.parameters.filter { $0.fallback == nil }.map { ($0.name, "1") }
        let values = try query.values(from: Dictionary(uniqueKeysWithValues: texts)) {
          try book.book.sweepID($0)
        }
        try book.session.bind(values, to: statement)
        try book.print(statement, as: .csv)
      }
    }
  }

  /// SQL from anybody: the book does not change, and a query that takes too long can be ended. The
  /// first byte selects a query, a condition of `ls` or one of `export`, and the format of the
  /// rows.
  static let sql: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    guard let first = bytes.first else { return }
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    let formats = OutputFormat.allCases
    let format = formats[Int(first >> 2) % formats.count]
    let exports = Book.Export.allCases
    try SmallBook.shared.withLock { book in
      try book.ask {
        switch first & 3 {
        case 0:
          _ = try book.session.listSweeps(where: text)
        case 1:
          let export = exports[Int(first >> 2) % exports.count]
          let writer = DelimitedLayout(isForSpreadsheets: first > 127).writer { _ in }
          try book.session.export(
            export, sweeps: [1, 2], where: text, begin: writer.begin,
            body: { try writer.write($0.row) })
          try writer.end()
        default:
          let statement = try book.session.prepare(text)
          let values = statement.parameters.map { ($0, Value.text("latest")) }
          try book.session.bind(
            Dictionary(values, uniquingKeysWith: { first, _ in first }), to: statement)
          try book.print(statement, as: format)
        }
      }
    }
  }
}

/// A book with a few runs for every query.
private struct SmallBook: ~Copyable {
  let book: Book
  let session: ReadOnlySession
  private let clock = Clock()
  private let bytes: [UInt8]

  static let shared = Mutex(SmallBook())

  /// Counts SQLite's polls during a query.
  private final class Clock: Sendable {
    let ticks = Atomic<Int>(0)
    /// Some milliseconds of SQLite's virtual machine.
    static let limit = 20
  }

  /// Ends a query that has returned enough rows.
  private struct Enough: Error {}

  init() {
    do {
      let path = try SmallBook.make()
      book = try Book(reading: path)
      let clock = clock
      session = try ReadOnlySession(book) {
        clock.ticks.add(1, ordering: .relaxed).newValue > Clock.limit
      }
      bytes = try contents(of: path)
    } catch {
      fatalError("no book to ask: \(error)")
    }
  }

  /// Runs a query and checks that it is answered or refused, that the book is unchanged, and that
  /// it answers the next one.
  func ask(_ body: () throws -> Void) throws {
    clock.ticks.store(0, ordering: .relaxed)
    do {
      try body()
    } catch is Enough {
    } catch let error as ReadOnlySessionError {
      if case .refused(let action) = error { try promise(!action.isEmpty, "\(error)") }
    } catch is NamedQueryError {
    } catch is BookError {
    }
    try promise(try contents(of: book.path) == bytes, "the book has changed")
    clock.ticks.store(0, ordering: .relaxed)
    let count = try session.prepare("SELECT count(*) FROM runs")
    var runs: Int64 = 0
    try session.rows(of: count) { runs = $0.integer(0) }
    try promise(runs == 6, "the book has \(runs) runs")
  }

  func print(_ statement: Statement, as format: OutputFormat) throws {
    let writer = format.writer { _ in }
    try writer.begin(statement.columns)
    var rows = 0
    try session.rows(of: statement) {
      try writer.write($0.row)
      rows += 1
      if rows > 200 { throw Enough() }
    }
    try writer.end()
  }

  private static func make() throws -> String {
    let path = try temporaryBook()
    let book = try Book(recording: path, time: "2026-01-02T03:04:05.678Z", version: "9.8.7")
    let origin = ExternalOrigin(
      source: .log, lorabookVersion: "9.8.7", host: "a host", command: "lorabook log",
      makeUUID: {
        "01234567-89ab-4cde-8f01-\(UInt64.random(in: 100_000_000_000...999_999_999_999))"
      },
      now: { "2026-01-02T03:04:05.678Z" })
    _ = try ExternalRunWriter.record(in: book, origin, mayAppend: true) { writer in
      for (index, error) in [0.5, 0.25, .nan, 1e300, .infinity, 0].enumerated() {
        try writer.add(
          ExternalRun(
            seed: UInt32(index % 3), shape: Shape(d: 8, k: 8), profile: "layer 3",
            noise: index == 2 ? nil : 0.5, rank: 1 + index % 2, alpha: 16,
            rule: index % 2 == 0 ? "lora" : "own rule", scale: 2,
            [.error: error, .varianceCaptured: 0.5]),
          to: index < 4 ? "first" : "second")
      }
    }
    return path
  }
}
