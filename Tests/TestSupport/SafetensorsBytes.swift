import Foundation

/// Makes a safetensors file in memory.
package enum SafetensorsBytes {
  /// A tensor: its name, type, dimensions and bytes.
  package typealias Tensor = (name: String, type: String, dimensions: [Int], bytes: [UInt8])

  /// - Parameters:
  ///   - tensors: in the order of their bytes; the header has them by name.
  package static func make(_ tensors: [Tensor], metadata: [String: String] = [:]) throws -> [UInt8]
  {
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
    let text = [UInt8](try JSONSerialization.data(withJSONObject: header, options: .sortedKeys))
    return bytes(of: UInt64(text.count)) + text + data
  }

  /// Little-endian numbers in single precision.
  package static func singles(_ numbers: [Float]) -> [UInt8] {
    numbers.flatMap { bytes(of: $0.bitPattern) }
  }

  /// Consecutive whole numbers from a first one, one for each element.
  package static func counting(_ dimensions: [Int], from first: Float = 1) -> [UInt8] {
    singles((0..<dimensions.reduce(1, *)).map { first + Float($0) })
  }

  /// A number's little-endian bytes.
  package static func bytes<Number: FixedWidthInteger>(of number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
