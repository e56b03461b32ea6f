import JSONText
import LoRASpectra

/// The modules of a trained adapter, each an update s·B·A: a folder of PEFT, or a `.safetensors` file of kohya or
/// diffusers.
package struct AdapterModules: WeightModules {
  private var modules: [WeightModule] = []
  private var leftOut: [LeftOut] = []

  /// Opens an adapter.
  ///
  /// - Throws: `WeightFileError`, `PatternError`.
  package init(_ path: String, filter: ModuleFilter = .all) throws {
    if isFolder(path) {
      let configuration = try AdapterModules.configuration(path)
      try self.init(AdapterModules.weights(path), configuration: configuration, filter: filter)
    } else {
      try refuseByName(path)
      let file = try SafetensorsFile(path)
      let configuration = try AdapterModules.configurationBeside(file)
      try self.init(file, configuration: configuration, filter: filter)
    }
  }

  /// As ``init(_:filter:)``, of bytes that are there already.
  ///
  /// - Parameter configuration: PEFT's; nil where the file is of kohya or diffusers.
  /// - Throws: `WeightFileError`, `PatternError`.
  package init(
    weights: any ByteSource, configuration: (any ByteSource)?, filter: ModuleFilter = .all
  ) throws {
    let configuration = try configuration.map { try AdapterModules.configuration($0) }
    try self.init(SafetensorsFile(weights), configuration: configuration, filter: filter)
  }

  private static func weights(_ folder: String) throws -> SafetensorsFile {
    let path = folder + "/adapter_model.safetensors"
    guard isThere(path) else {
      let pickle = folder + "/adapter_model.bin"
      if isThere(pickle) { throw pickleRefusal(pickle) }
      throw WeightFileError(
        .missing, folder, "has no 'adapter_model.safetensors'",
        remedy: "Save the adapter again with PEFT")
    }
    return try SafetensorsFile(path)
  }

  /// The configuration that a file of PEFT needs; nil where it is of another program.
  private static func configurationBeside(_ file: SafetensorsFile) throws -> PEFTConfiguration? {
    let isPEFT = (0..<file.table.count).contains {
      file.table.name(at: $0).hasPrefix(AdapterKey.peftPrefix)
    }
    guard isPEFT else { return nil }
    let folder = file.name.lastIndex(of: "/").map { String(file.name[..<$0]) } ?? "."
    guard isThere(folder + "/adapter_config.json") else {
      throw WeightFileError(
        .unsupported, file.name,
        "is of PEFT, whose rank and alpha are in 'adapter_config.json', which is not beside it",
        remedy: "Put it there, and name the folder")
    }
    return try configuration(folder)
  }

  private static func configuration(_ folder: String) throws -> PEFTConfiguration {
    let path = folder + "/adapter_config.json"
    guard isThere(path) else {
      throw WeightFileError(
        .missing, folder, "has no 'adapter_config.json'",
        remedy: "Name the folder that PEFT saved, or a .safetensors file of kohya or diffusers")
    }
    return try configuration(FileBytes(path))
  }

  /// A configuration is a page; this is a thousand.
  private static let longestConfiguration = 4_000_000

  /// Reads a configuration.
  ///
  /// - Throws: `WeightFileError`, `PatternError`.
  static func configuration(_ source: any ByteSource) throws -> PEFTConfiguration {
    guard source.count <= longestConfiguration else {
      throw WeightFileError(
        .malformed, source.name, "has \(source.count) bytes, too many for a configuration",
        remedy: "Save the adapter again with PEFT")
    }
    let text = try source.bytes(at: 0, count: source.count)
    do {
      return try PEFTConfiguration(text.withUnsafeBytes { try JSONValue($0) }, file: source.name)
    } catch let error as JSONError {
      throw WeightFileError(
        .malformed, source.name, "is no JSON: \(error.reason)",
        remedy: "Save the adapter again with PEFT")
    }
  }

  /// The tensors of one module.
  private struct Parts {
    var left: Int?
    var right: Int?
    var alpha: Int?
    var others: [LeftOut] = []
  }

  /// - Parameter configuration: PEFT's; nil where the file is of kohya or diffusers.
  init(_ file: SafetensorsFile, configuration: PEFTConfiguration?, filter: ModuleFilter) throws {
    var names: [String] = []
    var parts: [String: Parts] = [:]
    for index in 0..<file.table.count {
      let name = file.table.name(at: index)
      guard let key = AdapterKey(name) else {
        let module = AdapterModules.plainName(name)
        if try filter.takes(moduleName(ofTensor: module)) {
          leftOut.append(
            LeftOut(name: module, reason: AdapterModules.reasonWhole(module, configuration)))
        }
        continue
      }
      if parts[key.module] == nil { names.append(key.module) }
      switch key.part {
      case .left where parts[key.module]?.left == nil:
        parts[key.module, default: Parts()].left = index
      case .right where parts[key.module]?.right == nil:
        parts[key.module, default: Parts()].right = index
      case .alpha: parts[key.module, default: Parts()].alpha = index
      case .other(let reason):
        parts[key.module, default: Parts()].others.append(
          LeftOut(name: AdapterModules.plainName(name), reason: reason))
      case .magnitude:
        throw WeightFileError(
          .unsupported, file.name,
          "is DoRA: it has the magnitudes \(name.quoted), which rescale the base too, so ΔW is not s·B·A",
          remedy: "Merge it into its base, and measure the result with --base and --tuned")
      case .left, .right:
        throw WeightFileError(
          .malformed, file.name, "has several adapters for \(key.module.quoted)",
          remedy: "Save one adapter a file")
      }
    }
    let metadata = try DiffusersMetadata(file.metadata, file: file.name)
    for name in names {
      guard let parts = parts[name] else { continue }
      try add(name, parts, file, filter) { rank, alpha in
        if let configuration { return try configuration.settings(of: name) }
        if let alpha {
          return AdapterSettings(rank: rank, alpha: alpha, rule: .lora, scale: alpha / Double(rank))
        }
        // Without α both take α = r (sd-scripts, `lora.py`; diffusers, `get_peft_kwargs`).
        return try metadata.settings(of: name)
          ?? AdapterSettings(rank: rank, alpha: Double(rank), rule: .lora, scale: 1)
      }
    }
  }

  private mutating func add(
    _ name: String, _ parts: Parts, _ file: SafetensorsFile, _ filter: ModuleFilter,
    _ settings: (_ rank: Int, _ alpha: Double?) throws -> AdapterSettings
  ) throws {
    guard let leftIndex = parts.left, let rightIndex = parts.right else {
      if parts.left == nil, parts.right == nil {
        if try filter.takes(name) { leftOut.append(contentsOf: parts.others) }
        return
      }
      throw WeightFileError(
        .malformed, file.name,
        "has \(parts.left == nil ? "A but not B" : "B but not A") of \(name.quoted)",
        remedy: "Save the adapter again")
    }
    // A third factor makes another product of both.
    if let mid = parts.others.first(where: { $0.name.contains("lora_mid") }) {
      if try filter.takes(name) { leftOut.append(LeftOut(name: name, reason: mid.reason)) }
      return
    }
    if try filter.takes(name) { leftOut.append(contentsOf: parts.others) }
    let factors = AdapterFactors(left: file[leftIndex], right: file[rightIndex])
    if let reason = factors.reasonLeftOut {
      if try filter.takes(name) { leftOut.append(LeftOut(name: name, reason: reason)) }
      return
    }
    let settings = try settings(factors.rank, parts.alpha.map { try file[$0].number() })
    guard settings.scale.isFinite else {
      throw WeightFileError(
        .malformed, file.name, "has alpha \(settings.alpha.shortestText) for \(name.quoted)",
        remedy: "Save the adapter again")
    }
    let count = try factors.count(rank: settings.rank, module: name)
    for index in 0..<count {
      let module = count == 1 ? name : "\(name)[\(index)]"
      guard try filter.takes(module) else { continue }
      let (left, right) = factors.pair(at: index, of: count)
      modules.append(
        WeightModule(
          name: module, update: .adapter(left: left, right: right, scale: settings.scale),
          matrices: [left, right], adapter: settings))
    }
  }

  private static func plainName(_ name: String) -> String {
    name.hasPrefix(AdapterKey.peftPrefix)
      ? String(name.dropFirst(AdapterKey.peftPrefix.count)) : name
  }

  private static func reasonWhole(_ name: String, _ configuration: PEFTConfiguration?) -> String {
    let words = name.split(separator: ".")
    if words.contains(where: { $0.hasPrefix("trainable_tokens") }) {
      return "holds single rows of an embedding (trainable tokens), no factors"
    }
    let isWhole = configuration?.wholeModules.contains { module in
      ".\(name).".contains(".\(module).")
    }
    return isWhole == true
      ? "was trained whole (modules_to_save), so its update is in no factors"
      : "is saved whole beside the adapter, no factors"
  }

  package var count: Int { modules.count }

  package subscript(index: Int) -> WeightModule { modules[index] }

  package var leftOutCount: Int { leftOut.count }

  package func leftOut(at index: Int) -> LeftOut { leftOut[index] }
}
