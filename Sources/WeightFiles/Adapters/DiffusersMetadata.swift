import JSONText
import LoRASpectra

/// The PEFT configurations that diffusers keeps in a file's metadata, one for each component of a pipeline
/// (diffusers 0.42.1, `LORA_ADAPTER_METADATA_KEY`, `_pack_dict_with_prefix`).
struct DiffusersMetadata {
  /// By the component's name; under the empty one that of all modules.
  private var configurations: [String: PEFTConfiguration] = [:]

  /// - Throws: `WeightFileError`, `PatternError`.
  init(_ metadata: [String: String], file: String) throws {
    guard let text = metadata["lora_adapter_metadata"] else { return }
    let value: JSONValue
    do {
      value = try Array(text.utf8).withUnsafeBytes { try JSONValue($0) }
    } catch let error as JSONError {
      throw WeightFileError(
        .malformed, file, "has 'lora_adapter_metadata' that is no JSON: \(error.reason)",
        remedy: "Save the adapter again with diffusers")
    }
    guard case .object(let members) = value else { return }
    var components: [String: [(key: String, value: JSONValue)]] = [:]
    for member in members {
      let dot = member.key.lastIndex(of: ".")
      let component = dot.map { String(member.key[..<$0]) } ?? ""
      let key = dot.map { String(member.key[member.key.index(after: $0)...]) } ?? member.key
      components[component, default: []].append((key, member.value))
    }
    for (component, fields) in components {
      configurations[component] = try PEFTConfiguration(.object(fields), file: file)
    }
  }

  /// What the configuration of a module's component says of it; nil where there is none.
  ///
  /// - Throws: `PatternError`.
  func settings(of module: String) throws -> AdapterSettings? {
    for (component, configuration) in configurations where module.hasPrefix(component + ".") {
      return try configuration.settings(of: String(module.dropFirst(component.count + 1)))
    }
    return try configurations[""]?.settings(of: module)
  }
}
