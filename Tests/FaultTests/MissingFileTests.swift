import CFaultInjection
import FaultOperations
import Foundation
import LoRASpectra
import Testing

@testable import SQLiteStore
@testable import lorabook

@Suite("A file that is taken away while it is written")
struct MissingFileTests {
  let folder: FaultyFolder

  init() throws {
    folder = try FaultyFolder()
    try FaultOperation.makeBook(folder.path)
  }

  private func beside(_ ending: String) -> URL { URL(filePath: folder.path + ending) }

  /// Records two batches and runs something between them.
  private func record(between body: () throws -> Void) throws -> SQLiteError? {
    let book = try Book(recording: folder.path, time: "", version: "")
    let grid = try Grid.made(seeds: 2...5)
    let writer = try SweepWriter(book, .made("taken", 7), grid: grid)
    let updates = try grid.updates()
    try writer.record([updates[0]])
    try body()
    let error = #expect(throws: SQLiteError.self) { try writer.record([updates[1]]) }
    #expect(throws: SQLiteError.self) { try writer.session.finish(.finished, at: "") }
    return error
  }

  private func expectMoved(_ error: SQLiteError?) throws {
    let error = try #require(error)
    #expect(error.kind == .moved, "\(error)")
    let failure = try #require(CommandError(error))
    #expect(failure.status == .inputOutput)
    #expect(failure.message.contains("removed"))
  }

  @Test("is no place to record in, and no update is reported that is not there")
  func removed() throws {
    let files = FileManager.default
    try expectMoved(record { try files.removeItem(at: beside("")) })
    #expect(try files.contentsOfDirectory(atPath: folder.folder.path).contains("book.db") == false)
  }

  @Test("and another put in its place is left alone")
  func replaced() throws {
    let other = beside(".other")
    try FileManager.default.copyItem(at: beside(""), to: other)
    let before = try Data(contentsOf: other)
    try expectMoved(
      record { #expect(rename(other.path, folder.path) == 0) })
    #expect(try Data(contentsOf: beside("")) == before)
  }

  @Test("as its log or the log's index is", arguments: ["-wal", "-shm"])
  func besideIt(ending: String) throws {
    try expectMoved(record { try FileManager.default.removeItem(at: beside(ending)) })
  }
}

@Suite("A file system without shared memory")
struct SharedMemoryTests {
  let folder: FaultyFolder

  init() throws { folder = try FaultyFolder() }

  /// Shared memory is missing where SQLite notices: the file system does not offer it, or cannot
  /// map it.
  private func withoutSharedMemory(_ isOffered: Bool, _ body: () throws -> Void) rethrows {
    if isOffered {
      let fault = Fault(kind: FAULT_SHM_MAP, code: SQLITE_IOERR | (21 << 8), name: "")
      return try folder.failing(fault, nth: 1, forGood: true, body)
    }
    faults_withhold_shared_memory(folder.watch, 1)
    defer { faults_withhold_shared_memory(folder.watch, 0) }
    try body()
  }

  @Test("takes no book, and the message says where to put it", arguments: [true, false])
  func recording(isOffered: Bool) throws {
    try withoutSharedMemory(isOffered) {
      let error = #expect(throws: SQLiteError.self) {
        try Book(recording: folder.path, time: "", version: "", wait: 50)
      }
      let failure = try #require(error.flatMap { CommandError($0) })
      #expect(failure.status == .cannotCreate)
      #expect(failure.message.contains("local disk"), "\(failure)")
    }
    // The unfinished book does not hinder opening when there is shared memory.
    #expect(throws: Never.self) { try Book(recording: folder.path, time: "", version: "") }
  }

  @Test("lets a book be read that nobody writes", arguments: [true, false])
  func reading(isOffered: Bool) throws {
    try FaultOperation.makeBook(folder.path)
    try withoutSharedMemory(isOffered) {
      let book = try Book(reading: folder.path, wait: 50)
      #expect(try book.sweepIDs() == [1, 2, 3])
      var runs = 0
      try ReadOnlySession(book).export(.runs, sweeps: [1]) { _ in runs += 1 }
      #expect(runs == 24)
    }
  }
}
