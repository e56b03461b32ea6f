import CFaultInjection
import FaultOperations
import Foundation
import TestSupport
import Testing

@testable import SQLiteStore

/// A file that is written under a temporary name and appears complete: how it is made, and its
/// name.
struct PlacedFile: CustomStringConvertible, Sendable {
  var description: String
  /// Makes the book that it is made from.
  var before: @Sendable (String) throws -> Void = FaultOperation.makeBook
  /// The suffix of its name after the book's.
  var ending: String
  var make: @Sendable (_ book: String, _ place: String) throws -> Void

  static let all = [
    PlacedFile(description: "a backup", ending: ".copy") { _ = try Book.backUp($0, to: $1) },
    PlacedFile(
      description: "a copy from before a migration", before: FaultOperation.makeOlderBook,
      ending: ".schema-1.backup"
    ) { book, _ in _ = try FaultOperation.open(book) },
    PlacedFile(description: "a new book with all that is imported", ending: ".new") { _, place in
      try Book.make(at: place, time: FaultOperation.time, version: "9.8.7") { _ in }
    },
  ]
}

@Suite("What appears whole or not at all")
struct PlacingTests {
  let scratch: Scratch
  private var book: String { scratch.folder.path + "/book.db" }

  init() throws { scratch = try Scratch() }

  /// Makes a file and returns the calls that put it in its place.
  ///
  /// - Parameter failing: the calls that fail.
  private func calls(
    of file: PlacedFile, failing: placing_call? = nil
  ) throws -> [placing_call_t] {
    placing_begin(failing.map { Int32($0.rawValue) } ?? -1)
    var calls = [placing_call_t](repeating: placing_call_t(), count: 32)
    func end() { calls.removeLast(32 - Int(placing_end(&calls, 32))) }
    do {
      try file.make(book, book + file.ending)
      end()
    } catch {
      end()
      throw error
    }
    return calls
  }

  private func status(of path: String) throws -> stat {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return status
  }

  @Test(
    "is on the disk to its last byte before it has its name, and the name before anybody is told",
    arguments: PlacedFile.all)
  func order(file: PlacedFile) throws {
    try file.before(book)
    let calls = try calls(of: file)
    #expect(calls.map(\.call) == [PLACING_SYNC_FILE, PLACING_RENAME, PLACING_SYNC_FOLDER])
    let (placed, folder) = (
      try status(of: book + file.ending), try status(of: scratch.folder.path)
    )
    #expect(calls.map(\.file) == [placed.st_ino, placed.st_ino, folder.st_ino])
    #expect(calls.first?.size == placed.st_size && placed.st_size > 0)
  }

  @Test("is not there where it cannot be put on the disk, or not under its name")
  func failing() throws {
    for file in PlacedFile.all {
      for failing in [PLACING_SYNC_FILE, PLACING_RENAME] {
        _ = try scratch.bash("rm -f book.db*")
        try file.before(book)
        let error = #expect(throws: BookError.self, "\(file)") {
          try calls(of: file, failing: failing)
        }
        switch error {
        case .cannotWrite(book + file.ending, _) where failing == PLACING_SYNC_FILE: break
        case .cannotCreate(book + file.ending, _) where failing == PLACING_RENAME: break
        default: Issue.record("\(file): \(String(describing: error))")
        }
        // The log may stay beside a book that is not upgraded.
        #expect(
          try scratch.files().filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
            == ["book.db"], "\(file)")
      }
    }
  }

  @Test("is there all the same where a folder cannot be synced, as on some file systems")
  func unsyncedFolder() throws {
    for file in PlacedFile.all {
      _ = try scratch.bash("rm -f book.db*")
      try file.before(book)
      let calls = try calls(of: file, failing: PLACING_SYNC_FOLDER)
      #expect(calls.last?.call == PLACING_SYNC_FOLDER, "\(file)")
      #expect(try status(of: book + file.ending).st_size > 0, "\(file)")
    }
  }
}
