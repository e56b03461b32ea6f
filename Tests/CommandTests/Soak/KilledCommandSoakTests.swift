import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A command that changes much at once, killed at any moment", .serialized)
struct KilledCommandSoakTests {
  /// A command to kill, and the book before it.
  private struct Experiment {
    /// Creates the files that it works on.
    var before: String
    var command: [String]
    /// Whether it can be repeated after a success.
    var isRepeatable = true
  }

  private static let runs = """
    { echo sweep,seed,d,k,profile,rank,alpha,rule,error
      for i in $(seq 6000); do echo much$((i % 3)),$i,64,64,p$((i % 7)),4,16,lora,0.$i; done; } > runs.csv
    """
  private static let experiments = [
    Experiment(
      before: "\(runs); lorabook sweep --quiet", command: ["import", "runs.csv"],
      isRepeatable: false),
    Experiment(before: runs, command: ["import", "runs.csv"], isRepeatable: false),
    Experiment(
      before: "lorabook sweep --quiet; lorabook sweep --quiet --seeds 0-299 --db other.db",
      command: ["merge", "other.db"]),
    Experiment(
      before: "lorabook sweep --quiet; cp '\(fixture)' old.db", command: ["merge", "old.db"]),
    Experiment(
      before: """
        lorabook sweep --quiet
        lorabook train --quiet --seeds 0-9 --shapes 12x10 --ranks 1,2 --learning-rates 0.01,0.1 --steps 40 \
          --db other.db
        """, command: ["merge", "other.db"]),
    Experiment(before: "cp '\(fixture)' lorabook.db", command: ["migrate"]),
  ]
  private static let fixture = Scratch.project.appending(
    path: "Tests/Fixtures/books/version-1.book"
  ).path

  /// The contents of a book, except those that differ each time: uuids and times.
  private static let content = """
    PRAGMA user_version;
    SELECT * FROM runs ORDER BY run_id;
    SELECT sweep_id, name, status, source, planned_runs, recorded_runs, spec, tags FROM sweeps ORDER BY 1;
    SELECT * FROM spectra ORDER BY 1, recording_id, position;
    SELECT * FROM cell_summary ORDER BY 1, 2;
    """

  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// nil if there is no book.
  private func content() throws -> String? {
    try scratch.files().contains("lorabook.db") ? try scratch.sqlite(Self.content) : nil
  }

  @Test("leaves the book with all of it or nothing", arguments: experiments.indices)
  func killed(index: Int) throws {
    let experiment = Self.experiments[index]
    let made = try scratch.bash(
      "(\(experiment.before)) > /dev/null && tar -c --exclude=kept.tar -f kept.tar .")
    #expect(made.status == 0, "\(made.errors)")
    let before = try content()
    let began = ContinuousClock.now
    #expect(try scratch.bash("lorabook \(experiment.command.joined(separator: " "))").status == 0)
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let all = try content()
    try #require(all != before)
    var random = SplitMix64(seed: UInt64(index))
    var (kills, nothing, everything) = (0, 0, 0)
    // A command that ends before the kill does not count.
    for _ in 0..<Soak.rounds(short: 9, whole: 50)
    where kills < Soak.rounds(short: 3, whole: 12) {
      _ = try scratch.bash("find . -mindepth 1 ! -name kept.tar -delete; tar -xf kept.tar")
      let process = try scratch.start(experiment.command)
      // The first is killed at once: the others can all be late on a loaded machine.
      let delay = kills == 0 ? 0 : Double.random(in: 0..<seconds, using: &random)
      usleep(UInt32(delay * 1e6))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      guard process.terminationReason == .uncaughtSignal else { continue }
      kills += 1
      let found = try content()
      #expect(found == before || found == all, "\(experiment.command)")
      if found == before { nothing += 1 } else { everything += 1 }
      if found != nil {
        try scratch.expectSumsOfRuns(in: "lorabook.db")
        #expect(try scratch.sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok")
      }
      // Its remains do not hinder the next command.
      guard found == before || experiment.isRepeatable else { continue }
      let again = try scratch.bash("lorabook \(experiment.command.joined(separator: " "))")
      #expect(again.status == 0, "\(again.errors)")
      #expect(try content() == all)
    }
    #expect(kills > 0 && nothing > 0)
    Soak.report(
      "\(experiment.command): \(kills) kills, \(nothing) left nothing, \(everything) everything")
  }
}
