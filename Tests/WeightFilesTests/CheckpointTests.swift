import Foundation
import LoRASpectra
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Checkpoints")
struct CheckpointTests {
  private typealias Tensor = (name: String, type: String, dimensions: [Int], bytes: [UInt8])

  private func write(_ tensors: [Tensor], _ scratch: Scratch, _ name: String) throws {
    let file = scratch.folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(SafetensorsBytes.make(tensors)).write(to: file)
  }

  private func ones(_ name: String, _ dimensions: [Int] = [2, 2], from: Float = 1) -> Tensor {
    (name, "F32", dimensions, SafetensorsBytes.counting(dimensions, from: from))
  }

  @Test("A difference pairs modules by name, over files, and names what has no partner")
  func pairs() throws {
    let scratch = try Scratch()
    try write(
      [
        ones("a.weight"), ones("b.weight", [2, 3]), ones("only_base"), ones("norm", [2]),
        ones("m.experts.w", [2, 2, 2]),
      ], scratch, "base.safetensors")
    try write([ones("a.weight", from: 3), ones("norm", [2])], scratch, "tuned/one.safetensors")
    try write(
      [ones("b.weight", [3, 2]), ones("only_tuned"), ones("m.experts.w", [2, 2, 2], from: 2)],
      scratch, "tuned/two.safetensors")
    try scratch.write(
      """
      {"metadata": {"total_size": [1, {"x": 2}]}, "weight_map": {
        "a.weight": "one.safetensors", "norm": "one.safetensors", "b.weight": "two.safetensors",
        "only_tuned": "two.safetensors", "m.experts.w": "two.safetensors"}}
      """, to: "tuned/model.safetensors.index.json")
    let pair = try DifferenceModules(
      base: scratch.folder.appending(path: "base.safetensors").path,
      tuned: scratch.folder.appending(path: "tuned").path)
    #expect(Set(pair.names) == ["a", "m.experts.w[0]", "m.experts.w[1]"])
    for index in 0..<pair.count {
      guard case .difference(let tuned, let base) = pair[index].update else {
        Issue.record("\(pair[index].update.kind)")
        continue
      }
      let shift = pair[index].name == "a" ? 2.0 : 1
      #expect(try tuned.values() == base.values().map { $0 + shift })
    }
    let reasons = Dictionary(uniqueKeysWithValues: pair.leftOutList.map { ($0.name, $0.reason) })
    #expect(Set(reasons.keys) == ["b.weight", "only_base", "only_tuned", "norm"])
    #expect(reasons["b.weight"] == "is 3x2 in the tuned checkpoint and 2x3 in the base")
    #expect(reasons["only_base"] == "is in the base alone")
    #expect(reasons["only_tuned"] == "is in the tuned checkpoint alone")
    let filtered = try DifferenceModules(
      base: scratch.folder.appending(path: "base.safetensors").path,
      tuned: scratch.folder.appending(path: "tuned").path,
      filter: ModuleFilter(include: #"w\[1\]|only"#, exclude: "tuned"))
    #expect(filtered.names == ["m.experts.w[1]"])
    #expect(filtered.leftOutList.map(\.name) == ["only_base"])
  }

  @Test(
    "An index that is not that of its files is refused",
    arguments: [
      (
        #"{"weight_map": {"a": "one.safetensors"}}"#,
        "does not say that 'one.safetensors' has the tensor 'b'"
      ),
      (
        #"{"weight_map": {"a": "one.safetensors", "b": "one.safetensors", "c": "one.safetensors"}}"#,
        "'c'"
      ),
      (
        #"{"weight_map": {"a": "../one.safetensors"}}"#,
        "'../one.safetensors', which is no plain name"
      ),
      (#"{"weight_map": {"a": "/etc/passwd"}}"#, "no plain name"),
      (#"{"weight_map": {"a": ".safetensors"}}"#, "no plain name"),
      (#"{"weight_map": {"a": "one.bin"}}"#, "no plain name"),
      (#"{"weight_map": {"a": "one.safetensors", "a": "one.safetensors"}}"#, "'a' twice"),
      (#"{"weight_map": {"a": 1}}"#, "'weight_map'"), (#"{"weight_map": []}"#, "'weight_map'"),
      (#"{"metadata": {}}"#, "no 'weight_map'"), ("[]", "'weight_map'"), ("{", "no JSON"),
      (#"{"weight_map": {"a": "two.safetensors"}}"#, "is not there"),
    ])
  func indices(text: String, words: String) throws {
    let scratch = try Scratch()
    try write([ones("a"), ones("b")], scratch, "one.safetensors")
    try scratch.write(text, to: "model.safetensors.index.json")
    let error = try #require(throws: WeightFileError.self) { try Checkpoint(scratch.folder.path) }
    #expect(error.description.contains(words), "\(error)")
  }

  @Test("GGUF, pickles and other files are refused by name, with what to do")
  func names() throws {
    let scratch = try Scratch()
    func error(_ name: String) throws -> WeightFileError {
      try #require(throws: WeightFileError.self) {
        try Checkpoint(scratch.folder.appending(path: name).path)
      }
    }
    #expect(try error("none.safetensors").kind == .missing)
    #expect(try error("model.gguf").problem.contains("GGUF"))
    try scratch.write("GGUF and more of it", to: "hidden.safetensors")
    #expect(try error("hidden.safetensors").problem.contains("GGUF"))
    let pickle = try error("a b/it's.bin")
    #expect(pickle.remedy.contains("weights_only=True") && pickle.remedy.contains(#"it'\''s.bin'"#))
    #expect(pickle.remedy.contains(#"it'\''s.safetensors'"#))
    #expect(try error("").problem.contains("neither"))
    try scratch.write("x", to: "pytorch_model.bin")
    #expect(try error("").remedy.contains("pytorch_model.bin"))
  }
}
