import Foundation
import TestSupport
import Testing

@Suite("lorabook measure")
struct MeasureCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func adapter(_ name: String) -> String { Scratch.weights("adapters/\(name)") }

  /// What PEFT 0.21.2 and NumPy say of a module.
  private struct Expected: Decodable {
    var r: Int
    var alpha: Double
    var scale: Double
    var shape: [Int]
    var sv: [Double]
    var fro: Double
  }

  @Test(
    "records each module of an adapter with PEFT's rank, scale and singular values",
    arguments: ["plain", "rslora", "patterns", "embedding", "conv2d", "conv1d_gpt2", "bf16"])
  func adapters(name: String) throws {
    let result = try scratch.lorabook("measure", "--adapter", adapter(name), "--quiet")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "1\n")
    let data = try Data(contentsOf: URL(filePath: adapter(name) + "/expected.json"))
    let expected = try JSONDecoder().decode([String: Expected].self, from: data)
    let rows = try scratch.sqlite(
      """
      SELECT module, d, k, adapter_rank, adapter_alpha, adapter_scale, frobenius_norm, kind FROM modules
      """
    ).split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
    #expect(Set(rows.map { $0[0] }) == Set(expected.keys))
    for row in rows {
      let module = try #require(expected[row[0]])
      let numbers = row[1...4].compactMap { Double($0) }
      #expect(numbers[0] * numbers[1] == Double(module.shape.reduce(1, *)))
      #expect(numbers[2...] == [Double(module.r), module.alpha])
      #expect(abs(try #require(Double(row[5])) - module.scale) <= 1e-14 * module.scale)
      #expect(abs(try #require(Double(row[6])) - module.fro) <= 1e-12 * module.fro)
      #expect(row[7] == "adapter")
      let values = try scratch.sqlite(
        "SELECT singular_value FROM spectra WHERE profile = '\(row[0])' ORDER BY position"
      ).split(separator: "\n").compactMap { Double($0) }
      #expect(values.count == module.r)
      for (value, other) in zip(values, module.sv) {
        #expect(abs(value - other) <= 1e-12 * module.sv[0])
      }
    }
  }

  @Test("gives runs whose error is what truncation loses, at powers of two and the adapter's rank")
  func runs() throws {
    _ = try scratch.lorabook("measure", "--adapter", adapter("plain"), "--quiet")
    #expect(
      try scratch.sqlite(
        "SELECT DISTINCT rank, rule, alpha IS NULL, scale, seed IS NULL, noise IS NULL FROM runs")
        == [1, 2, 4].map { "\($0)|unit|1|1.0|1|1" }.joined(separator: "\n"))
    #expect(
      try scratch.sqlite(
        """
        SELECT count(*), max(abs(error - truncation_error)),
          max(abs(variance_captured - (
            SELECT sum(singular_value * singular_value) FILTER (WHERE position <= rank)
              / sum(singular_value * singular_value)
            FROM spectra WHERE spectra.update_id = runs.update_id
          ))) < 1e-14
        FROM runs
        """
      ).hasSuffix("|0.0|1"))
    #expect(
      try scratch.sqlite("SELECT source, status, recorded_runs = planned_runs, name FROM sweeps")
        == "measure|finished|1|plain")
    let other = try scratch.bash(
      "lorabook measure --adapter \(adapter("plain")) --ranks 2,3,99 --rules lora,unit --alphas 8,16 --quiet"
    )
    #expect(other.status == 0, "\(other.errors)")
    #expect(
      try scratch.sqlite(
        "SELECT rank, group_concat(rule || ':' || ifnull(alpha, '')) FROM runs WHERE sweep_id = 2 AND profile = (SELECT min(profile) FROM runs) GROUP BY rank"
      ) == "2|lora:8.0,lora:16.0,unit:\n3|lora:8.0,lora:16.0,unit:")
    #expect(try scratch.lorabook("doctor").status == 0)
  }

  @Test("subtracts checkpoints in double, and says which modules are left out and why")
  func differences() throws {
    let base = [
      SafetensorsBytes.random("q.weight", 6, 5, seed: 1),
      SafetensorsBytes.random("k.weight", 4, 4, seed: 2),
      SafetensorsBytes.random("old.weight", 3, 3, seed: 3),
      SafetensorsBytes.random("shape.weight", 3, 3, seed: 4),
      ("norm.weight", "F32", [4], SafetensorsBytes.counting([4])),
    ]
    let change = SafetensorsBytes.random("q.weight", 6, 5, seed: 9)
    let tuned = [
      SafetensorsBytes.sum(base[0], change, times: 0.125), base[1],
      SafetensorsBytes.random("new.weight", 3, 3, seed: 5),
      SafetensorsBytes.random("shape.weight", 3, 4, seed: 6), base[4],
    ]
    try scratch.write(base, to: "base.safetensors")
    try scratch.write(tuned, to: "tuned.safetensors")
    let result = try scratch.bash(
      "lorabook measure --base base.safetensors --tuned tuned.safetensors --quiet")
    #expect(result.status == 0, "\(result.errors)")
    for line in [
      "left out, as each is in the tuned checkpoint alone: new.weight",
      "left out, as each is in the base alone: old.weight",
      "left out, as each is 3x4 in the tuned checkpoint and 3x3 in the base: shape.weight",
      "left out, as each has one dimension (4), so no spectrum: norm.weight",
      "left out, as each is the same in both checkpoints: k",
    ] {
      #expect(result.errors.contains("lorabook: \(line)\n"), "\(result.errors)")
    }
    let numbers = zip(SafetensorsBytes.numbers(tuned[0]), SafetensorsBytes.numbers(base[0]))
      .map { Double($0) - Double($1) }
    let norm = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let baseNorm = SafetensorsBytes.numbers(base[0]).reduce(0) { $0 + Double($1) * Double($1) }
      .squareRoot()
    let row = try scratch.sqlite(
      "SELECT module, kind, dtype, frobenius_norm, base_norm, rounding_floor > 0 FROM modules"
    ).split(separator: "|").map(String.init)
    #expect(row[0...2] == ["q", "difference", "F32"])
    #expect(abs(try #require(Double(row[3])) - norm) <= 1e-14 * norm)
    #expect(abs(try #require(Double(row[4])) - baseNorm) <= 1e-14 * baseNorm)
    #expect(row[5] == "1")
    #expect(
      try scratch.sqlite("SELECT file, base_file FROM modules").hasSuffix(
        "/tuned.safetensors|\(scratch.folder.path)/base.safetensors"))
  }

  @Test("warns of an update that is more than half as large as its base")
  func largeUpdates() throws {
    let base = [SafetensorsBytes.random("a.weight", 6, 6, seed: 1)]
    for (factor, isLarge) in [(Float(0.4), false), (2, true)] {
      let tuned = [SafetensorsBytes.sum(base[0], base[0], times: factor)]
      try scratch.write(base, to: "base.safetensors")
      try scratch.write(tuned, to: "tuned.safetensors")
      let result = try scratch.bash(
        "lorabook measure --base base.safetensors --tuned tuned.safetensors --quiet")
      #expect(result.errors.contains("warning: 'a' changed by more than half") == isLarge)
      #expect(result.errors.contains("up to 2)") == isLarge, "\(result.errors)")
    }
  }

  @Test("takes matrices of NumPy and safetensors in one sweep, and no two of one name")
  func matrices() throws {
    try scratch.write([SafetensorsBytes.random("layer.weight", 8, 3, seed: 1)], to: "m.safetensors")
    let numpy = Scratch.weights("numpy")
    let result = try scratch.bash(
      "lorabook measure --matrix m.safetensors \(numpy)/f8.npy \(numpy)/stored.npz --quiet --tag a,b --note 'n, m'"
    )
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try scratch.sqlite("SELECT module, d, k, kind, noise_rank IS NULL FROM modules")
        == "layer|8|3|matrix|0\nf8|3|4|matrix|0\nlayer.0|3|4|matrix|0\nwide|60|100|matrix|0")
    #expect(try scratch.sqlite("SELECT tags, note, name FROM sweeps") == "a,b|n, m|m")
    let twice = try scratch.bash(
      "cp m.safetensors n.safetensors && lorabook measure --matrix m.safetensors n.safetensors --db new.db"
    )
    #expect(twice.status == 65)
    #expect(twice.errors.contains("two modules are called 'layer', the second in"))
    #expect(try !scratch.files().contains("new.db"))
  }

  @Test("selects modules by Python's regular expressions")
  func filters() throws {
    func modules(_ options: String) throws -> String {
      let result = try scratch.bash(
        "lorabook measure --adapter \(adapter("patterns")) --db x.db --quiet \(options) && sqlite3 x.db 'SELECT count(*) FROM modules WHERE sweep_id = (SELECT max(sweep_id) FROM sweeps)'"
      )
      return result.status == 0
        ? String(result.lines.last ?? "") : "\(result.status) \(result.errors)"
    }
    let all = try #require(Int(modules("")))
    let some = try #require(Int(modules("--include q_proj")))
    #expect(0 < some && some < all)
    #expect(try modules("--exclude q_proj") == "\(all - some)")
    let bad = try modules("--include 'q('")
    #expect(bad.hasPrefix("64 lorabook: --include: 'q(' is no regular expression"), "\(bad)")
    let none = try modules("--include nothing-has-this-name")
    #expect(
      none.hasPrefix("65 lorabook: there is nothing to measure: no module is left"), "\(none)")
  }

  @Test("stores an update once that two sweeps measure, and measures it once")
  func storedOnce() throws {
    for name in ["one", "two"] {
      let result = try scratch.lorabook(
        "measure", "--adapter", adapter("plain"), "--quiet", "--name", name)
      #expect(result.status == 0, "\(result.errors)")
    }
    #expect(
      try scratch.sqlite(
        """
        SELECT count(*), count(DISTINCT update_id) * 2 FROM modules;
        SELECT count(*) FROM module;
        SELECT count(*) FROM (
          SELECT profile, rank, error FROM runs WHERE sweep = 'one'
          EXCEPT SELECT profile, rank, error FROM runs WHERE sweep = 'two'
        );
        """
      ).split(separator: "\n").last == "0")
    let counts = try scratch.sqlite(
      "SELECT count(*) = 2 * (SELECT count(*) FROM module) FROM modules")
    #expect(counts == "1")
    #expect(try scratch.bash("lorabook rm one --yes && lorabook doctor").status == 0)
    #expect(try scratch.sqlite("SELECT count(*) > 0 FROM spectra") == "1")
    #expect(try scratch.bash("lorabook rm two --yes && lorabook doctor").status == 0)
    #expect(
      try scratch.sqlite(
        "SELECT (SELECT count(*) FROM module), (SELECT count(*) FROM spectrum_block)")
        == "0|0")
  }

  /// A case: the arguments after `measure`, and what the message must hold.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var arguments: String
    var words: [String]
    var status: Int32 = 65
    var testDescription: String { arguments }
  }

  @Test(
    "refuses what it cannot measure before anything is recorded",
    arguments: [
      Refusal(arguments: "", words: ["one kind of weights"], status: 64),
      Refusal(arguments: "--base a", words: ["one kind of weights"], status: 64),
      Refusal(arguments: "--adapter a --matrix b.npy", words: ["one kind of weights"], status: 64),
      Refusal(arguments: "--adapter nowhere", words: ["nowhere'", "is not there"], status: 66),
      Refusal(arguments: "--adapter WEIGHTS/adapters/dora", words: ["DoRA", "merge_and_unload"]),
      Refusal(
        arguments: "--adapter WEIGHTS/safetensors/bad_overlap.safetensors", words: ["overlaps"]),
      Refusal(
        arguments: "--matrix WEIGHTS/safetensors/bad_git_lfs.safetensors", words: ["Git LFS"]),
      Refusal(arguments: "--matrix WEIGHTS/numpy/objects.npy", words: ["pickle"]),
      Refusal(arguments: "--matrix WEIGHTS/numpy/integers.npy", words: ["nothing to measure"]),
      Refusal(arguments: "--matrix model.gguf", words: ["GGUF"]),
      Refusal(arguments: "--base a.bin --tuned b.bin", words: ["pickle", "torch.load"]),
      Refusal(
        arguments: "--adapter WEIGHTS/adapters/plain --ranks 0",
        words: ["--ranks: '0' is out of range"], status: 64),
      Refusal(
        arguments: "--adapter WEIGHTS/adapters/plain --ranks 99",
        words: ["nothing to measure", "has at most rank 4, below every rank asked for"]),
      Refusal(
        arguments: "--adapter WEIGHTS/adapters/plain --rules lroa",
        words: ["--rules: 'lroa'", "Did you mean lora?"], status: 64),
      Refusal(
        arguments: "--adapter WEIGHTS/adapters/plain --rules power:-200",
        words: ["--rules:", "keep s below 1e150"], status: 64),
      Refusal(
        arguments: "--adapter WEIGHTS/adapters/plain --jobs 0", words: ["--jobs: '0'"], status: 64),
    ])
  func refused(refusal: Refusal) throws {
    let arguments = refusal.arguments.replacing("WEIGHTS", with: Scratch.weights(""))
    let result = try scratch.bash("lorabook measure \(arguments)")
    #expect(result.status == refusal.status, "\(result.errors)")
    #expect(result.output == "")
    for word in refusal.words { #expect(result.errors.contains(word), "\(result.errors)") }
    #expect(try scratch.files() == [])
  }

  @Test("an entry that is no number ends the sweep, and the message names the module")
  func notFinite() throws {
    var tensors = (0..<3).map { SafetensorsBytes.random("m\($0).weight", 4, 4, seed: UInt64($0)) }
    tensors[1].bytes.replaceSubrange(16..<20, with: SafetensorsBytes.singles([.nan]))
    try scratch.write(tensors, to: "m.safetensors")
    let result = try scratch.bash("lorabook measure --matrix m.safetensors --jobs 1 --quiet")
    #expect(result.status == 65)
    #expect(result.errors.contains("the module 'm1' has entries that are infinite or no numbers"))
    #expect(try scratch.sqlite("SELECT module FROM modules") == "m0")
    #expect(try scratch.sqlite("SELECT status FROM sweeps") == "failed")
    #expect(try scratch.lorabook("doctor").status == 0)
  }

  @Test("a dry run counts modules and runs, names what is left out, and makes nothing")
  func dryRun() throws {
    let result = try scratch.bash(
      "lorabook measure --adapter \(adapter("modules_to_save")) --dry-run")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines[0].contains(/^\d+ modules?, \d+ runs$/), "\(result.output)")
    #expect(
      result.lines[1].contains(/^  \d+ × \d+x\d+ of rank \d+, \d+ runs each$/), "\(result.output)")
    #expect(result.output.contains("lm_head.weight"))
    #expect(try scratch.files() == [])
  }
}
