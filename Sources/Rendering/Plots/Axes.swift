import Glibc
import LoRASpectra

extension Axis {
  /// The largest magnitude drawn, and the smallest on a logarithmic axis: gnuplot's own arithmetic
  /// needs some room.
  static let largest = 1e300

  /// An axis of ranks with a tick at each rank that was run; logarithmic if the ranks have a wide
  /// range.
  static func ranks(_ ranks: some Sequence<Int>) -> Axis {
    let sorted = Set(ranks).sorted()
    let first = Double(sorted.first ?? 1)
    let last = Double(sorted.last ?? 1)
    let ticks = sorted.map { Tick(at: Double($0), text: String($0)) }
    // A rank below 1, possible only in a damaged book, has no place on a logarithmic axis.
    if first > 0, last >= 4 * first {
      // A twentieth of the length on both sides keeps the marks off the edges.
      let margin = pow(last / first, 0.05)
      return Axis(
        label: "rank r", scale: .logarithmic(base: 2), low: first / margin, high: last * margin,
        ticks: ticks)
    }
    // Beyond 2⁵³ half a rank is lost in a double.
    let margin = max(0.5, (last - first) * 0.05, abs(last) * 1e-6)
    return Axis(label: "rank r", low: first - margin, high: last + margin, ticks: ticks)
  }

  /// An axis for the range of some points.
  ///
  /// - Parameters:
  ///   - levels: further values that must be visible.
  ///   - isLogarithmic: in whole powers of ten.
  ///   - isDifference: whether 0 is the centre of the possible values.
  static func measured(
    _ label: String, _ series: [Series], levels: [Double] = [], isLogarithmic: Bool = false,
    isDifference: Bool = false
  ) -> Axis {
    let values =
      levels + series.flatMap { $0.points.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) } }
    if isLogarithmic {
      let powers = values.filter { $0 > 0 }.map(log10)
      let low = floor(powers.min() ?? 0)
      let high = ceil(powers.max() ?? 1)
      return Axis(
        label: label, scale: .logarithmic(base: 10), low: pow(10, low),
        high: pow(10, max(high, low + 1)))
    }
    let low = min(0, values.min() ?? 0)
    let high = max(0, values.max() ?? 0)
    guard high > low else {
      return Axis(label: label, low: isDifference ? -1 : 0, high: 1)
    }
    let margin = (high - low) * 0.06
    return Axis(
      label: label, low: low < 0 ? low - margin : 0, high: high > 0 ? high + margin : 0)
  }

  /// A complete axis of shares.
  static func share(_ label: String) -> Axis {
    Axis(label: label, low: 0, high: 1.03)
  }

  /// An axis of positions from 1 to the last, with ticks at round numbers.
  static func positions(_ label: String, last: Int) -> Axis {
    let steps = (0...5).flatMap { power in [1, 2, 5].map { $0 * Int(pow(10, Double(power))) } }
    let step = steps.first { last / $0 <= 8 } ?? last
    let round = Array(stride(from: step, through: last, by: max(1, step)))
    let margin = max(0.5, Double(last) * 0.02)
    return Axis(
      label: label, low: 1 - margin, high: Double(last) + margin,
      ticks: ([1] + round.filter { $0 > 1 }).map { Tick(at: Double($0), text: String($0)) })
  }

  /// Ticks in one notation, `1e-07`, for a logarithmic axis with powers of ten that gnuplot's `%g`
  /// would write in two; nil for any other axis.
  var powersOfTen: [Tick]? {
    guard scale == .logarithmic(base: 10), low > 0, low < 0.9e-4 || high > 1.1e5 else { return nil }
    let first = Int((log10(low) - 1e-9).rounded(.up))
    let last = Int((log10(high) + 1e-9).rounded(.down))
    guard first <= last else { return nil }
    let step = (last - first) / 9 + 1
    return (first...last).filter { $0 % step == 0 }.map { power in
      let digits = "\(abs(power))"
      return Tick(
        at: pow(10, Double(power)),
        text: "1e\(power < 0 ? "-" : "+")\(digits.count < 2 ? "0" : "")\(digits)")
    }
  }
}

extension Series {
  /// The series for a logarithmic axis: values that are not above 0 are left out, and an interval
  /// that reaches below 0 extends to the axis's end.
  func onLogarithmicAxis() -> Series {
    var result = self
    let least = points.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }.filter { $0 > 0 }
      .min()
    result.points = points.map { point in
      guard let y = point.y, y > 0 else { return Point(x: point.x, y: nil) }
      var point = point
      if let low = point.low, low <= 0 { point.low = least ?? y }
      return point
    }
    return result
  }
}
