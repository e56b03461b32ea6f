import LoRASpectra
import TestSupport
import Testing

struct NumberTextTests {
  @Test(
    "A number is written in its shortest spelling",
    arguments: zip(
      [
        16, 0.1, 1e-5, 2.5e300, 0, -0.0, -1.5, 100_000, 1e15, 1e16, 1e22, 1e-4, 1.5e-7,
        .leastNonzeroMagnitude,
        1.7976931348623157e308, 1.0 / 3, .nan, .infinity, -.infinity,
      ] as [Double],
      [
        "16", "0.1", "1e-5", "2.5e+300", "0", "-0", "-1.5", "100000", "1000000000000000", "1e+16",
        "1e+22", "0.0001", "1.5e-7", "5e-324", "1.7976931348623157e+308", "0.3333333333333333",
        "nan", "inf", "-inf",
      ]))
  func spellings(value: Double, text: String) {
    #expect(value.shortestText == text)
  }

  @Test("Every finite bit pattern reads back to the same double and is no longer than Swift's")
  func readsBack() {
    var random = SplitMix64(seed: 2024)
    var tried = 0
    while tried < 20_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      tried += 1
      expectReadsBack(value)
    }
  }

  @Test("So do whole numbers, powers of ten and small decimals")
  func readsBackOrdinary() {
    var random = SplitMix64(seed: 2025)
    for exponent in -323...308 {
      guard let power = Double("1e\(exponent)") else { continue }
      expectReadsBack(power)
      expectReadsBack(-power / 3)
    }
    for _ in 0..<5000 {
      expectReadsBack(Double(Int.random(in: -1_000_000...1_000_000, using: &random)))
      expectReadsBack(Double(Int.random(in: Int.min...Int.max, using: &random)))
      expectReadsBack(Double(Int.random(in: -99_999...99_999, using: &random)) / 1000)
    }
  }

  private func expectReadsBack(_ value: Double) {
    let text = value.shortestText
    let read = Double(text)
    // One expectation for all: a hundred thousand expectations would take most of the test's time.
    let holds =
      read?.bitPattern == value.bitPattern && text.count <= value.description.count
      && !text.hasSuffix(".0") && !text.contains(".0e") && !text.contains("e-0")
      && !text.contains("e+0") && Double.finite(text) == value
    if !holds { Issue.record("\(value) is written \(text)") }
  }

  @Test("Only a whole decimal text of a finite number is read")
  func reading() {
    for (text, value) in [
      ("0", 0.0), ("16", 16), ("-1.5", -1.5), ("+2", 2), ("1e3", 1000), ("1E-3", 0.001),
      (".5", 0.5),
      ("5.", 5), ("1e-400", 0),
    ] {
      #expect(Double.finite(text) == value, "\(text)")
    }
    // Zero has one sign, so that a setting has one spelling.
    for text in ["-0", "-0.0", "-0e5", "-1e-400"] {
      #expect(Double.finite(text)?.sign == .plus, "\(text)")
    }
    for text in [
      "", " 1", "1 ", "1,5", "nan", "NaN", "inf", "-inf", "infinity", "1e999", "-1e999", "0x10",
      "0x1p3", "1_000", "e5", "E", "-", "+", ".", "1e", "--1", "1.2.3", "٣", "1\n", "1\0",
    ] {
      #expect(Double.finite(text) == nil, "\(text.debugDescription)")
    }
  }
}
