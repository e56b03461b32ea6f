import Glibc

/// The singular values that an update is given before noise, as a user names them.
///
/// | text | σᵢ, i from 1 |
/// |---|---|
/// | `linear:FIRST:LAST[:COUNT]` | evenly spaced from FIRST to LAST (`numpy.linspace`) |
/// | `power:EXPONENT[:FIRST[:COUNT]]` | FIRST·i^(−EXPONENT) |
/// | `exp:RATE[:FIRST[:COUNT]]` | FIRST·e^(−RATE·(i−1)) |
/// | `flat:VALUE[:COUNT]` | VALUE |
/// | `style`, `facts` | `linear:5:0.5:4`, `linear:3:0.5` |
/// | `file:PATH` | one value a line |
package struct Profile: Hashable, Sendable, CustomStringConvertible {
  /// How the values are computed.
  package enum Prescription: Hashable, Sendable {
    case linear(first: Double, last: Double, count: Int?)
    case power(exponent: Double, first: Double, count: Int?)
    case exp(rate: Double, first: Double, count: Int?)
    case flat(value: Double, count: Int?)
    case values([Double])
  }

  /// The canonical name shown in rows: `style`, `power:1.2`, `file:spectrum.txt`.
  package var label: String
  /// How the values are computed; profiles with equal prescriptions have the same values, whatever
  /// their labels.
  package var prescription: Prescription

  package init(label: String, prescription: Prescription) {
    self.label = label
    self.prescription = prescription
  }

  package var description: String { label }

  /// COUNT, the number of values for any shape; nil if a shape's min(d, k) are drawn.
  package var count: Int? {
    switch prescription {
    case .linear(_, _, let count), .power(_, _, let count), .exp(_, _, let count),
      .flat(_, let count):
      count
    case .values(let values): values.count
    }
  }

  /// The prescribed singular values of a shape with `span` = min(d, k).
  ///
  /// The formulas are those of `sigma_of` in the reference program, term by term.
  package func singularValues(span: Int) -> [Double] {
    switch prescription {
    case .linear(let first, let last, let count):
      let n = count ?? span
      // numpy.linspace: start + i·step, and the last value is LAST itself.
      let step = n > 1 ? (last - first) / Double(n - 1) : 0
      return (0..<n).map { $0 > 0 && $0 == n - 1 ? last : first + Double($0) * step }
    case .power(let exponent, let first, let count):
      return (1...(count ?? span)).map { first * pow(Double($0), -exponent) }
    case .exp(let rate, let first, let count):
      return (0..<(count ?? span)).map { first * Glibc.exp(-rate * Double($0)) }
    case .flat(let value, let count):
      return [Double](repeating: value, count: count ?? span)
    case .values(let values):
      return values
    }
  }

  /// The canonical text of the values, whatever their source: `style` gives `linear:5:0.5:4`, a
  /// file `values:5;3.5;2`.
  package var definition: String {
    func joined(_ kind: String, _ numbers: [Double], _ count: Int?) -> String {
      ([kind] + numbers.map(\.shortestText) + (count.map { ["\($0)"] } ?? []))
        .joined(separator: ":")
    }
    switch prescription {
    case .linear(let first, let last, let count): return joined("linear", [first, last], count)
    case .power(let exponent, let first, let count):
      return joined("power", [exponent, first], count)
    case .exp(let rate, let first, let count): return joined("exp", [rate, first], count)
    case .flat(let value, let count): return joined("flat", [value], count)
    case .values(let values):
      return "values:" + values.map(\.shortestText).joined(separator: ";")
    }
  }

  /// Whether all prescribed values are zero: without noise the update would be zero.
  package func isAllZero(span: Int) -> Bool {
    singularValues(span: span).allSatisfy { $0 == 0 }
  }
}

extension Profile: Equatable {
  package static func == (a: Profile, b: Profile) -> Bool { a.prescription == b.prescription }

  package func hash(into hasher: inout Hasher) { hasher.combine(prescription) }
}
