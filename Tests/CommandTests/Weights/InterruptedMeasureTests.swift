import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A measurement that is cut short")
struct InterruptedMeasureTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("records the same whatever --jobs says, and after Ctrl-C and resume")
  func resumed() throws {
    let tensors = (0..<40).map {
      SafetensorsBytes.random("m\($0).weight", 300, 300, seed: UInt64($0))
    }
    try scratch.write(tensors, to: "m.safetensors")
    func rows(_ book: String) throws -> String {
      try scratch.sqlite(
        """
        SELECT profile, rank, error FROM runs ORDER BY 1, 2;
        SELECT profile, position, singular_value FROM spectra ORDER BY 1, 2;
        SELECT module, sha256, frobenius_norm, effective_rank, noise_rank FROM modules ORDER BY 1;
        SELECT rank, metric, n FROM cell_summary JOIN cell USING (cell_id) ORDER BY 1, 2;
        """, book: book)
    }
    for jobs in [1, 3] {
      let result = try scratch.bash(
        "lorabook measure --matrix m.safetensors --quiet --db \(jobs).db --jobs \(jobs)")
      #expect(result.status == 0, "\(result.errors)")
    }
    let whole = try rows("1.db")
    #expect(try rows("3.db") == whole)
    let process = try scratch.startShell(
      "exec lorabook measure --matrix m.safetensors --quiet --jobs 1 2> said")
    scratch.stopOnceRecorded(process)
    #expect(process.end(SIGINT) == 130)
    #expect(try scratch.read("said").hasSuffix("  lorabook resume 1 --db lorabook.db\n"))
    #expect(
      try scratch.sqlite(
        """
        SELECT status, recorded_runs % 10, recorded_runs < planned_runs,
          recorded_runs = 10 * (SELECT count(*) FROM sweep_module)
        FROM sweep
        """) == "interrupted|0|1|1")
    #expect(try scratch.lorabook("doctor").status == 0)
    let moved = try scratch.bash(
      "mkdir elsewhere && cd elsewhere && lorabook resume 1 --quiet --db ../lorabook.db")
    #expect(moved.status == 0, "\(moved.errors)")
    #expect(try rows("lorabook.db") == whole)
    #expect(try scratch.sqlite("SELECT status FROM sweeps") == "finished")
  }

  @Test("a file that shrinks while it is read ends the sweep, which keeps whole modules")
  func shrinking() throws {
    try scratch.write(
      (0..<60).map { SafetensorsBytes.random("m\($0).weight", 300, 300, seed: UInt64($0)) },
      to: "m.safetensors")
    let process = try scratch.startShell(
      "exec lorabook measure --matrix m.safetensors --quiet --jobs 1 2> said")
    scratch.stopOnceRecorded(process)
    #expect(truncate(scratch.folder.path + "/m.safetensors", 8192) == 0)
    kill(process.processIdentifier, SIGCONT)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 74)
    let said = try scratch.read("said")
    #expect(said.contains("/m.safetensors' ended at byte"), "\(said)")
    #expect(
      try scratch.sqlite(
        """
        SELECT status, recorded_runs < planned_runs,
          recorded_runs = 10 * (SELECT count(*) FROM sweep_module)
        FROM sweep
        """) == "failed|1|1")
    #expect(try scratch.lorabook("doctor").status == 0)
  }

  @Test("resume refuses files that are others by now")
  func changedFiles() throws {
    let tensors = (0..<3).map { SafetensorsBytes.random("m\($0).weight", 4, 4, seed: UInt64($0)) }
    var bad = tensors
    bad[2].bytes.replaceSubrange(0..<4, with: SafetensorsBytes.singles([.infinity]))
    try scratch.write(bad, to: "m.safetensors")
    #expect(
      try scratch.bash("lorabook measure --matrix m.safetensors --jobs 1 --quiet").status == 65)
    func resume(_ tensors: [SafetensorsBytes.Tensor]) throws -> Scratch.Result {
      try scratch.write(tensors, to: "m.safetensors")
      return try scratch.lorabook("resume", "1", "--quiet")
    }
    var others = tensors
    others[1] = SafetensorsBytes.random("m1.weight", 4, 4, seed: 77)
    for (tensors, words) in [
      (others, "the module 'm1' has other numbers"),
      (
        [tensors[1], tensors[2], SafetensorsBytes.random("n0.weight", 4, 4, seed: 0)],
        "do not have the module 'm0' where it was"
      ),
      (Array(tensors.dropLast()), "they have 6 runs now, and had 9"),
    ] {
      let result = try resume(tensors)
      #expect(result.status == 65)
      #expect(result.errors.contains(words), "\(result.errors)")
    }
    let result = try resume(tensors)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.sqlite("SELECT count(*) FROM modules") == "3")
  }
}
