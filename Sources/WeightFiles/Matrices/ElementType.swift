import LoRASpectra

/// What the elements of a stored tensor are, by the names of the safetensors format.
package enum ElementType: UInt8, Sendable, CaseIterable {
  case bool, f4, f6e2m3, f6e3m2, u8, i8, f8e5m2, f8e4m3, f8e8m0, f8e4m3fnuz, f8e5m2fnuz
  case i16, u16, f16, bf16, i32, u32, f32, c64, f64, i64, u64

  /// As safetensors spells it: `BF16`.
  package var name: String { ElementType.spellings[Int(rawValue)].name }

  /// How many bits an element takes.
  package var bitCount: Int { ElementType.spellings[Int(rawValue)].bits }

  /// The type of a name; nil where there is none.
  init?(named name: String) {
    guard let index = ElementType.spellings.firstIndex(where: { $0.name == name }) else {
      return nil
    }
    self.init(rawValue: UInt8(index))
  }

  /// The format of the numbers, where they are numbers that are measured.
  package var format: FloatFormat? {
    switch self {
    case .f64: .f64
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    default: nil
    }
  }

  /// Why elements are not measured; nil where they are.
  package var reasonLeftOut: String? {
    switch self {
    case .f64, .f32, .f16, .bf16: nil
    case .bool, .u8, .i8, .i16, .u16, .i32, .u32, .i64, .u64:
      "is of integers (\(name)): what a packed or quantised weight means is not in the file"
    case .c64: "is of complex numbers (\(name))"
    default: "is of \(bitCount)-bit numbers (\(name)), whose scales are kept elsewhere"
    }
  }

  /// In the order of the cases, as safetensors 0.8.0 has them.
  private static let spellings: [(name: String, bits: Int)] = [
    ("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8),
    ("F8_E4M3", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("I16", 16),
    ("U16", 16), ("F16", 16), ("BF16", 16), ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64),
    ("F64", 64), ("I64", 64), ("U64", 64),
  ]
}
