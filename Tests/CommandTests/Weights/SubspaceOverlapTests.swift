import Foundation
import TestSupport
import Testing

@Suite("Adapters that are measured together")
struct SubspaceOverlapTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// An adapter of kohya with s = 1, whose module `m` is Σ strengths[i]·e(outputs[i])·e(inputs[i])ᵀ
  /// in 5×6.
  private func write(
    _ name: String, strengths: [Float], outputs: [Int], inputs: [Int], more: String? = nil
  ) throws {
    let rank = strengths.count
    var left = [Float](repeating: 0, count: 5 * rank)
    var right = [Float](repeating: 0, count: rank * 6)
    for index in 0..<rank {
      left[outputs[index] * rank + index] = strengths[index]
      right[index * 6 + inputs[index]] = 1
    }
    let modules = ["lora_m"] + [more].compactMap(\.self)
    try scratch.write(
      modules.flatMap { module -> [SafetensorsBytes.Tensor] in
        [
          ("\(module).lora_down.weight", "F32", [rank, 6], SafetensorsBytes.singles(right)),
          ("\(module).lora_up.weight", "F32", [5, rank], SafetensorsBytes.singles(left)),
        ]
      }, to: name)
  }

  @Test("have Hu et al.'s phi of both sides at each rank, beside that of random subspaces")
  func overlaps() throws {
    try write(
      "a.safetensors", strengths: [4, 2, 1], outputs: [0, 1, 2], inputs: [0, 1, 2], more: "lora_a")
    try write(
      "b.safetensors", strengths: [4, 2, 1], outputs: [0, 2, 1], inputs: [0, 3, 1], more: "lora_b")
    let result = try scratch.bash(
      "lorabook measure --adapter a.safetensors --with b.safetensors --ranks 1-3 --quiet")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("is in the adapter of --with alone: lora_b"))
    #expect(
      result.errors.contains("not in the adapter of --with, or in another shape there: lora_a"))
    let rows = try scratch.lorabook("query", "subspace-overlap", "--format", "csv").lines
      .map { $0.split(separator: ",").map(String.init) }
    #expect(
      rows.first == [
        "part", "module", "d", "k", "rank", "phi_in", "phi_in_random", "phi_out", "phi_out_random",
      ])
    #expect(rows.count == 4)
    // Inputs 0, 1, 2 beside 0, 3, 1, and outputs 0, 1, 2 beside 0, 2, 1.
    let shared: [[Double]] = [
      [1, 1 / 6.0, 1, 0.2], [0.5, 2 / 6.0, 0.5, 0.4], [2 / 3.0, 0.5, 1, 0.6],
    ]
    for (row, expected) in zip(rows.dropFirst(), shared) {
      #expect(row[1] == "lora_m")
      for (text, value) in zip(row[5...], expected) {
        #expect(abs(try #require(Double(text)) - value) < 1e-12, "\(row)")
      }
    }
    #expect(try scratch.lorabook("doctor").status == 0)
    #expect(try scratch.lorabook("verify", "1").status == 0)
    // They are merged and removed with the sweep.
    #expect(try scratch.lorabook("merge", "--db", "all.db", "lorabook.db").status == 0)
    let merged = try scratch.bash("lorabook query subspace-overlap --format csv --db all.db")
    #expect(merged.lines.map(String.init) == rows.map { $0.joined(separator: ",") })
    #expect(try scratch.bash("lorabook rm 1 --yes && lorabook doctor").status == 0)
    #expect(try scratch.sqlite("SELECT count(*) FROM run_metric") == "0")
  }

  @Test("have phi 1 with themselves, and none beyond the rank of either")
  func itself() throws {
    let plain = Scratch.weights("adapters/plain")
    let result = try scratch.bash("lorabook measure --adapter '\(plain)' --with '\(plain)' --quiet")
    #expect(result.status == 0, "\(result.errors)")
    let values = try scratch.sqlite("SELECT value FROM metrics").split(separator: "\n")
      .compactMap { Double($0) }
    #expect(values.count == 24)
    #expect(values.allSatisfy { abs($0 - 1) < 1e-12 })
    try write("low.safetensors", strengths: [3], outputs: [1], inputs: [1])
    try write("high.safetensors", strengths: [3, 2], outputs: [1, 2], inputs: [1, 2])
    _ = try scratch.bash(
      "lorabook measure --adapter high.safetensors --with low.safetensors --quiet")
    #expect(
      try scratch.sqlite(
        "SELECT DISTINCT rank FROM metrics JOIN runs USING (run_id) WHERE metrics.sweep_id = 2")
        == "1")
  }

  @Test("--with needs --adapter")
  func refused() throws {
    let result = try scratch.bash("lorabook measure --matrix a.npy --with b")
    #expect(result.status == 64)
    #expect(result.errors.contains("Name the first with --adapter"), "\(result.errors)")
  }
}
