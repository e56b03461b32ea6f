import Glibc
import LoRASpectra

extension TableFunction {
  /// What lines are fitted from to the logarithms of the spectra of a sweep.
  static let spectrumMoments = TableFunction(
    "spectrum_moments", declaration: Statements.declareSpectrumMoments, columnCount: 7,
    argumentCount: 4
  ) { connection, arguments in
    var spectra = try SweepSpectra(connection, arguments[0])
    let first = arguments[1].integer ?? 1
    let last = arguments[2].integer
    let floor = arguments[3].number
    return {
      while let spectrum = try spectra.read() {
        guard let floor, let largest = spectrum.values.first else { continue }
        var moments = Moments()
        for (index, value) in spectrum.values.enumerated() {
          let position = Int64(index + 1)
          guard position >= first, last.map({ position <= $0 }) ?? true,
            value > max(0, floor) * largest
          else { continue }
          moments.add(position: Double(position), logarithm: log(value / largest))
        }
        return [.integer(spectrum.update)] + moments.row
      }
      return nil
    }
  }
}

/// Sums over the points of a spectrum: the position i, l = ln i and the logarithm y of σᵢ/σ₁.
private struct Moments {
  private var n = 0
  private var hasLogarithm = false
  private var (i, l, y) = (0.0, 0.0, 0.0)
  private var (ii, ll, yy, iy, ly) = (0.0, 0.0, 0.0, 0.0, 0.0)

  mutating func add(position: Double, logarithm: Double) {
    let logOfPosition = log(position)
    n += 1
    i += position
    l += logOfPosition
    ii += position * position
    ll += logOfPosition * logOfPosition
    // A ratio so small that it is 0 has none.
    guard logarithm.isFinite else { return }
    hasLogarithm = true
    y += logarithm
    yy += logarithm * logarithm
    iy += position * logarithm
    ly += logOfPosition * logarithm
  }

  /// n, and the sums of products of deviations yy, ii, iy, ll and ly.
  var row: [Value] {
    let count = Double(n)
    func centred(_ products: Double, _ a: Double, _ b: Double, isThere: Bool = true) -> Value {
      isThere && n > 0 ? .real(products - a * b / count) : .absent
    }
    return [
      .integer(Int64(n)), centred(yy, y, y, isThere: hasLogarithm), centred(ii, i, i),
      centred(iy, i, y, isThere: hasLogarithm), centred(ll, l, l),
      centred(ly, l, y, isThere: hasLogarithm),
    ]
  }
}
