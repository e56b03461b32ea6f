import LoRASpectra
import WeightFiles

extension FuzzTarget {
  /// A safetensors file: the named tensors fill its bytes, and each can be read, as a matrix and as
  /// a part of an adapter.
  static let safetensors: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let source = MemoryBytes(Array(bytes), name: "fuzzed.safetensors")
    try refusing {
      let file = try SafetensorsFile(source)
      let counts = (0..<file.table.count).map { file.table.range(at: $0).count }
      let data = counts.reduce(0, +)
      try promise(data <= max(0, bytes.count - 10), "\(data) bytes of tensors in \(bytes.count)")
      for index in 0..<file.table.count {
        try promise(
          file.table.index(of: file.table.name(at: index)) == index, "tensor \(index) is not found")
      }
      try read(MatrixModules([source]))
      try read(AdapterModules(weights: source, configuration: nil))
    }
  }

  /// A NumPy array.
  static let npy: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let source = MemoryBytes(Array(bytes), name: "fuzzed.npy")
    try refusing { try read(MatrixModules([source])) }
  }

  /// An archive of arrays.
  static let npz: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let source = MemoryBytes(Array(bytes), name: "fuzzed.npz")
    try refusing { try read(MatrixModules([source])) }
  }

  /// An index of shards, each of which has one tensor `a`: only files with plain names are
  /// requested.
  static let shards: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let source = MemoryBytes(Array(bytes), name: "model.safetensors.index.json")
    let header = #"{"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}"#
    let shard =
      [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0, 0]
    try refusing {
      let checkpoint = try Checkpoint(index: source) { name in
        try promise(
          name.hasSuffix(".safetensors") && !name.contains("/") && !name.hasPrefix("."),
          "asks for '\(name)'")
        return MemoryBytes(shard, name: name)
      }
      try promise(checkpoint.files.count <= 1, "one tensor in \(checkpoint.files.count) files")
      try read(DifferenceModules(base: checkpoint, tuned: checkpoint))
    }
  }

  /// A PEFT configuration for an adapter of two modules: each scale matches its rank and α.
  static let adapter: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let source = MemoryBytes(Array(bytes), name: "adapter_config.json")
    let names = [
      "layers.0.q.lora_A", "layers.0.q.lora_B", "layers.1.v.lora_A", "layers.1.v.lora_B",
    ]
    let tensors = names.enumerated().map { index, name in
      "\"\(name).weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[\(16 * index),\(16 * index + 16)]}"
    }
    let header = "{\(tensors.joined(separator: ","))}"
    let (low, high) = (UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8))
    let weights =
      [low, high, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [UInt8](repeating: 0, count: 64)
    try refusing {
      let modules = try AdapterModules(
        weights: MemoryBytes(weights, name: "adapter_model.safetensors"), configuration: source)
      for index in 0..<modules.count {
        guard let settings = modules[index].adapter else {
          throw BrokenPromise("no settings of \(modules[index].name)")
        }
        try promise(
          settings.rank == 2
            && settings.scale == settings.rule.scale(alpha: settings.alpha, rank: settings.rank),
          "\(settings)")
      }
      try read(modules)
    }
  }

  /// A regular expression and, after the first NUL, names: it matches or not, or is refused, within
  /// its bound.
  static let pattern: @Sendable (UnsafeRawBufferPointer) throws -> Void = { bytes in
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let pattern = String(decoding: parts.first ?? bytes[...], as: UTF8.self)
    let name = String(decoding: parts.dropFirst().first ?? bytes[..<0], as: UTF8.self)
    do {
      let filter = try ModuleFilter(include: pattern, exclude: nil)
      let opposite = try ModuleFilter(include: nil, exclude: pattern)
      let isTaken = try filter.takes(name)
      try promise(try opposite.takes(name) != isTaken, "'\(pattern)' takes and leaves '\(name)'")
    } catch let error as PatternError {
      try promise(error.pattern == pattern && !error.problem.isEmpty, "\(error)")
    }
  }

  /// Runs a reader, whose refusals must have their types and a text.
  private static func refusing(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as WeightFileError {
      try promise(!error.problem.isEmpty && !error.remedy.isEmpty, "refused as \(error)")
    } catch let error as PatternError {
      try promise(!error.problem.isEmpty, "refused as \(error)")
    }
  }

  /// Reads every module, and checks that each one left out has a reason.
  private static func read(_ modules: some WeightModules) throws {
    for index in 0..<modules.leftOutCount {
      try promise(!modules.leftOut(at: index).reason.isEmpty, "left out without a reason")
    }
    // A tensor of a million slices exercises the same code as one of ten.
    for index in 0..<min(modules.count, 10) {
      let module = modules[index]
      let shape = module.update.shape
      try promise(shape.d > 0 && shape.k > 0, "\(module.name) is \(shape)")
      for matrix in module.matrices {
        let values = try matrix.values()
        try promise(values.count == matrix.shape.d * matrix.shape.k, "\(values.count) numbers")
      }
      try promise(try module.digests().sha256.utf8.count == 64, "a digest of another length")
    }
  }
}
