import TestSupport
import WeightFiles

extension SafetensorsBytes {
  /// The file of ``make(_:metadata:)``, opened.
  static func file(
    _ tensors: [Tensor], metadata: [String: String] = [:], name: String = "made.safetensors"
  ) throws -> SafetensorsFile {
    try SafetensorsFile(MemoryBytes(make(tensors, metadata: metadata), name: name))
  }
}
