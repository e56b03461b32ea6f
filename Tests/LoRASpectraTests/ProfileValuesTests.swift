import LoRASpectra
import Testing

/// NumPy 2.4.6 computed the expected values with the formulas of the reference program.
struct ProfileValuesTests {
  @Test("A linear profile is numpy.linspace, bit for bit")
  func linear() throws {
    #expect(try values("style", span: 64) == [5, 3.5, 2, 0.5])
    #expect(
      try values("facts", span: 7) == [
        3, 2.5833333333333335, 2.1666666666666665, 1.75, 1.3333333333333333, 0.9166666666666665,
        0.5,
      ])
    #expect(
      try values("linear:0.1:1.3:10", span: 99) == [
        0.1, 0.23333333333333334, 0.3666666666666667, 0.5, 0.6333333333333333, 0.7666666666666666,
        0.9, 1.0333333333333334, 1.1666666666666667, 1.3,
      ])
    #expect(try values("linear:0.1:0.7", span: 1) == [0.1])
    #expect(try values("linear:0.1:0.7:2", span: 9) == [0.1, 0.7])
    #expect(try values("linear:2:2", span: 3) == [2, 2, 2])
  }

  @Test("The last value of a linear profile is LAST itself")
  func lastOfLinear() throws {
    for span in 2...200 {
      // FIRST + (n − 1)·step is 0.10000000000000009 for most of these.
      #expect(try values("linear:1:0.1", span: span).last == 0.1)
    }
  }

  @Test("A power profile is FIRST·i^(−EXPONENT)")
  func power() throws {
    expect(
      try values("power:1.2", span: 6),
      [
        1, 0.43527528164806206, 0.2675805205867436, 0.18946457081379978, 0.1449559327355391,
        0.11647118646192989,
      ])
    expect(
      try values("power:0.5:3:5", span: 40),
      [3, 2.121320343559643, 1.7320508075688772, 1.5, 1.3416407864998738])
  }

  @Test("An exp profile is FIRST·e^(−RATE·(i−1))")
  func exponential() throws {
    expect(
      try values("exp:0.15:2", span: 6),
      [
        2, 1.7214159528501156, 1.4816364413634358, 1.2752563032435467, 1.0976232721880528,
        0.9447331054820294,
      ])
    expect(
      try values("exp:0.3:1:5", span: 8),
      [1, 0.7408182206817179, 0.5488116360940264, 0.40656965974059917, 0.3011942119122021])
  }

  @Test("A flat profile repeats VALUE, and a file keeps its own order")
  func flatAndFile() throws {
    #expect(try values("flat:1.5", span: 4) == [1.5, 1.5, 1.5, 1.5])
    #expect(try values("flat:1.5:2", span: 4) == [1.5, 1.5])
    let file = try Profile(parsing: "file:a") { _ in "1\n3\n2\n" }
    #expect(file.singularValues(span: 64) == [1, 3, 2])
  }

  @Test("Without COUNT there are min(d, k) values, with it COUNT")
  func counts() throws {
    for text in ["linear:5:1", "power:1", "exp:1", "flat:1"] {
      let profile = try parsed(text)
      #expect(profile.count == nil)
      for span in [1, 2, 31] { #expect(profile.singularValues(span: span).count == span) }
    }
    for text in ["linear:5:1:3", "power:1:1:3", "exp:1:1:3", "flat:1:3", "style"] {
      let profile = try parsed(text)
      let count = try #require(profile.count)
      #expect(count == (text == "style" ? 4 : 3))
      for span in [4, 31] { #expect(profile.singularValues(span: span).count == count) }
    }
  }

  @Test("Only a profile without a value above zero is all zero")
  func allZero() throws {
    for text in ["flat:0", "linear:0:0:3", "power:2:0", "exp:1:0"] {
      #expect(try parsed(text).isAllZero(span: 5), "\(text)")
    }
    for text in ["flat:1e-300", "linear:0:1", "power:2", "exp:1"] {
      #expect(try !parsed(text).isAllZero(span: 5), "\(text)")
    }
    // With a span of 1 a linear profile has the value FIRST alone.
    #expect(try parsed("linear:0:1").isAllZero(span: 1))
  }

  private func parsed(_ text: String) throws -> Profile {
    try Profile(parsing: text) { _ in "" }
  }

  private func values(_ text: String, span: Int) throws -> [Double] {
    try parsed(text).singularValues(span: span)
  }

  /// NumPy has its own pow and exp, which may round the last bit differently from libm's.
  private func expect(
    _ values: [Double], _ expected: [Double], at location: SourceLocation = #_sourceLocation
  ) {
    #expect(values.count == expected.count, sourceLocation: location)
    for (value, wanted) in zip(values, expected) {
      #expect(abs(value - wanted) <= 1e-15 * wanted, sourceLocation: location)
    }
  }
}
