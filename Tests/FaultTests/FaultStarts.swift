import FaultOperations
import Foundation
import LoRASpectra

@testable import SQLiteStore

/// The steps of a backup and an upgrade alone.
extension FaultOperation {
  static let copy = FaultOperation(name: "copy") { round in
    let book = try open(round.path)
    let copy = round.path + ".copy"
    do {
      // SQLite reads a truncated page as zeros, and only a check of the copy notices.
      try book.connection.copy(to: copy, of: book.path)
      round.add(copy: copy)
    } catch {
      if access(copy, F_OK) == 0 { round.complain("there is a copy") }
      throw error
    }
    return ""
  }
}

/// The books that operations start from.
extension FaultOperation {
  /// The folder's files before, by name.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    switch start {
    case .noBook: break
    case .book: files["book.db"] = try FaultOperation.bytes(FaultOperation.makeBook)
    case .interruptedBook:
      files["book.db"] = try FaultOperation.bytes(FaultOperation.makeInterruptedBook)
    case .olderBook: files["book.db"] = try FaultOperation.bytes(FaultOperation.makeOlderBook)
    case .trainedBook: files["book.db"] = try FaultOperation.bytes(FaultOperation.makeTrainedBook)
    }
    switch other {
    case nil: break
    case .book: files["book.db.other"] = try FaultOperation.bytes(FaultOperation.makeOtherBook)
    case .olderBook: files["book.db.other"] = try FaultOperation.bytes(FaultOperation.makeOlderBook)
    case .trainedBook:
      files["book.db.other"] = try FaultOperation.bytes(FaultOperation.makeTrainedBook)
    }
    return files
  }

  /// The bytes of a book.
  private static func bytes(_ make: (String) throws -> Void) throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lorabook-made-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.path + "/book.db"
    try make(path)
    return try Data(contentsOf: URL(filePath: path))
  }

  /// Makes a book with a computed sweep, another that shares its updates, and a logged one.
  static func makeBook(_ path: String) throws {
    let book = try open(path)
    for (number, name) in ["first", "second"].enumerated() {
      let grid = try Grid.made(seeds: UInt32(number)...UInt32(number + 2))
      let writer = try SweepWriter(book, .made(name, number), grid: grid)
      try writer.record(grid.updates())
      try writer.session.finish(.finished, at: FaultOperation.time)
    }
    _ = try ExternalRunWriter.record(in: book, .made(.log), mayAppend: true) {
      try $0.add(.made(seed: 9, rank: 1), to: "logged")
    }
  }

  /// Makes a book with a sweep and a trained one.
  private static func makeTrainedBook(_ path: String) throws {
    try makeBook(path)
    _ = try train(in: open(path)) {}
  }

  /// Makes a book that has the first book's sweeps, one of them with more runs, and another sweep.
  private static func makeOtherBook(_ path: String) throws {
    try makeBook(path)
    let book = try open(path)
    let grid = try Grid.made(seeds: 4...5)
    try SweepWriter(book, .made("third", 5), grid: grid).record(grid.updates())
    _ = try ExternalRunWriter.record(in: book, .made(.log, after: 1), mayAppend: true) {
      try $0.add(.made(seed: 5, rank: 2), to: "logged")
    }
  }

  /// Makes a book with a half recorded sweep, up to the middle of a stream and with a hole.
  private static func makeInterruptedBook(_ path: String) throws {
    try makeBook(path)
    let book = try open(path)
    let grid = try Grid.made(seeds: 2...5)
    let writer = try SweepWriter(book, .made("halved", 7), grid: grid)
    let updates = try grid.updates()
    try writer.record(Array(updates[..<3]) + [updates[5]])
    try writer.session.finish(.interrupted, at: time)
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
}
