import Foundation
import Synchronization
import Testing
import TestSupport

@Suite("A damaged book")
struct MutatedBookSoakTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The faults found, and the number of books and processes.
  private struct Tally {
    var problems: [String] = []
    var processes = 0
    var endings: [String: Int] = [:]
    /// Number of books with bytes flipped, cut or zeroed.
    var plainly = 0
  }

  @Test("ends no command in a crash or a hang, and no reading command changes it or its folder")
  func damaged() throws {
    let originals = try Originals(in: scratch)
    // Twelve in fourteen of them have bytes flipped, cut or zeroed.
    let books = Soak.rounds(short: 42, whole: 2338)
    let tally = Mutex(Tally())
    DispatchQueue.concurrentPerform(iterations: books) { number in
      do {
        let book = try DamagedBook(number, of: originals)
        defer { book.remove() }
        let findings = try book.findings()
        tally.withLock {
          $0.problems += findings.problems
          $0.processes += findings.processes
          $0.endings.merge(findings.endings, uniquingKeysWith: +)
          $0.plainly += book.isPlainlyDamaged ? 1 : 0
        }
      } catch {
        tally.withLock { $0.problems.append("book \(number): \(error)") }
      }
    }
    let result = tally.withLock { $0 }
    for problem in result.problems.prefix(20) { Issue.record("\(problem)") }
    #expect(result.problems.isEmpty)
    // Some damaged books are refused, and some are not.
    #expect(result.endings["exit(0)", default: 0] > result.processes / 10, "\(result.endings)")
    #expect(result.endings["exit(65)", default: 0] > result.processes / 10, "\(result.endings)")
    #expect(result.plainly >= Soak.rounds(short: 36, whole: 2000))
    Soak.report(
      "\(books) damaged books, \(result.plainly) of them with bytes flipped, cut or zeroed, \(result.processes) processes: \(result.endings.sorted { $0.key < $1.key })"
    )
  }
}

/// The books to damage.
private struct Originals: Sendable {
  let folder: URL
  let book: [UInt8]
  /// The same with a log beside it that contains much of it.
  let logged: [UInt8]
  let log: [UInt8]
  /// A book of schema 1.
  let old: [UInt8]
  let columns: HostileContent
  let queries: [String]

  init(in scratch: Scratch) throws {
    folder = scratch.folder
    func bytes(_ name: String) throws -> [UInt8] {
      [UInt8](try Data(contentsOf: scratch.folder.appending(path: name)))
    }
    let fixtures = Scratch.project.appending(path: "Tests/Fixtures/books")
    let made = try scratch.bash(
      "bash '\(fixtures.path)/make.sh' \"$(command -v lorabook)\" whole.db")
    try #require(made.status == 0, "\(made.errors)")
    book = try bytes("whole.db")
    try FileManager.default.copyItem(
      at: scratch.folder.appending(path: "whole.db"),
      to: scratch.folder.appending(path: "logged.db"))
    let logging = try scratch.bash(
      """
      sqlite3 logged.db <<< '.dbconfig no_ckpt_on_close on
      UPDATE measured_run SET error = error + 1;
      UPDATE sweep SET note = note || run_count FROM (SELECT count(*) AS run_count FROM measured_run);
      DELETE FROM tag;'
      """)
    try #require(logging.status == 0, "\(logging.errors)")
    logged = try bytes("logged.db")
    log = try bytes("logged.db-wal")
    old = [UInt8](try Data(contentsOf: fixtures.appending(path: "version-1.book")))
    columns = try HostileContent(of: "whole.db", in: scratch)
    queries = try FileManager.default.contentsOfDirectory(
      atPath: Scratch.project.appending(path: "queries").path
    ).filter { $0.hasSuffix(".sql") }.map { String($0.dropLast(4)) }.sorted()
    try #require(!log.isEmpty && queries.count > 5)
  }
}

/// A book with random damage, determined by its number.
private struct DamagedBook {
  private let originals: Originals
  private let number: Int
  private let folder: URL
  private let bytes: [UInt8]
  private let log: [UInt8]?
  private let history: [String]
  /// Whether bytes were flipped, cut or zeroed in place.
  let isPlainlyDamaged: Bool

  struct Findings {
    var problems: [String] = []
    var processes = 0
    var endings: [String: Int] = [:]
  }

  init(_ number: Int, of originals: Originals) throws {
    self.originals = originals
    self.number = number
    folder = originals.folder.appending(path: "book-\(number)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var mutator = BookMutator(seed: UInt64(number))
    var log: [UInt8]?
    var bytes = originals.book
    var history: [String] = []
    switch number % 14 {
    case 0..<9: mutator.damage(&bytes)
    case 9 where number / 14 % 2 == 0:
      bytes = number / 28 % 2 == 0 ? originals.old : bytes
      mutator.damage(&bytes, isPlain: false)
    case 9:
      bytes = originals.logged
      var damaged = originals.log
      mutator.damageLog(&damaged)
      log = damaged
    default:
      let script = originals.columns.script(&mutator)
      history = [script]
      bytes = try DamagedBook.filled(bytes, script, in: folder)
      if number % 14 > 10 { mutator.damage(&bytes) }
    }
    isPlainlyDamaged = ![9, 10].contains(number % 14)
    self.bytes = bytes
    self.log = log
    self.history = history + mutator.history
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// A book after a script of SQLite's shell, whose error messages are ignored.
  private static func filled(
    _ bytes: [UInt8], _ script: String, in folder: URL
  ) throws -> [UInt8] {
    let file = folder.appending(path: "filled.db")
    try Data(bytes).write(to: file)
    try Data(script.utf8).write(to: folder.appending(path: "script.sql"))
    let shell = Process()
    shell.executableURL = URL(filePath: "/usr/bin/env")
    shell.arguments = ["sqlite3", file.path, ".read \(folder.path)/script.sql"]
    shell.standardOutput = FileHandle.nullDevice
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    return [UInt8](try Data(contentsOf: file))
  }

  private func place() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      try FileManager.default.removeItem(at: folder.appending(path: name))
    }
    try Data(bytes).write(to: folder.appending(path: "book.db"))
    if let log { try Data(log).write(to: folder.appending(path: "book.db-wal")) }
  }

  /// The states in which a reading command may leave the book: unchanged, or with its log moved in.
  private func allowed() throws -> [Data] {
    guard log != nil else { return [Data(bytes)] }
    try place()
    let shell = Process()
    shell.executableURL = URL(filePath: "/usr/bin/env")
    shell.arguments = [
      "sqlite3", folder.appending(path: "book.db").path, "PRAGMA wal_checkpoint(TRUNCATE)",
    ]
    shell.standardOutput = FileHandle.nullDevice
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    return [Data(bytes), try Data(contentsOf: folder.appending(path: "book.db"))]
  }

  private var reading: [[String]] {
    let sweep = ["latest", "1", "2", "3", "4", "5"][number / 7 % 6]
    let settings = ["rule", "profile", "rank", "alpha", "shape", "noise"]
    let formats = ["table", "json", "csv", "markdown"]
    let format = ["--format", formats[number / 7 % 4]]
    let kinds = ["error", "scale", "spectrum", "variance", "decomposition", "compare", "article"]
    let kind = kinds[number / 7 % kinds.count]
    // A few books get every query, each of the others one.
    let queries =
      number % 10 == 0
      ? originals.queries : [originals.queries[number % originals.queries.count]]
    let commands = [
      ["ls"] + format, ["show", sweep] + format,
      number % 3 == 0
        ? ["compare", "1", "2"] : ["compare", sweep, "--by", settings[number / 7 % 6]] + format,
      ["sql", "SELECT quantile(error, 0.5), stddev(error), count(*) FROM run GROUP BY cell_id"]
        + format,
      ["export"], ["export", "--table", "sweeps"] + format, ["export", "--table", "spectra"],
      ["migrate", "--dry-run"], ["backup", folder.appending(path: "copy-\(UUID()).db").path],
      ["doctor"], ["verify", sweep, "--quiet", "--jobs", "1"],
      ["plot", sweep, "--script", "--kind", kind], ["report", sweep, "-o", "/dev/null"],
    ]
    let path = folder.appending(path: "book.db").path
    return (commands + queries.map { ["query", $0] + format }).map { $0 + ["--db", path] }
      + [["merge", path, "--db", folder.appending(path: "merged.db").path, "--dry-run"]]
  }

  private var writing: [[String]] {
    let sweep = ["trained", "1", "2", "5", "latest"][number / 4 % 5]
    let commands = [
      [
        "log", "--sweep", "trained", "--seed", "1", "--shape", "64x64", "--profile", "layer 3",
        "--rank", "2", "--alpha", "16", "--rule", "lora", "--error", "0.5", "--variance-captured",
        "nan",
      ],
      ["edit", sweep, "--name", "renamed", "--tag", "a", "--note", "b"],
      ["sweep", "--quiet", "--seeds", "42,43", "--jobs", "1"],
      ["resume", sweep, "--quiet", "--jobs", "1"], ["rm", "--yes", sweep], ["migrate"],
    ]
    return commands.map { $0 + ["--db", folder.appending(path: "book.db").path] }
  }

  /// Runs every command on the book.
  func findings() throws -> Findings {
    var findings = Findings()
    let allowed = try allowed()
    for command in reading {
      if command == reading.first || log != nil { try place() }
      let process = try run(command, &findings)
      let after = try Data(contentsOf: folder.appending(path: "book.db"))
      if !allowed.contains(after) {
        findings.problems.append(message(command, process, "has changed the book"))
        try place()
      }
      let strange = try strangeFiles(after: process, of: command)
      if !strange.isEmpty {
        findings.problems.append(message(command, process, "has left \(strange)"))
        try place()
      }
    }
    if number % 4 == 0 || number % 14 == 10 {
      try place()
      for command in writing { _ = try run(command, &findings) }
    }
    return findings
  }

  /// Files that a reading command has left beside the book, except the requested copy, which is
  /// removed.
  private func strangeFiles(after process: TimedProcess, of command: [String]) throws -> [String] {
    let files = FileManager.default
    var names = Set(try files.contentsOfDirectory(atPath: folder.path))
    let copies = names.filter { $0.hasPrefix("copy-") }
    for copy in copies { try files.removeItem(at: folder.appending(path: copy)) }
    if command[0] == "backup", process.ending == .exit(0), copies.count == 1 {
      names.subtract(copies)
    }
    // An index and an empty log may stay beside a refused book: their owner is unknown.
    let mayStay: Set =
      process.ending == .exit(0) && log == nil ? [] : ["book.db-wal", "book.db-shm"]
    for name in mayStay.intersection(names) where log == nil && name.hasSuffix("-wal") {
      let bytes = try Data(contentsOf: folder.appending(path: name))
      if !bytes.isEmpty { return [name] }
    }
    // The next command should find the folder as this one did.
    for name in mayStay.intersection(names) where log == nil {
      try files.removeItem(at: folder.appending(path: name))
    }
    return names.subtracting(mayStay).subtracting(["book.db"]).sorted()
  }

  private func run(_ command: [String], _ findings: inout Findings) throws -> TimedProcess {
    // During other tests an unoptimised program may be slow. gnuplot, which draws a page's
    // pictures, takes longer than all commands, and does not read the book.
    let process = try TimedProcess(
      lorabook: command, keepingMessagesIn: folder, seconds: Soak.isOn ? 20 : 120,
      findsPrograms: number % 10 == 0)
    findings.processes += 1
    findings.endings["\(process.ending)", default: 0] += 1
    // The statuses of a reading command for a valid request; no other process has the book open.
    let isWriting = writing.contains(command)
    var statuses: [Int32] = isWriting ? [0, 1, 64, 65, 66, 73, 74] : [0, 1, 65, 66, 74]
    // Some figures show one shape and one noise level, and need a selection if there are several.
    if command[0] == "plot" { statuses.append(64) }
    let isFine = statuses.contains { process.ending == .exit($0) }
    let hasWord =
      [.exit(0), .exit(1)].contains(process.ending) || process.errors.contains("lorabook: ")
    if !isFine || !hasWord {
      findings.problems.append(message(command, process, "ended with \(process.ending)"))
    }
    return process
  }

  private func message(_ command: [String], _ process: TimedProcess, _ what: String) -> String {
    "book \(number), \(command.joined(separator: " ")) \(what): \(process.errors.prefix(600)) \(history.joined(separator: ", "))"
  }
}
