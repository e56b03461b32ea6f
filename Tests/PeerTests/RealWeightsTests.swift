import Foundation
import TestSupport
import Testing

@Suite(
  "Real weights",
  .enabled(
    if: ProcessInfo.processInfo.environment["LORABOOK_PEERS"] != nil,
    "`make peers` installs what this needs, and runs it"))
struct RealWeightsTests {
  private static let environment =
    ProcessInfo.processInfo.environment["LORABOOK_PEERS"] ?? ""
  private static let program = Scratch.project.appending(
    path: "Tests/PeerTests/Programs/real_weights.py"
  ).path

  /// Measures, and compares each module with NumPy.
  private func compare(
    _ sweep: String, as kind: String, measuring options: String, files: String, in scratch: Scratch
  ) throws -> Scratch.Result {
    let result = try scratch.bash(
      """
      set -e -o pipefail
      '\(Self.environment)/bin/python3' '\(Self.program)' prepare '\(Self.environment)/weights'
      lorabook measure \(options) --name \(sweep) --quiet
      lorabook export \(sweep) --table modules -o modules.csv
      lorabook export \(sweep) --table spectra -o spectra.csv
      '\(Self.environment)/bin/python3' '\(Self.program)' compare modules.csv spectra.csv \(sweep) \
        \(kind) \(files)
      lorabook verify \(sweep)
      """)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    return result
  }

  @Test("A T5 adapter has the spectra of NumPy and the ranks of gradience's audit")
  func adapter() throws {
    let scratch = try Scratch()
    let result = try compare(
      "adapter", as: "adapter", measuring: "--adapter adapter", files: "adapter", in: scratch)
    #expect(result.output.contains("144 modules, 2304 singular values"), "\(result.output)")
    let audited = try scratch.bash(
      """
      set -e -o pipefail
      '\(Self.environment)/bin/gradience' audit --peft-dir adapter --layers --json > audit.json
      '\(Self.environment)/bin/python3' '\(Self.program)' audit modules.csv audit.json
      """)
    #expect(audited.status == 0, "\(audited.errors)")
    #expect(audited.lines.last == "144 modules audited alike")
  }

  @Test("MiniLM's full fine-tune has the spectra of NumPy's differences")
  func pair() throws {
    let result = try compare(
      "pair", as: "pair", measuring: "--base base.safetensors --tuned tuned.safetensors",
      files: "base.safetensors tuned.safetensors", in: Scratch())
    #expect(result.output.contains("39 modules, 14594 singular values"), "\(result.output)")
    #expect(!result.errors.contains("more than half"), "\(result.errors)")
  }

  @Test("A retrained Silero model has the spectra of NumPy's differences, and is warned of")
  func retrained() throws {
    let result = try compare(
      "vad", as: "pair", measuring: "--base vad-5.safetensors --tuned vad-6.safetensors",
      files: "vad-5.safetensors vad-6.safetensors", in: Scratch())
    #expect(result.output.contains("14 modules, 1282 singular values"), "\(result.output)")
    #expect(result.errors.contains("warning: "), "\(result.errors)")
    #expect(result.errors.contains("changed by more than half of the base's size"))
  }

  @Test(
    "LoraConfig takes the advice on the real architecture, with the advised ranks and scales",
    arguments: [
      ("--adapter adapter", "t5-large", "--energy 0.95"),
      ("--adapter adapter", "t5-large", "--budget 2000000 --least 0 --for-rule rslora"),
      ("--base base.safetensors --tuned tuned.safetensors", "minilm", "--energy 0.9"),
      (
        "--base base.safetensors --tuned tuned.safetensors", "minilm",
        "--per-layer --most 64 --for-rule rslora --scale 2"
      ),
    ])
  func advice(weights: String, architecture: String, options: String) throws {
    let scratch = try Scratch()
    let program = Scratch.project.appending(path: "Tests/PeerTests/Programs/peft_advice.py").path
    let result = try scratch.bash(
      """
      set -e -o pipefail
      '\(Self.environment)/bin/python3' '\(Self.program)' prepare '\(Self.environment)/weights'
      lorabook measure \(weights) --quiet > id
      lorabook advise latest \(options) --format peft -o lora.json
      lorabook advise latest \(options) -o advice.csv
      lorabook sql "SELECT count(*) FROM modules" --format csv | tail -n 1
      '\(Self.environment)/bin/python3' '\(program)' lora.json advice.csv \(architecture)
      """)
    #expect(result.status == 0, "\(result.errors)")
    let counts = result.lines.compactMap { Int($0) }
    try #require(counts.count == 2, "\(result.output)")
    #expect(counts[1] > 0 && counts[1] <= counts[0])
    if !options.contains("--least 0") { #expect(counts[1] == counts[0], "\(result.output)") }
  }
}
