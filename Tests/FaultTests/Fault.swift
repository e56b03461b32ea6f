import CFaultInjection

/// A fault: the calls that fail, and the SQLite result code.
struct Fault: CustomStringConvertible, Sendable {
  /// What a power cut leaves of unsynced changes.
  enum Unsynced {
    case nothing, some, all
  }

  var kind: fault_kind
  var code: Int32
  var name: String
  /// Set if the fault is a power cut.
  var unsynced: Unsynced?

  var description: String { name }

  /// The file system's calls, each with all its failures on a real one.
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

  /// Power cuts, each with a state of the disk afterwards.
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
    // The missing part of a page reads as zeros, and so as damage.
    case FAULT_READ where code != Fault.ofFiles[1].code: [65, 74]
    default: code == SQLITE_BUSY ? [75] : [74]
    }
  }
}
