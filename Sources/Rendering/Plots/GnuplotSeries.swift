import Glibc
import LoRASpectra

/// The series of a figure as gnuplot commands.
extension GnuplotScript {
  /// The parts of a `plot` command that draw a series; the last is shown in the key.
  ///
  /// - Parameters:
  ///   - block: the data block of its points.
  ///   - number: the index of its style in the panel, from 1, which decides its character in a
  ///   terminal.
  ///   - shift: an expression for x that keeps overlapping intervals apart; nil for x itself.
  func element(
    _ series: Series, _ block: String, number: Int, shift: String?
  ) -> [String] {
    let x = shift.map { "(\($0))" } ?? "1"
    let title = title(of: series)
    let style = series.style
    let colour = colour(style, number: number)
    let hasIntervals = series.points.contains { $0.low != nil || $0.high != nil }
    let bars =
      hasIntervals
      ? ["\(block) using \(x):2:3:4 with yerrorbars \(colour) dt 1 lw 1 pt -1 notitle"] : []
    switch series.form {
    case .line:
      return bars + [
        "\(block) using \(x):2 with linespoints \(colour) \(stroke(style)) \(mark(style))\(interval(series)) \(title)"
      ]
    case .curve:
      return ["\(block) using 1:2 with lines \(colour) \(stroke(style)) \(title)"]
    case .marks:
      return bars + [
        "\(block) using 1:2 with points \(colour) \(mark(style)) notitle",
        "$nowhere using 1:2 with linespoints \(colour) \(stroke(style)) \(mark(style)) \(title)",
      ]
    case .band:
      return ["\(block) using 1:3:4 with filledcurves \(fill(style, opacity: 0.22)) \(title)"]
    case .bars:
      guard format.isPage else { return ["\(block) using 1:2 with lines \(colour) \(title)"] }
      return [
        "\(block) using 1:4:($1-0.38):($1+0.38):3:4 with boxxyerror \(fill(style, opacity: 1)) \(title)"
      ]
    case .drop:
      return ["\(block) using 1:2 with impulses \(colour) dt 3 lw 1.5 \(title)"]
    }
  }

  private func title(of series: Series) -> String {
    series.label.isEmpty ? "notitle" : "title \(quoted(series.label.shortened(to: 48)))"
  }

  private func colour(_ style: PlotStyle, number: Int) -> String {
    switch format {
    case .svg, .png, .pdf: return "lc rgb '\(style.colour.rawValue)'"
    case .terminal(_, _, let isColoured):
      // Black would be invisible on a dark terminal, and white on a light one.
      let shown: PlotStyle.Colour = style.colour == .black ? .grey : style.colour
      return isColoured ? "lt \(number) lc rgb '\(shown.rawValue)'" : "lt \(number)"
    }
  }

  private func stroke(_ style: PlotStyle) -> String {
    format.isPage ? "dt \(style.dash.rawValue + 1) lw \(style == .floor ? "1.5" : "2")" : ""
  }

  /// gnuplot numbers the open marks 4, 6, 8 … and the filled ones 5, 7, 9 …; a terminal has letters.
  private func mark(_ style: PlotStyle) -> String {
    guard format.isPage else { return "pt \(style.mark.rawValue + 1)" }
    let open =
      switch style.mark {
      case .square: 4
      case .circle: 6
      case .triangle: 8
      case .downTriangle: 10
      case .diamond: 12
      case .pentagon: 14
      }
    return "pt \(style.isFilled ? open + 1 : open) ps \(format == .svg ? "0.65" : "0.8")"
  }

  private func fill(_ style: PlotStyle, opacity: Double) -> String {
    opacity < 1
      ? "fc rgb '\(style.colour.rawValue)' fs transparent solid \(opacity.shortestText) noborder"
      : "fc rgb '\(style.colour.rawValue)' fs solid 1 border lc rgb '#404040'"
  }

  /// If there are many points, only some have marks.
  private func interval(_ series: Series) -> String {
    series.points.count > 30 ? " pointinterval \((series.points.count + 15) / 16)" : ""
  }
}

extension Series {
  /// The series without the ends of its intervals.
  var withoutIntervals: Series {
    var series = self
    series.points = points.map { Point(x: $0.x, y: $0.y) }
    return series
  }
}

extension Panel {
  /// An expression for the x of a series' points: shifted by a hundredth of the axis from earlier
  /// series whose intervals would overlap; nil for no shift.
  func shift(ofSeries index: Int) -> String? {
    let shifted = series.indices.filter { series[$0].form == .line }
    let wide = shifted.filter { hasWideIntervals(series[$0]) }
    guard keepsIntervalsApart, wide.count > 1, let turn = shifted.firstIndex(of: index) else {
      return nil
    }
    let share = 0.01 * (Double(turn) - Double(shifted.count - 1) / 2)
    guard share != 0 else { return nil }
    switch x.scale {
    case .linear: return "$1+\(GnuplotText.number(share * (x.high - x.low)))"
    case .logarithmic: return "$1*\(GnuplotText.number(pow(x.high / x.low, share)))"
    }
  }

  /// Whether an interval is longer than its mark.
  private func hasWideIntervals(_ series: Series) -> Bool {
    series.points.contains { point in
      guard let low = point.low, let high = point.high else { return false }
      return switch y.scale {
      case .linear: high - low > 0.04 * (y.high - y.low)
      case .logarithmic: log(high / max(low, y.low)) > 0.04 * log(y.high / y.low)
      }
    }
  }
}

extension Axis {
  /// The ticks, and whether there is room for the text of each: powers of two have priority, then
  /// the ends.
  ///
  /// - Parameter across: the axis's length in characters.
  func labelled(across: Int) -> [(tick: Tick, isLabelled: Bool)] {
    let ticks = ticks ?? []
    func importance(_ index: Int) -> Int {
      let isPower = Int(ticks[index].text).map { $0 > 0 && $0 & ($0 - 1) == 0 } ?? false
      return isPower ? 0 : index == 0 || index == ticks.count - 1 ? 1 : 2
    }
    // If most have no room, labels between the powers would look irregular.
    let powers = ticks.indices.count { importance($0) == 0 }
    let isCrowded = ticks.count > 16 && powers >= 4
    var taken: [ClosedRange<Double>] = []
    var labelled: Set<Int> = []
    for index in ticks.indices.sorted(by: { (importance($0), -$0) < (importance($1), -$1) }) {
      guard !isCrowded || importance(index) < 2 else { continue }
      let middle = position(of: ticks[index].at) * Double(across)
      guard middle.isFinite else { continue }
      let half = Double(ticks[index].text.count) / 2 + 0.5
      let place = (middle - half)...(middle + half)
      guard !taken.contains(where: place.overlaps) else { continue }
      taken.append(place)
      labelled.insert(index)
    }
    return ticks.indices.map { (ticks[$0], labelled.contains($0)) }
  }

  /// A value's place on the axis, from 0 to 1.
  func position(of value: Double) -> Double {
    switch scale {
    case .linear: (value - low) / (high - low)
    case .logarithmic: log(value / low) / log(high / low)
    }
  }
}
