import Glibc
import LoRASpectra

/// What a panel of characters needs that a page does not.
extension Panel {
  /// The number of characters along the axes, about: gnuplot takes the rest for texts.
  static func cells(columns: Int, lines: Int) -> (across: Int, up: Int) {
    (max(4, columns - 10), max(4, lines - 7))
  }

  /// The panel with axes long enough that nothing is drawn on the frame, where it would vanish.
  func withRoom(columns: Int, lines: Int) -> Panel {
    let cells = Panel.cells(columns: columns, lines: lines)
    let hasBars = series.contains { $0.form == .bars }
    let points = series.filter { $0.form != .band }.flatMap(\.points).filter { $0.y != nil }
    let heights = points.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) } + guides.map(\.y)
    var panel = self
    panel.x = hasBars ? x : x.withRoom(for: points.map(\.x), cells: cells.across)
    panel.y = y.withRoom(
      for: heights, cells: cells.up, startsAtFrame: hasBars, above: captions.isEmpty ? 1.5 : 3)
    return panel
  }

  /// Sentences on lines that others hide: lines less than half a character from a later one, or
  /// from one of the later ones, at each of their points.
  ///
  /// - Parameter cells: number of characters along the y axis.
  fileprivate func hiddenLines(cells: Double) -> [String] {
    let drawn = series.filter {
      [.line, .curve, .marks].contains($0.form) && $0.hasPoints && !$0.label.isEmpty
    }
    let heights = drawn.map { series in
      Dictionary(
        series.points.compactMap { point in
          point.y.map { (point.x, y.position(of: $0) * cells) }
        }, uniquingKeysWith: { first, _ in first })
    }
    var hidden: [(below: [String], above: String)] = []
    for index in drawn.indices {
      let later = heights.indices.filter { $0 > index }
      func isHidden(_ place: Dictionary<Double, Double>.Element, by other: Int) -> Bool {
        heights[other][place.key].map { abs($0 - place.value) < 0.5 } ?? false
      }
      let whole = later.last { other in heights[index].allSatisfy { isHidden($0, by: other) } }
      let isCovered = heights[index].allSatisfy { place in
        later.contains { isHidden(place, by: $0) }
      }
      guard isCovered else { continue }
      let above = whole.map { drawn[$0].label } ?? "other lines"
      if let known = hidden.firstIndex(where: { $0.above == above }) {
        hidden[known].below.append(drawn[index].label)
      } else {
        hidden.append(([drawn[index].label], above))
      }
    }
    return hidden.map { below, above in
      let names = [below.dropLast().joined(separator: ", "), below.last ?? ""]
        .filter { !$0.isEmpty }.joined(separator: " and ")
      return "\(names) \(below.count == 1 ? "lies" : "lie") under \(above)."
    }
  }
}

extension Figure {
  /// A panel with room as of ``Panel/withRoom(columns:lines:)``; panels that share an axis share it with their room.
  func panelWithRoom(_ index: Int, columns: Int, lines: Int) -> Panel {
    var panel = panels[index].withRoom(columns: columns, lines: lines)
    for axis in [\Panel.x, \Panel.y] {
      let sharing = panels.filter { $0[keyPath: axis] == panels[index][keyPath: axis] }
        .map { $0.withRoom(columns: columns, lines: lines)[keyPath: axis] }
      panel[keyPath: axis].low = sharing.map(\.low).min() ?? panel[keyPath: axis].low
      panel[keyPath: axis].high = sharing.map(\.high).max() ?? panel[keyPath: axis].high
    }
    return panel
  }

  /// Sentences for under a picture of characters: the lines that others hide, by panel.
  package func hiddenLines(columns: Int, lines: Int) -> [String] {
    let cells = Double(Panel.cells(columns: columns, lines: lines).up)
    return panels.indices.flatMap { index in
      let panel = panelWithRoom(index, columns: columns, lines: lines)
      return panel.hiddenLines(cells: cells).map {
        (panel.title.isEmpty ? "" : "\(panel.title): ") + $0
      }
    }.flatMap { GnuplotText.wrapped($0, width: columns) }
  }
}

extension Axis {
  /// The axis, longer where a value is less than a character from an end.
  fileprivate func withRoom(
    for values: [Double], cells: Int, startsAtFrame: Bool = false, above: Double = 1.5
  ) -> Axis {
    let places = values.map(position).filter(\.isFinite)
    guard let first = places.min(), let last = places.max() else { return self }
    let cell = 1 / Double(cells)
    var axis = self
    if !startsAtFrame, first < cell { axis.low = value(at: -1.5 * cell) }
    if last > 1 - (above - 0.5) * cell { axis.high = value(at: 1 + above * cell) }
    // At the limits of a double an end may be lost.
    guard axis.high.isFinite, scale == .linear || axis.low > 0 else { return self }
    return axis
  }

  /// The value at a place from 0, the start, to 1, the end.
  private func value(at place: Double) -> Double {
    switch scale {
    case .linear: low + place * (high - low)
    case .logarithmic: low * pow(high / low, place)
    }
  }
}
