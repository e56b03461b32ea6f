import TestSupport
import Testing

@testable import LoRASpectra

@Suite("A number in a file")
struct DecimalBytesTests {
  private func number(_ text: String, point: String = ".") -> Double? {
    var text = text
    return text.withUTF8 {
      DecimalBytes(point: point.utf8.first ?? 0).number(UnsafeRawBufferPointer($0))
    }
  }

  @Test("is the double that Swift reads, to the last bit")
  func sameAsSwift() {
    var random = SplitMix64(seed: 5)
    for _ in 0..<4000 {
      let digits = String(random.next() % 1_000_000_000_000_000_000)
      let whole = digits.prefix(Int(random.next() % 19))
      for text in [
        "\(whole).\(digits)", "-0.\(digits)", "0.000\(digits)", "\(digits).\(digits.prefix(3))",
        Double(bitPattern: random.next() >> 2).shortestText,
        (Double(random.next() >> 11) * 0x1p-53).shortestText,
      ] {
        #expect(number(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
        #expect(
          number(text.replacing(".", with: ","), point: ",")?.bitPattern == Double(text)?.bitPattern
        )
      }
    }
    // Halfway between two doubles, and just beside it.
    for text in [
      "0.500000000000000055511151231257827", "9007199254740993", "9007199254740995",
      "900719925474099.25", "90071992547409.925", "450359962737049.65", "4503599627370497.5",
      "4503599627370496.5", "36028797018963970", "36028797018963965",
    ] {
      #expect(number(text) == Double(text), "\(text)")
    }
  }

  @Test("is nothing but digits, a sign, a point and an exponent")
  func refused() {
    for text in ["", "-", ".", "-.", "1.2.3", "1,5", "0x1", "1 ", " 1", "1e", "e5", "nan", "1e999"]
    {
      #expect(number(text) == nil, "\(text)")
    }
    #expect(number("1.5", point: ",") == nil)
    #expect(number("-0")?.sign == .plus)
    #expect(number("1e-5") == 1e-5)
  }

  @Test("is whole where a setting is")
  func integers() {
    func integer(_ text: String) -> Int? {
      Array(text.utf8).withUnsafeBytes { DecimalBytes.integer($0) }
    }
    #expect(integer("4294967295") == 4_294_967_295)
    #expect(integer("-12") == -12)
    for text in ["", "-", "1.0", "+1", "1e3", "9999999999999999999", "１"] {
      #expect(integer(text) == nil, "\(text)")
    }
  }
}
