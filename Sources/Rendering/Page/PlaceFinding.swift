import Glibc
import LoRASpectra

/// Which way a measurement lies from another, as far as it is known.
enum Direction {
  case lower, higher, inconclusive, same
}

/// What a place of a comparison says of one side against the first.
struct PlaceFinding {
  let place: Int
  /// Nil where either side has no finite value.
  let contrast: Contrast?

  init(place: Int, side: Int, _ tables: ComparisonTables) {
    self.place = place
    contrast = tables.comparison.contrast(
      place: place, side: side, criticalValue: tables.criticalValue)
  }

  var finding: Contrast.Finding { contrast?.finding ?? .tooFew }
  var difference: Double { contrast?.difference.mean ?? 0 }

  /// One measurement a side has a direction, though nobody knows whether another seed would have the same.
  var direction: Direction {
    switch finding {
    case .secondLarger: .higher
    case .firstLarger: .lower
    case .unclear: .inconclusive
    case .equal: .same
    case .tooFew: difference < 0 ? .lower : difference > 0 ? .higher : .same
    }
  }

  /// How much it tells: the size of the difference, and below 0 where it may be none.
  var weight: Double {
    switch finding {
    case .secondLarger, .firstLarger, .tooFew: abs(difference)
    case .unclear, .equal: -1
    }
  }
}

/// How a sentence writes a difference and the ends of its interval: to the second digit of the interval's
/// half width, for more say nothing; three digits where there is no interval.
struct ProseNumber {
  private let form: (Double) -> String

  init(_ estimate: Estimate) {
    let size = abs(estimate.mean)
    guard size < 1e6, size == 0 || size >= 1e-4 else {
      form = { ProseNumber.format("%.2e", $0) }
      return
    }
    guard let margin = estimate.margin, margin > 0 else {
      form = { DecimalText.short($0) }
      return
    }
    let decimals = min(max(Int(1 - floor(log10(margin))), 0), 6)
    form = { ProseNumber.format("%.\(decimals)f", $0) }
  }

  /// With a minus sign rather than a hyphen.
  func text(_ number: Double) -> String { form(number).replacing("-", with: "−") }

  private static func format(_ form: String, _ number: Double) -> String {
    DecimalText.format(form, number)
  }
}
