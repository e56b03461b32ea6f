import CFaultInjection
import Foundation
import LoRASpectra

@testable import SQLiteStore

/// What is made to fail: which calls, and with which of SQLite's result codes.
struct Fault: CustomStringConvertible, Sendable {
  /// What a power cut leaves of what was not synced.
  enum Unsynced {
    case nothing, some, all
  }

  var kind: fault_kind
  var code: Int32
  var name: String
  /// Set where the fault is a power cut.
  var unsynced: Unsynced?

  var description: String { name }

  /// The file system's calls, each with every way in which it fails on a real one.
  static let ofFiles = [
    Fault(kind: FAULT_OPEN, code: SQLITE_CANTOPEN, name: "open, refused"),
    Fault(kind: FAULT_READ, code: SQLITE_IOERR | (1 << 8), name: "read, I/O error"),
    Fault(kind: FAULT_READ, code: SQLITE_IOERR | (2 << 8), name: "read, file cut short"),
    Fault(kind: FAULT_WRITE, code: SQLITE_FULL, name: "write, disk full"),
    Fault(kind: FAULT_WRITE, code: SQLITE_IOERR | (3 << 8), name: "write, I/O error"),
    Fault(kind: FAULT_SYNC, code: SQLITE_IOERR | (4 << 8), name: "sync"),
    Fault(kind: FAULT_TRUNCATE, code: SQLITE_IOERR | (6 << 8), name: "truncate"),
    Fault(kind: FAULT_LOCK, code: SQLITE_BUSY, name: "lock, busy"),
    Fault(kind: FAULT_LOCK, code: SQLITE_IOERR | (15 << 8), name: "lock, I/O error"),
    Fault(kind: FAULT_SHM_MAP, code: SQLITE_IOERR | (21 << 8), name: "shared memory, map"),
    Fault(kind: FAULT_SHM_LOCK, code: SQLITE_BUSY, name: "shared memory, busy"),
    Fault(kind: FAULT_SHM_LOCK, code: SQLITE_IOERR | (20 << 8), name: "shared memory, lock"),
    Fault(kind: FAULT_DELETE, code: SQLITE_IOERR | (10 << 8), name: "delete"),
    Fault(kind: FAULT_ACCESS, code: SQLITE_IOERR | (13 << 8), name: "access"),
    Fault(kind: FAULT_SIZE, code: SQLITE_IOERR | (7 << 8), name: "file size"),
    Fault(kind: FAULT_ANY_FILE, code: SQLITE_IOERR, name: "any call"),
  ]

  /// The end of everything, with what the disk may hold then.
  static let ofPower = [
    powerCut(.nothing, "power, nothing unsynced kept"),
    powerCut(.some, "power, something unsynced kept"),
    powerCut(.all, "power, all unsynced kept"),
  ]

  private static func powerCut(_ unsynced: Unsynced, _ name: String) -> Fault {
    Fault(kind: FAULT_POWER, code: SQLITE_IOERR, name: name, unsynced: unsynced)
  }

  /// An allocation.
  static let ofMemory = Fault(kind: FAULT_MEMORY, code: SQLITE_NOMEM, name: "memory")

  /// The statuses of sysexits.h with which a command may end.
  var statuses: Set<Int32> {
    switch kind {
    case FAULT_OPEN: [73]
    case FAULT_SHM_MAP: [73]
    case FAULT_ANY_FILE, FAULT_POWER: [73, 74]
    case FAULT_MEMORY: [1]
    // What is missing of a page reads as zeros, and so as damage.
    case FAULT_READ where code != Fault.ofFiles[1].code: [65, 74]
    default: code == SQLITE_BUSY ? [75] : [74]
    }
  }
}

/// A folder whose files and whose threads can be made to fail.
final class FaultyFolder: Sendable {
  let folder: URL
  let watch: Int32
  var path: String { folder.path + "/book.db" }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "lorabook-faults-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    watch = faults_watch(folder.path + "/")
    guard watch >= 0 else { throw CocoaError(.featureUnsupported) }
  }

  deinit {
    faults_unwatch(watch)
    try? FileManager.default.removeItem(at: folder)
  }

  /// Takes away what lies in the folder, and puts a book there.
  func reset(to book: Data?) throws {
    for file in try names() {
      unlink("\(folder.path)/\(file)")
    }
    guard let book else { return }
    try book.write(to: URL(filePath: path))
    // Whoever writes into it gives it the time by the clock.
    var times = [FaultyFolder.longAgo, FaultyFolder.longAgo]
    guard utimes(path, &times) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  private static let longAgo = timeval(tv_sec: 1_000_000_000, tv_usec: 0)

  /// Whether the folder is as it was when it was last set to a book, or to none.
  func isUntouched(from book: Data?) throws -> Bool {
    guard let book else { return try names().isEmpty }
    var status = stat()
    return try names() == ["book.db"] && stat(path, &status) == 0
      && status.st_mtim.tv_sec == FaultyFolder.longAgo.tv_sec && status.st_size == book.count
  }

  /// The bytes of the book, where nothing lies beside it.
  func bookAlone() throws -> Data? {
    try names() == ["book.db"] ? Data(contentsOf: URL(filePath: path)) : nil
  }

  /// What lies in the folder.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
  }

  /// How many calls of a kind failed or passed since the watch was armed.
  func calls(_ fault: Fault) -> Int { faults_calls(watch, Int32(fault.kind.rawValue)) }

  var injected: Int { faults_injected(watch) }

  /// Leaves in the folder what a power cut leaves, by the number of the round where chance has its say.
  func losePower(keeping unsynced: Fault.Unsynced, round: Int) {
    let chance =
      switch unsynced {
      case .nothing: UInt32(0)
      case .all: UInt32(1)
      case .some: UInt32(clamping: round) &+ 2
      }
    faults_lose_power(watch, chance)
  }

  /// Does something on this thread, and gives the numbers of the allocations in it that were the first to be reached
  /// by the same innermost calls, ascending.
  func noting(isOn: Bool, _ body: () throws -> Void) rethrows -> [Int] {
    guard isOn else {
      try body()
      return []
    }
    faults_note_paths()
    var firsts = [Int](repeating: 0, count: 1 << 16)
    do { try body() } catch {
      _ = faults_paths(&firsts, 0)
      throw error
    }
    let found = faults_paths(&firsts, firsts.count)
    return firsts.prefix(found).sorted()
  }

  /// Does something on this thread with the nth call of a kind failing, 0 for none.
  func failing<Result>(
    _ fault: Fault, nth: Int, forGood: Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    faults_join(watch)
    faults_arm(watch, Int32(fault.kind.rawValue), nth, forGood ? 1 : 0, fault.code)
    defer {
      // Only the calls: what was injected is looked at later.
      faults_disarm(watch)
      faults_join(-1)
    }
    return try body()
  }
}

/// What a book holds, as anybody can see it; how its sweeps ended is left out.
enum BookState: Equatable, CustomStringConvertible {
  case none
  case rows([[Value]])

  init(of path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      self = .none
      return
    }
    let connection = try Connection(path: path, access: .reading, wait: 1000)
    guard try connection.identity().objects > 0 else {
      self = .none
      return
    }
    var rows: [[Value]] = []
    for sql in [
      "SELECT * FROM runs ORDER BY run_id",
      "SELECT * FROM spectra ORDER BY recording_id, position",
      """
      SELECT sweep_id, uuid, name, source, planned_runs, recorded_runs, spec, tags, note, host
      FROM sweeps ORDER BY sweep_id
      """,
      """
      SELECT cell_id, metric, n, mean, squared_deviations
      FROM cell_summary ORDER BY cell_id, metric
      """,
    ] { rows += try connection.table(sql).rows }
    self = .rows(rows)
  }

  var description: String {
    switch self {
    case .none: "no book"
    case .rows(let rows): "\(rows.count) rows, \(rows.hashValue)"
    }
  }
}

/// One time that an operation is carried out.
final class FaultRound {
  let path: String
  let watch: Int32
  /// How many of its steps it was told are done.
  private(set) var acknowledged = 0
  /// What it was told are copies of the book.
  private(set) var copies: [String] = []
  private let onAcknowledgement: (Int) throws -> Void

  init(_ folder: FaultyFolder, onAcknowledgement: @escaping (Int) throws -> Void = { _ in }) {
    path = folder.path
    watch = folder.watch
    self.onAcknowledgement = onAcknowledgement
  }

  /// Says that what was asked is done, whatever comes now.
  func acknowledge() throws {
    acknowledged += 1
    try onAcknowledgement(acknowledged)
  }

  /// Says that a file is a copy of the book, to be looked at when nothing fails any more.
  func add(copy: String) { copies.append(copy) }
}
