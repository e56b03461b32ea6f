import Foundation
import LoRASpectra
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Adapters of all formats")
struct AdapterFormatTests {
  private typealias Tensor = (name: String, type: String, dimensions: [Int], bytes: [UInt8])

  private func counting(_ name: String, _ dimensions: [Int], from first: Float = 1) -> Tensor {
    (name, "F32", dimensions, SafetensorsBytes.counting(dimensions, from: first))
  }

  private func open(
    _ tensors: [Tensor], configuration: String? = nil, metadata: [String: String] = [:]
  ) throws -> AdapterModules {
    let configuration = try configuration.map {
      try AdapterModules.configuration(MemoryBytes(Array($0.utf8), name: "adapter_config.json"))
    }
    return try AdapterModules(
      SafetensorsBytes.file(tensors, metadata: metadata), configuration: configuration, filter: .all
    )
  }

  @Test("kohya's names stay, its alpha scales, and without one the scale is 1")
  func kohya() throws {
    let modules = try open([
      counting("lora_unet_a_to_q.lora_down.weight", [4, 6]),
      counting("lora_unet_a_to_q.lora_up.weight", [5, 4]),
      ("lora_unet_a_to_q.alpha", "F16", [], [0x00, 0x40]),
      counting("lora_unet_conv.lora_down.weight", [2, 3, 3, 3]),
      counting("lora_unet_conv.lora_up.weight", [7, 2, 1, 1]),
      counting("lora_unet_tucker.lora_down.weight", [2, 3, 1, 1]),
      counting("lora_unet_tucker.lora_mid.weight", [2, 2, 3, 3]),
      counting("lora_unet_tucker.lora_up.weight", [7, 2, 1, 1]),
      counting("lora_unet_loha.hada_w1_a", [2, 2]), counting("lora_unet_lokr.lokr_w1", [2, 2]),
    ])
    let found = Dictionary(
      uniqueKeysWithValues: modules.names.enumerated().map { ($1, modules[$0]) })
    #expect(Set(found.keys) == ["lora_unet_a_to_q", "lora_unet_conv"])
    let linear = found["lora_unet_a_to_q"]?.adapter
    #expect(linear == AdapterSettings(rank: 4, alpha: 2, rule: .lora, scale: 0.5))
    #expect(found["lora_unet_conv"]?.adapter?.scale == 1)
    #expect(found["lora_unet_conv"]?.update.shape == Shape(d: 7, k: 27))
    let reasons = modules.leftOutList.map(\.reason).joined()
    #expect(
      reasons.contains("third factor") && reasons.contains("LoHa") && reasons.contains("LoKr"))
  }

  @Test(
    "The names of diffusers, new and old, and of PEFT name the module",
    arguments: [
      ("transformer.blocks.0.attn.to_q.lora_A.weight", "transformer.blocks.0.attn.to_q"),
      ("unet.a.attn1.processor.to_q_lora.down.weight", "unet.a.attn1.to_q"),
      ("unet.a.attn1.processor.to_out_lora.down.weight", "unet.a.attn1.to_out.0"),
      ("text_encoder.x.q_proj.lora_linear_layer.down.weight", "text_encoder.x.q_proj"),
      ("unet.a.to_k.lora.down.weight", "unet.a.to_k"),
      ("base_model.model.model.layers.0.q_proj.lora_A.default.weight", "model.layers.0.q_proj"),
      ("base_model.model.embed.lora_embedding_A", "embed"),
      ("base_model.model.embed.lora_embedding_A.default", "embed"),
    ])
  func keys(name: String, module: String) {
    let key = AdapterKey(name)
    #expect(key?.module == module && key?.part == .right)
    let other = AdapterKey(
      name.replacing("lora_A", with: "lora_B").replacing("_A", with: "_B")
        .replacing(".down.", with: ".up."))
    #expect(other?.module == module && other?.part == .left)
  }

  @Test("Of diffusers' metadata each component has its own rank, alpha and rule")
  func diffusersMetadata() throws {
    let text =
      #"{"unet.r": 2, "unet.lora_alpha": 8, "unet.use_rslora": true, "unet.alpha_pattern": {"b": 3}}"#
    let modules = try open(
      ["unet.a", "unet.b", "text.a"].flatMap {
        [counting("\($0).lora_A.weight", [2, 3]), counting("\($0).lora_B.weight", [4, 2])]
      }, metadata: ["lora_adapter_metadata": text])
    let scales = Dictionary(
      uniqueKeysWithValues: modules.names.enumerated().map { ($1, modules[$0].adapter?.scale) })
    #expect(scales == ["unet.a": 8 / 2.squareRoot(), "unet.b": 3 / 2.squareRoot(), "text.a": 1])
  }

  @Test("Experts of a parameter are modules of their own, as PEFT multiplies them")
  func experts() throws {
    // 3 experts, r 2, k 4, d 5.
    let (experts, r, k, d) = (3, 2, 4, 5)
    let modules = try open(
      [
        counting("base_model.model.mlp.experts.lora_A.weight", [experts * r, k]),
        counting("base_model.model.mlp.experts.lora_B.weight", [d, r * experts]),
      ], configuration: #"{"r": 2, "lora_alpha": 2, "target_parameters": ["mlp.experts.up"]}"#)
    #expect(modules.names == (0..<experts).map { "mlp.experts[\($0)]" })
    for expert in 0..<experts {
      guard case .adapter(let left, let right, let scale) = modules[expert].update else { continue }
      #expect(scale == 1)
      // einsum("o r e, e r i -> e o i", B.reshape(d, r, e), A.reshape(e, r, k)).
      #expect(
        try left.values()
          == (0..<d).flatMap { row in
            (0..<r).map { Double(1 + row * r * experts + $0 * experts + expert) }
          })
      #expect(
        try right.values()
          == (0..<r).flatMap { row in (0..<k).map { Double(1 + (expert * r + row) * k + $0) } })
    }
  }

  @Test(
    "A configuration that makes another update is refused with the reason",
    arguments: [
      (#"{"use_dora": true}"#, "DoRA"), (#"{"init_lora_weights": "pissa_niter_4"}"#, "PiSSA"),
      (#"{"init_lora_weights": "corda"}"#, "CorDA"), (#"{"init_lora_weights": "olora"}"#, "OLoRA"),
      (#"{"init_lora_weights": "OLoRA"}"#, "OLoRA"), (#"{"init_lora_weights": "loftq"}"#, "LoftQ"),
      (#"{"init_lora_weights": "lora_ga"}"#, "LoRA-GA"),
      (#"{"peft_type": "ADALORA"}"#, "'ADALORA'"),
      (#"{"use_qalora": true}"#, "QALoRA"), (#"{"kasa_config": {}}"#, "KaSA"),
    ])
  func methods(configuration: String, words: String) throws {
    let error = try #require(throws: WeightFileError.self) {
      try open([], configuration: configuration)
    }
    #expect(error.kind == .unsupported && error.problem.contains(words), "\(error)")
  }

  @Test(
    "A configuration that is malformed is refused with the value",
    arguments: [
      (#"{"r": 0}"#, "0 as 'r'"), (#"{"r": 2.5}"#, "2.5 as 'r'"), (#"{"r": "8"}"#, "'8' as 'r'"),
      (#"{"lora_alpha": null}"#, "null"), (#"{"rank_pattern": []}"#, "a list as 'rank_pattern'"),
      (#"{"rank_pattern": {"q": -1}}"#, "-1 as 'rank_pattern.q'"),
      (#"{"use_rslora": 1}"#, "1 as 'use_rslora'"),
      ("[]", "a list"), ("{", "no JSON"), (#"{"r": 1, "r": 2}"#, "'r' is there twice"),
    ])
  func malformed(configuration: String, words: String) throws {
    let error = try #require(throws: WeightFileError.self) {
      try open([], configuration: configuration)
    }
    #expect(error.kind == .malformed && error.description.contains(words), "\(error)")
  }

  @Test("Factors that do not fit each other, or the configuration, are refused")
  func misfits() throws {
    func error(_ tensors: [Tensor]) throws -> String {
      try #require(throws: WeightFileError.self) { try open(tensors, configuration: #"{"r": 2}"#) }
        .description
    }
    let (a, b) = (counting("q.lora_A.weight", [2, 3]), counting("q.lora_B.weight", [4, 2]))
    #expect(try error([a]).contains("A but not B of 'q'"))
    #expect(try error([b]).contains("B but not A"))
    #expect(try error([a, counting("q.lora_B.weight", [4, 3])]).contains("B 4x3 and A 2x3"))
    #expect(
      try error([counting("q.lora_A.weight", [3, 3]), counting("q.lora_B.weight", [4, 3])])
        .contains("rank 3 for 'q', where its configuration says 2"))
    #expect(try error([a, b, counting("q.lora_A.x.weight", [2, 3])]).contains("several adapters"))
    #expect(try error([a, b, counting("q.lora_magnitude_vector", [4])]).contains("DoRA"))
  }

  @Test("A bias, a quantised factor and a grouped convolution are left out, with the reason")
  func leftOut() throws {
    let modules = try open(
      [
        counting("q.lora_A.weight", [2, 3]), counting("q.lora_B.weight", [4, 2]),
        counting("q.lora_B.bias", [4]),
        ("i.lora_A.weight", "I8", [2, 3], [1, 2, 3, 4, 5, 6]), counting("i.lora_B.weight", [4, 2]),
        counting("g.lora_A.weight", [4, 3, 3, 3]), counting("g.lora_B.weight", [8, 2, 1, 1]),
        counting("z.trainable_tokens_delta", [2, 2]),
      ], configuration: #"{"r": 2}"#)
    #expect(modules.names == ["q"])
    let reasons = Dictionary(uniqueKeysWithValues: modules.leftOutList.map { ($0.name, $0.reason) })
    #expect(Set(reasons.keys) == ["q.lora_B.bias", "i", "g", "z.trainable_tokens_delta"])
    #expect(reasons["g"]?.contains("groups") == true && reasons["i"]?.contains("I8") == true)
    #expect(reasons["z.trainable_tokens_delta"]?.contains("trainable tokens") == true)
  }

  @Test("A file of PEFT takes the configuration beside it, and is refused without")
  func besideConfiguration() throws {
    let path = AdapterReferenceTests.path("rslora") + "/adapter_model.safetensors"
    let modules = try AdapterModules(path)
    #expect(modules.count == 4 && modules[0].adapter?.rule == .rslora)
    let scratch = try Scratch()
    let alone = scratch.folder.appending(path: "a.safetensors")
    try FileManager.default.copyItem(at: URL(filePath: path), to: alone)
    let error = try #require(throws: WeightFileError.self) { try AdapterModules(alone.path) }
    #expect(error.problem.contains("adapter_config.json"))
    try scratch.write("x", to: "folder/adapter_model.bin")
    try scratch.write("{}", to: "folder/adapter_config.json")
    let pickle = try #require(throws: WeightFileError.self) {
      try AdapterModules(scratch.folder.appending(path: "folder").path)
    }
    #expect(pickle.remedy.contains("torch.load"))
  }
}
