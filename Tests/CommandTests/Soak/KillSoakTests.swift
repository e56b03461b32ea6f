import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A sweep that is killed at any moment", .serialized)
struct KillSoakTests {
  /// A sweep to kill, and the contents of the book before it.
  private struct Experiment {
    var name: String
    var command = "sweep"
    /// An earlier sweep that shares updates with the killed one; nil for no book at all.
    var before: [String]?
    var grid: [String]
    var sweepID: Int { before == nil ? 1 : 2 }
  }

  /// Many small updates, so that kills hit commits; few large ones, so that they hit computing; modules; and trainings.
  private static let experiments = [
    Experiment(
      name: "small", before: nil,
      grid: ["--seeds", "0-2499", "--shapes", "6x6,12x8", "--ranks", "1,2,4", "--noise", "0,0.1"]),
    Experiment(
      name: "measured", command: "measure",
      before: ["--seeds", "5-9", "--shapes", "12x10", "--ranks", "3", "--name", "before"],
      grid: ["--matrix", "weights.safetensors"]),
    Experiment(
      name: "large",
      before: ["--seeds", "5-9", "--shapes", "192x192", "--ranks", "3", "--name", "before"],
      grid: ["--seeds", "0-99", "--shapes", "192x192", "--ranks", "1,8,64"]),
    Experiment(
      name: "trained", command: "train",
      before: ["--seeds", "5-9", "--shapes", "12x10", "--ranks", "3", "--name", "before"],
      grid: [
        "--seeds", "0-49", "--shapes", "12x10", "--ranks", "1,2", "--learning-rates", "0.01,0.1",
        "--steps", "60",
      ]),
  ]

  /// Counts of kills by the moment that they hit.
  private struct Counts {
    var kills = 0
    var withoutSweep = 0
    var withoutRuns = 0
    var between = 0
    var afterTheLast = 0
    var ofResumes = 0
    var atCommits = 0
    var comparedBooks = 0
  }

  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write(
      (0..<150).map { SafetensorsBytes.random("m\($0).weight", 60, 60, seed: UInt64($0)) },
      to: "weights.safetensors")
  }

  @Test(
    "loses nothing that was recorded, is shown as interrupted, and is resumed to the same tables")
  func killed() throws {
    let kills = Soak.rounds(short: 20, whole: 200)
    var random = SplitMix64(seed: 20_260_102)
    var counts = Counts()
    var durations: [String: Double] = [:]
    for experiment in Self.experiments {
      durations[experiment.name] = try makeReference(experiment)
    }
    while counts.kills < kills {
      for experiment in Self.experiments {
        try prepare(experiment)
        while try !strike(
          experiment, within: durations[experiment.name] ?? 1, &random, &counts)
        {}
        // Whichever way it ended, nothing is left to do.
        let last = try scratch.lorabook("resume", "\(experiment.sweepID)", "--quiet")
        #expect(last.status == 0, "\(last.errors)")
        #expect(last.output == "\(experiment.sweepID)\n")
        try scratch.expectSameTables("lorabook.db", as: "\(experiment.name).db")
        counts.comparedBooks += 1
        if counts.kills >= kills { break }
      }
    }
    // Small updates are done soon, so that several sweeps end between the kills.
    #expect(counts.between > 0 && counts.ofResumes > 0 && counts.atCommits > 0)
    #expect(counts.comparedBooks > 1)
    Soak.report("\(counts)")
  }

  /// Records the undisturbed sweep in a separate book.
  ///
  /// - Returns: the seconds it took.
  private func makeReference(_ experiment: Experiment) throws -> Double {
    try prepare(experiment)
    let began = ContinuousClock.now
    let process = try start(experiment, resuming: false)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    try FileManager.default.moveItem(
      atPath: scratch.folder.path + "/lorabook.db",
      toPath: scratch.folder.path + "/\(experiment.name).db")
    return seconds
  }

  private func prepare(_ experiment: Experiment) throws {
    _ = try scratch.bash("rm -f lorabook.db lorabook.db-*")
    guard let before = experiment.before else { return }
    let arguments = before.joined(separator: " ")
    #expect(try scratch.bash("lorabook sweep --quiet \(arguments)").status == 0)
  }

  private func start(_ experiment: Experiment, resuming: Bool) throws -> Process {
    resuming
      ? try scratch.start(["resume", "\(experiment.sweepID)", "--quiet", "--jobs", "2"])
      : try scratch.start([experiment.command, "--quiet", "--jobs", "2"] + experiment.grid)
  }

  /// Resumes the sweep and kills it.
  ///
  /// - Returns: whether it ended before the kill.
  private func strike(
    _ experiment: Experiment, within seconds: Double, _ random: inout SplitMix64,
    _ counts: inout Counts
  ) throws -> Bool {
    let isThere = try hasSweep(experiment)
    let process = try start(experiment, resuming: isThere)
    // Most kills hit anywhere, some a commit, some while the book is opened or created.
    let kind = Int.random(in: 0..<8, using: &random)
    let isAtCommit = kind < 2
    if isAtCommit { waitForCommit() }
    let delay = isAtCommit ? 0.004 : kind == 2 ? 0.1 : seconds
    usleep(UInt32(Double.random(in: 0..<delay, using: &random) * 1e6))
    // A reader sees only recorded runs; asking takes a while, which is as random as the delay.
    let before = isAtCommit ? 0 : try recordedRuns(experiment)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    guard process.terminationReason == .uncaughtSignal else {
      #expect(process.terminationStatus == 0)
      return true
    }
    counts.kills += 1
    if isThere { counts.ofResumes += 1 }
    if isAtCommit { counts.atCommits += 1 }
    try look(experiment, recordedBefore: before, &counts)
    return false
  }

  /// Waits until the log grows, which is in the middle of a commit; at most two seconds.
  private func waitForCommit() {
    func size() -> off_t {
      var status = stat()
      return stat(scratch.folder.path + "/lorabook.db-wal", &status) == 0 ? status.st_size : 0
    }
    let first = size()
    let deadline = ContinuousClock.now + .seconds(2)
    while size() == first, ContinuousClock.now < deadline { usleep(50) }
  }

  private func hasSweep(_ experiment: Experiment) throws -> Bool {
    try count("SELECT count(*) FROM sweep WHERE sweep_id = \(experiment.sweepID)") > 0
  }

  private func recordedRuns(_ experiment: Experiment) throws -> Int {
    try count("SELECT recorded_runs FROM sweep WHERE sweep_id = \(experiment.sweepID)")
  }

  /// A number from the book; 0 if there is no book yet, or none with tables.
  private func count(_ sql: String) throws -> Int {
    guard FileManager.default.fileExists(atPath: scratch.folder.path + "/lorabook.db"),
      try scratch.sqlite("SELECT count(*) FROM sqlite_schema WHERE name = 'sweep'") == "1"
    else { return 0 }
    return Int(try scratch.sqlite(sql)) ?? 0
  }

  /// Checks the book after a kill.
  private func look(
    _ experiment: Experiment, recordedBefore: Int, _ counts: inout Counts
  ) throws {
    guard try hasSweep(experiment) else {
      #expect(recordedBefore == 0)
      counts.withoutSweep += 1
      return
    }
    let list = try scratch.lorabook("ls", "--format", "csv", "--limit", "1")
    #expect(list.status == 0, "\(list.errors)")
    let status = list.lines.last?.split(separator: ",")[2] ?? ""
    let (recorded, planned) = (
      try recordedRuns(experiment),
      try count("SELECT planned_runs FROM sweep WHERE sweep_id = \(experiment.sweepID)")
    )
    #expect(recorded >= recordedBefore)
    #expect(status == "interrupted" || (status == "finished" && recorded == planned), "\(status)")
    #expect(try scratch.sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok")
    #expect(
      try count("SELECT count(*) FROM runs WHERE sweep_id = \(experiment.sweepID)") == recorded)
    try scratch.expectRowsAmongThose(of: "\(experiment.name).db", in: "lorabook.db")
    try scratch.expectSumsOfRuns(in: "lorabook.db")
    switch recorded {
    case 0: counts.withoutRuns += 1
    case planned: counts.afterTheLast += 1
    default: counts.between += 1
    }
  }
}
