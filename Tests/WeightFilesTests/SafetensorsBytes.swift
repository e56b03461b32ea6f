import Foundation
import WeightFiles

/// Makes a safetensors file in memory.
enum SafetensorsBytes {
  /// - Parameters:
  ///   - tensors: names, types, dimensions and bytes, in the order of their bytes.
  static func make(
    _ tensors: [(name: String, type: String, dimensions: [Int], bytes: [UInt8])],
    metadata: [String: String] = [:]
  ) throws -> [UInt8] {
    var header: [String: Any] = [:]
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    var data: [UInt8] = []
    for tensor in tensors {
      header[tensor.name] =
        [
          "dtype": tensor.type, "shape": tensor.dimensions,
          "data_offsets": [data.count, data.count + tensor.bytes.count],
        ] as [String: Any]
      data += tensor.bytes
    }
    let text = [UInt8](try JSONSerialization.data(withJSONObject: header))
    return bytes(of: UInt64(text.count)) + text + data
  }

  /// The file of ``make``, opened.
  static func file(
    _ tensors: [(name: String, type: String, dimensions: [Int], bytes: [UInt8])],
    metadata: [String: String] = [:], name: String = "made.safetensors"
  ) throws -> SafetensorsFile {
    try SafetensorsFile(MemoryBytes(make(tensors, metadata: metadata), name: name))
  }

  /// Little-endian numbers in single precision.
  static func singles(_ numbers: [Float]) -> [UInt8] {
    numbers.flatMap { bytes(of: $0.bitPattern) }
  }

  /// Consecutive whole numbers from a first one, one for each element.
  static func counting(_ dimensions: [Int], from first: Float = 1) -> [UInt8] {
    singles((0..<dimensions.reduce(1, *)).map { first + Float($0) })
  }

  static func bytes<Number: FixedWidthInteger>(of number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
