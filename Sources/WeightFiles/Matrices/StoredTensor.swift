import LoRASpectra

/// A tensor in a file whose place there was checked.
package struct StoredTensor: Sendable {
  /// As the file names it.
  package let name: String
  /// What its elements are.
  package let type: ElementType
  /// Empty for a scalar.
  package let dimensions: [Int]
  /// Where its bytes are, and from which byte on.
  let source: any ByteSource
  let offset: Int
  let byteCount: Int
  /// Whether the first index runs fastest (NumPy's `fortran_order`).
  let isFortranOrder: Bool

  init(
    name: String, type: ElementType, dimensions: [Int], source: any ByteSource, offset: Int,
    byteCount: Int, isFortranOrder: Bool = false
  ) {
    self.name = name
    self.type = type
    self.dimensions = dimensions
    self.source = source
    self.offset = offset
    self.byteCount = byteCount
    self.isFortranOrder = isFortranOrder
  }

  /// How many elements there are.
  package var count: Int { dimensions.reduce(1, *) }

  /// `10x6x3x3`, or `scalar`.
  package var dimensionText: String {
    dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "x")
  }

  /// The file's name.
  package var file: String { source.name }

  /// The one number of a tensor that has one.
  ///
  /// - Throws: `WeightFileError` where it has none or several, or of another type.
  func number() throws -> Double {
    if count == 1 {
      let bytes = try source.bytes(at: offset, count: byteCount)
      if let format = type.format {
        var value = 0.0
        bytes.withUnsafeBytes { bytes in
          withUnsafeMutablePointer(to: &value) {
            decode(bytes, format, into: UnsafeMutableBufferPointer(start: $0, count: 1))
          }
        }
        return value
      }
      switch type {
      case .i64: return Double(bytes.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) })
      case .i32: return Double(bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) })
      default: break
      }
    }
    throw WeightFileError(
      .malformed, file,
      "has \(name.quoted) of type \(type.name) and shape \(dimensionText), not one number",
      remedy: "Save the adapter again")
  }
}

/// Numbers from their little-endian bytes.
///
/// - Parameters:
///   - bytes: as many as `values` are in the format.
func decode(
  _ bytes: UnsafeRawBufferPointer, _ format: FloatFormat,
  into values: UnsafeMutableBufferPointer<Double>
) {
  guard let from = bytes.baseAddress, let to = values.baseAddress else { return }
  let count = min(values.count, bytes.count / format.byteCount)
  switch format {
  case .f64:
    UnsafeMutableRawPointer(to).copyMemory(from: from, byteCount: 8 * count)
  case .f32:
    for index in 0..<count {
      to[index] = Double(from.loadUnaligned(fromByteOffset: 4 &* index, as: Float.self))
    }
  case .bf16:
    for index in 0..<count {
      let bits = from.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self)
      to[index] = Double(Float(bitPattern: UInt32(bits) << 16))
    }
  case .f16:
    for index in 0..<count {
      let bits = UInt32(from.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
      // The exponent's bias is 15 there and 127 here; subnormal numbers come right by the product.
      let magnitude =
        bits & 0x7c00 == 0x7c00
        ? Float(bitPattern: 0x7f80_0000 | (bits & 0x3ff) << 13)
        : Float(bitPattern: (bits & 0x7fff) << 13) * 0x1p112
      to[index] = Double(bits & 0x8000 == 0 ? magnitude : -magnitude)
    }
  }
}
