import Glibc
import LoRASpectra

/// The format of a column's numbers: settings as they were given; measurements to four decimals, or
/// more for a column of small ones; and numbers that these cannot show with an exponent.
struct DecimalText {
  /// A number smaller than this share of its column's largest is a rounding error around 0: well
  /// above the rounding of a sum of some thousand doubles, well below the precision of any
  /// measurement.
  private static let relativeRounding = 1e-13

  /// Whether all numbers of the column are short enough to be shown as given.
  private let isAsGiven: Bool
  private let decimals: Int
  /// Numbers below this size have an exponent: where one needs it, all small ones have it.
  private let smallest: Double
  /// Smaller numbers are rounding errors around 0.
  private let negligible: Double

  /// - Parameters:
  ///   - column: the finite numbers of the column, which share one format.
  ///   - rounding: the largest number that is shown as a rounded zero.
  init(among column: [Double], rounding: Double) {
    let largest = column.map(abs).max() ?? 0
    let negligible = max(rounding, largest * DecimalText.relativeRounding)
    self.negligible = negligible
    let told = column.filter { abs($0) > negligible }
    isAsGiven = told.allSatisfy { DecimalText.isShort($0.shortestText) }
    decimals = DecimalText.decimals(of: told.map(abs))
    // Smaller numbers would lose all their digits.
    let shortest = 0.95 * pow(10, Double(-decimals))
    smallest =
      told.contains { abs($0) < shortest } ? (largest < 0.1 ? 0.1 : 1e-3) : shortest
  }

  func text(_ number: Double) -> String {
    if number == 0 { return "0" }
    if abs(number) <= negligible { return "~0" }
    if isAsGiven, DecimalText.isShort(number.shortestText) { return number.shortestText }
    return (smallest..<1e6).contains(abs(number))
      ? DecimalText.format("%.\(decimals)f", number) : DecimalText.format("%.3e", number)
  }

  /// Four decimals, or as many as give the largest number four digits.
  private static func decimals(of sizes: [Double]) -> Int {
    guard let largest = sizes.max() else { return 4 }
    let needed = 3 - floor(log10(largest))
    return (4...8).contains(needed) ? Int(needed) : 4
  }

  private static func isShort(_ text: String) -> Bool {
    text.utf8.count <= 8 && !text.contains("e")
      && (text.split(separator: ".").dropFirst().first?.count ?? 0) <= 4
  }

  static func format(_ form: String, _ number: Double) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let length = withVaList([number]) { vsnprintf(buffer.baseAddress, 64, form, $0) }
      return String(
        decoding: buffer.prefix(max(0, min(Int(length), 63))).map { UInt8(bitPattern: $0) },
        as: UTF8.self)
    }
  }
}

extension DecimalText {
  /// Three digits, for a number beside a bar.
  static func short(_ number: Double) -> String { format("%.3g", number) }
}
