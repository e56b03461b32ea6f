import Glibc
import LoRASpectra

/// The direction of a difference, as far as it is known.
enum Direction {
  case lower, higher, inconclusive, same
}

/// The finding about one side compared with the first at a place.
struct PlaceFinding {
  let place: Int
  /// nil if either side has no finite value.
  let contrast: Contrast?

  init(place: Int, side: Int, _ tables: ComparisonTables) {
    self.place = place
    contrast = tables.comparison.contrast(
      place: place, side: side, criticalValue: tables.criticalValue)
  }

  var finding: Contrast.Finding { contrast?.finding ?? .tooFew }
  var difference: Double { contrast?.difference.mean ?? 0 }

  /// With one measurement per side there is a direction, although another seed might give the
  /// opposite.
  var direction: Direction {
    switch finding {
    case .secondLarger: .higher
    case .firstLarger: .lower
    case .unclear: .inconclusive
    case .equal: .same
    case .tooFew: difference < 0 ? .lower : difference > 0 ? .higher : .same
    }
  }

  /// The importance of the finding: the size of the difference, negative if there may be none.
  var weight: Double {
    switch finding {
    case .secondLarger, .firstLarger, .tooFew: abs(difference)
    case .unclear, .equal: -1
    }
  }
}

/// The format of a difference and its interval in a sentence: to the second digit of the interval's
/// half width, as further digits mean nothing; three digits without an interval.
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

  /// With a minus sign instead of a hyphen.
  func text(_ number: Double) -> String { form(number).replacing("-", with: "−") }

  private static func format(_ form: String, _ number: Double) -> String {
    DecimalText.format(form, number)
  }
}
