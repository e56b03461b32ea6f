import CFaultInjection
import Foundation
import LoRASpectra
import Testing

@testable import SQLiteStore

/// Operations that bring another book in, or only try to.
extension FaultOperation {
  static func merge(_ round: FaultRound) throws -> String {
    try withFile(otherBook, beside: round) { other in
      let book = try open(round.path)
      let merged = try book.merge([other], time: time, version: "9.8.7")
      try round.acknowledge()
      return text(merged)
    }
  }

  /// One of the first schema, which is brought up to date in a copy.
  static func mergeOlder(_ round: FaultRound) throws -> String {
    try withFile(olderBook, beside: round) { other in
      let book = try open(round.path)
      let merged = try book.merge([other], time: time, version: "9.8.7")
      try round.acknowledge()
      return text(merged)
    }
  }

  static func rehearseMerge(_ round: FaultRound) throws -> String {
    try withFile(otherBook, beside: round) { other in
      let book = try open(round.path)
      return text(try book.merge([other], isRehearsal: true, time: time, version: "9.8.7"))
    }
  }

  static func rehearseAlone(_ round: FaultRound) throws -> String {
    try withFile(otherBook, beside: round) { other in
      try Book.withScratch(beside: round.path, time: time, version: "9.8.7") { scratch in
        text(try scratch.merge([other], isRehearsal: true, time: time, version: "9.8.7"))
      }
    }
  }

  private static func text(_ merged: [MergedSweep]) -> String {
    "\(merged.map { "\($0.name) \($0.outcome) \($0.newRuns) \($0.remark)" })"
  }

  /// Puts a file beside the book of a round for as long as `body` reads it, and expects it as it was.
  private static func withFile(
    _ bytes: Data?, beside round: FaultRound, _ body: (String) throws -> String
  ) throws -> String {
    let bytes = try #require(bytes)
    let other = round.path + ".other"
    try bytes.write(to: URL(filePath: other))
    defer {
      #expect((try? Data(contentsOf: URL(filePath: other))) == bytes)
      for ending in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: other + ending)
      }
      // A copy that was brought up to date, and a book that is not kept, go with the merge.
      let folder = URL(filePath: round.path).deletingLastPathComponent().path
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names?.contains { $0.contains(".merge-") } == false)
    }
    return try body(other)
  }

  static func makeBookAndOther(_ path: String) throws {
    try makeBook(path)
    _ = try #require(otherBook)
  }

  /// The bytes of a book that has the first book's sweeps, one of them with more runs, and another sweep.
  private static let otherBook = bytes { path in
    try makeBook(path)
    let book = try open(path)
    let grid = try Grid.made(seeds: 4...5)
    try SweepWriter(book, .made("third", 5), grid: grid).record(grid.updates())
    _ = try ExternalRunWriter.record(in: book, .made(.log), mayAppend: true) {
      try $0.add(.made(seed: 5, rank: 2), to: "logged")
    }
  }

  private static let olderBook = bytes(makeOlderBook)

  /// The bytes of a book; nil where it cannot be made.
  private static func bytes(_ make: (String) throws -> Void) -> Data? {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lorabook-other-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let path = folder.path + "/book.db"
      try make(path)
      return try Data(contentsOf: URL(filePath: path))
    } catch {
      return nil
    }
  }
}
