import Glibc

/// Lists of learning rates: numbers, and ranges `LOW:HIGH:N` with N rates per decade.
package enum LearningRates {
  /// Largest number of rates accepted: more are taken for a mistake.
  package static let most = 10_000

  /// Parses numbers above 0 and ranges.
  ///
  /// `LOW:HIGH:N` is LOW·10^(i/N), i = 0, 1 … up to HIGH, each rounded to 4 significant digits;
  /// HIGH/LOW is a whole number of N-ths of a decade.
  ///
  /// - Parameter cost: describes the cost of that many rates, for the message about a range that is
  ///   too fine.
  /// - Throws: `SettingError`.
  static func read(_ given: SettingItems, cost: (Double) -> String) throws -> [Double] {
    let rates = try given.items.flatMap { item -> [Double] in
      item.contains(":")
        ? try range(item, given, cost: cost) : [try rate(item, in: item, given)]
    }
    return try given.refusingDuplicates(rates) { rates[$0].shortestText }
  }

  private static func rate(
    _ text: String, in item: String, _ given: SettingItems
  ) throws -> Double {
    func refuse(_ problem: String) -> SettingError {
      SettingError(
        given.field, item, problem, remedy: "Give rates such as 1e-3, or a range such as 1e-4:1:4")
    }
    let part = text == item ? "" : "has the end '\(text.shortened(to: 40))', which "
    guard let number = Double.finite(text) else {
      let isInfinite = Double(text).map { !$0.isFinite } ?? false
      throw refuse(
        part + (isInfinite ? "is not finite" : text.isEmpty ? "is empty" : "is no number"))
    }
    guard number > 0 else { throw refuse(part + "is not above 0") }
    return number
  }

  private static func range(
    _ item: String, _ given: SettingItems, cost: (Double) -> String
  ) throws -> [Double] {
    func refuse(_ problem: String, _ remedy: String) -> SettingError {
      SettingError(given.field, item, problem, remedy: remedy)
    }
    let form = "Write LOW:HIGH:N, N rates a decade, such as 1e-4:1:4"
    let parts = item.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { throw refuse("is no range of rates", form) }
    let low = try rate(parts[0], in: item, given)
    let high = try rate(parts[1], in: item, given)
    guard let density = Int(parts[2]), density >= 1 else {
      throw refuse("has no whole number of rates a decade above 0", form)
    }
    guard low <= high else {
      throw refuse(
        "is reversed, so it holds nothing",
        "Write the smaller rate first: \(parts[1]):\(parts[0]):\(parts[2])")
    }
    let steps = ((log10(high) - log10(low)) * Double(density)).rounded()
    guard steps < Double(most) else {
      throw refuse(
        "is \(Int(min(steps, 9e18)) + 1) rates, too many to be meant: \(cost(steps + 1))",
        "Give at most \(most) rates")
    }
    let rates = (0...Int(steps)).map {
      rounded(low * pow(10, Double($0) / Double(density)))
    }
    guard rates.last == rounded(high) else {
      throw refuse(
        "does not reach its end: \(parts[1]) is no whole number of steps of 1/\(density) decade from \(parts[0])",
        "End it at \(rates.last?.shortestText ?? parts[0]), or give the rates one by one")
    }
    guard zip(rates, rates.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw refuse(
        "is so fine that rates of 4 significant digits repeat: \(cost(steps + 1))",
        "Give fewer rates a decade")
    }
    return rates
  }

  /// A rate above 0 rounded to 4 significant digits, as the nearest double.
  static func rounded(_ rate: Double) -> Double {
    guard rate.isFinite else { return rate }
    let exponent = Int(floor(log10(rate))) - 3
    // Powers of ten up to 22 are exact.
    let digits = (rate / pow(10, Double(exponent))).rounded()
    guard digits.isFinite, digits > 0 else { return rate }
    return Double("\(Int(digits))e\(exponent)") ?? rate
  }
}
