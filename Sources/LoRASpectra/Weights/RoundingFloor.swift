/// The energy ‖·‖²_F that rounding to a file's format can account for.
///
/// A number x with 2^e ≤ |x| < 2^(e+1) was rounded to a multiple of u = 2^(e − fractionBits).
/// Rounding errors are nearly uniform in ±u/2 and independent, with a mean square of u²/12 (Widrow
/// & Kollár 2008, *Quantization Noise*, ch. 12). A zero has no rounding error.
package struct RoundingFloor {
  /// Σ 4^e of the numbers added.
  private var sum = 0.0
  private let format: FloatFormat
  private let least: Double

  /// Without numbers yet.
  package init(_ format: FloatFormat) {
    self.format = format
    least = Double(sign: .plus, exponent: format.leastExponent, significand: 1)
  }

  /// Adds numbers as stored in the file.
  package mutating func add(_ values: UnsafeBufferPointer<Double>) {
    var sum = 0.0
    for value in values {
      // 2^e: the bits of the exponent alone.
      let power = Double(bitPattern: value.bitPattern & 0x7ff0_0000_0000_0000)
      let step = value == 0 ? 0 : max(power, least)
      sum += step * step
    }
    self.sum += sum
  }

  /// Σ u²/12.
  package var energy: Double {
    let step = Double(sign: .plus, exponent: -format.fractionBits, significand: 1)
    return sum * (step * step / 12)
  }
}
