/// The floating-point formats of weights in files.
package enum FloatFormat: String, Sendable, CaseIterable {
  /// IEEE 754 binary64.
  case f64 = "F64"
  /// IEEE 754 binary32.
  case f32 = "F32"
  /// IEEE 754 binary16.
  case f16 = "F16"
  /// The upper half of a binary32 (bfloat16).
  case bf16 = "BF16"

  /// Number of bytes of a number.
  package var byteCount: Int {
    switch self {
    case .f64: 8
    case .f32: 4
    case .f16, .bf16: 2
    }
  }

  /// Number of bits of the fraction: a number between 2^e and 2^(e+1) is a multiple of 2^(e −
  /// fractionBits).
  package var fractionBits: Int {
    switch self {
    case .f64: 52
    case .f32: 23
    case .f16: 10
    case .bf16: 7
    }
  }

  /// The least exponent e of a normal number.
  package var leastExponent: Int {
    switch self {
    case .f64: -1022
    case .f32, .bf16: -126
    case .f16: -14
    }
  }
}
