import Glibc
import LoRASpectra

/// How a table shows the numbers of a column: settings as they were given, measurements to four decimals,
/// and what four decimals cannot show with an exponent.
struct DecimalText {
  /// Whether every number of the column is short enough to be shown as it is.
  private let isAsGiven: Bool

  /// - Parameter column: the finite numbers of the column, which share one form.
  init(among column: [Double]) {
    isAsGiven = column.allSatisfy { DecimalText.isShort($0.shortestText) }
  }

  func text(_ number: Double) -> String {
    if isAsGiven, DecimalText.isShort(number.shortestText) { return number.shortestText }
    return number == 0 || (0.00095..<1e6).contains(abs(number))
      ? DecimalText.format("%.4f", number) : DecimalText.format("%.3e", number)
  }

  private static func isShort(_ text: String) -> Bool {
    text.utf8.count <= 8 && !text.contains("e")
      && (text.split(separator: ".").dropFirst().first?.count ?? 0) <= 4
  }

  private static func format(_ form: String, _ number: Double) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let length = withVaList([number]) { vsnprintf(buffer.baseAddress, 64, form, $0) }
      return String(
        decoding: buffer.prefix(max(0, min(Int(length), 63))).map { UInt8(bitPattern: $0) },
        as: UTF8.self)
    }
  }
}
