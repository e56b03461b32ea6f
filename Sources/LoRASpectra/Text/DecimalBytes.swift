/// Parses numbers from the bytes of a file.
struct DecimalBytes {
  /// The decimal separator.
  let point: UInt8

  /// 10^0 … 10^22, each exactly a double.
  private static let powers: [Double] = {
    var powers = [1.0]
    for _ in 0..<22 { powers.append(10 * (powers.last ?? 1)) }
    return powers
  }()

  /// A whole number: digits with an optional minus.
  static func integer(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let first = isNegative ? 1 : 0
    // Eighteen digits cannot overflow.
    guard bytes.count > first, bytes.count - first <= 18 else { return nil }
    var number = 0
    for index in first..<bytes.count {
      let digit = bytes[index] &- 48
      guard digit <= 9 else { return nil }
      number = number &* 10 &+ Int(digit)
    }
    return isNegative ? -number : number
  }

  /// The finite double nearest to a decimal text, as `Double.finite` reads it; nil for anything else.
  func number(_ bytes: UnsafeRawBufferPointer) -> Double? {
    var digits: UInt64 = 0
    var count = 0
    var places = 0
    var hasPoint = false
    let isNegative = bytes.first == UInt8(ascii: "-")
    var index = isNegative ? 1 : 0
    while index < bytes.count {
      let byte = bytes[index]
      let digit = byte &- 48
      if digit <= 9 {
        guard count < 18 else { return rare(bytes) }
        digits = digits &* 10 &+ UInt64(digit)
        count += digits > 0 ? 1 : 0
        places += hasPoint ? 1 : 0
      } else if byte == point, !hasPoint {
        hasPoint = true
      } else {
        return rare(bytes)
      }
      index += 1
    }
    guard bytes.count > (isNegative ? 1 : 0) + (hasPoint ? 1 : 0),
      let value = DecimalBytes.quotient(digits, places: places)
    else { return rare(bytes) }
    return isNegative && value != 0 ? -value : value
  }

  /// The double nearest to digits / 10^places; nil if it takes more than a few divisions.
  private static func quotient(_ digits: UInt64, places: Int) -> Double? {
    // Both are exact doubles, so the quotient is rounded once (Clinger 1990, "How to read floating
    // point numbers accurately").
    if digits < 1 << 53, places <= 22 { return Double(digits) / powers[places] }
    guard digits > 0, places < fives.count else { return nil }
    // digits / 5^places to at least 63 bits, and whether there is a remainder; the power of 2 is
    // exact.
    let divisor = fives[places] << UInt64(fives[places].leadingZeroBitCount)
    let dividend = digits << UInt64(digits.leadingZeroBitCount)
    // Half the dividend is below the divisor, whose highest bit is set.
    let (quotient, rest) = divisor.dividingFullWidth((dividend >> 1, (dividend & 1) << 63))
    let exponent =
      fives[places].leadingZeroBitCount - digits.leadingZeroBitCount - 63 - places
    // With the remainder as the lowest bit, the quotient is rounded to 53 bits as the fraction
    // itself would be.
    return Double(
      sign: .plus, exponent: exponent, significand: Double(quotient | (rest > 0 ? 1 : 0)))
  }

  /// 5^0 … 5^27, which fit in 64 bits.
  private static let fives: [UInt64] = {
    var powers: [UInt64] = [1]
    for _ in 0..<27 { powers.append(5 * (powers.last ?? 1)) }
    return powers
  }()

  /// Any number, by a slower way.
  private func rare(_ bytes: UnsafeRawBufferPointer) -> Double? {
    guard bytes.count <= 800 else { return nil }
    if point == UInt8(ascii: ".") { return Double.finite(String(decoding: bytes, as: UTF8.self)) }
    guard !bytes.contains(UInt8(ascii: ".")) else { return nil }
    let pointed = bytes.map { $0 == point ? UInt8(ascii: ".") : $0 }
    return Double.finite(String(decoding: pointed, as: UTF8.self))
  }

  /// NaN or an infinity, as C, Python and JavaScript spell it, in any case.
  static func notFinite(_ bytes: UnsafeRawBufferPointer) -> Double? {
    guard bytes.count <= 9 else { return nil }
    let word = String(decoding: bytes, as: UTF8.self).lowercased()
    return switch word {
    case "nan", "+nan", "-nan": .nan
    case "inf", "+inf", "infinity", "+infinity": .infinity
    case "-inf", "-infinity": -.infinity
    default: nil
    }
  }
}
