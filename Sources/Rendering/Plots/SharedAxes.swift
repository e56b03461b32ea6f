import Glibc
import LoRASpectra

extension Figure {
  /// The figure with one axis for all panels of the same quantity, because readers compare them.
  ///
  /// Where that would flatten a panel, the panels of one row share an axis, and where that would
  /// flatten one too, each keeps its own. The subtitle says so.
  func withSharedAxes() -> Figure {
    var figure = self
    for axis in [\Panel.y, \Panel.x] {
      var labels: [String] = []
      for panel in panels where !labels.contains(panel[keyPath: axis].label) {
        labels.append(panel[keyPath: axis].label)
      }
      for label in labels {
        figure.share(axis, of: panels.indices.filter { panels[$0][keyPath: axis].label == label })
      }
    }
    return figure
  }

  private mutating func share(_ axis: WritableKeyPath<Panel, Axis>, of indices: [Int]) {
    guard let first = indices.first, indices.count > 1,
      !Axis.haveOwnCategories(indices.map { panels[$0][keyPath: axis] })
    else { return }
    if shareOne(axis, of: indices) { return }
    let label = panels[first][keyPath: axis].label
    let rows = Dictionary(grouping: indices) { $0 / max(1, columns) }.values
    let areShared = rows.map { shareOne(axis, of: $0) }
    subtitle.append(
      areShared.allSatisfy(\.self) && rows.contains { $0.count > 1 }
        ? "Every \(columns) panels in a row share the axis of \(label); rows differ."
        : "The panels differ in the axis of \(label).")
  }

  /// Whether the panels could share an axis.
  private mutating func shareOne(
    _ axis: WritableKeyPath<Panel, Axis>, of indices: [Int]
  ) -> Bool {
    // An empty panel's axis has no meaning of its own.
    let filled = indices.filter { panels[$0].series.contains(where: \.hasPoints) }
    guard !filled.isEmpty else { return true }
    guard let shared = Axis.shared(filled.map { panels[$0][keyPath: axis] }) else { return false }
    for index in indices { panels[index][keyPath: axis] = shared }
    return true
  }
}

extension Axis {
  /// A panel is flattened if its values take less than this share of a linear axis …
  private static let leastShare = 0.125
  /// … or of a logarithmic one, where a quarter still has whole powers of ten.
  private static let leastLogarithmicShare = 0.25

  /// One axis over the ranges of several of one quantity; nil if it would flatten one of them.
  static func shared(_ axes: [Axis]) -> Axis? {
    guard var shared = axes.max(by: { $0.length < $1.length }) else { return nil }
    if axes.allSatisfy(\.isOfRanks) {
      return .ranks(axes.flatMap { ($0.ticks ?? []).compactMap { Int($0.text) } })
    }
    guard axes.allSatisfy({ $0.scale == shared.scale }) else { return nil }
    shared.low = axes.map(\.low).min() ?? shared.low
    shared.high = axes.map(\.high).max() ?? shared.high
    let least = shared.scale == .linear ? leastShare : leastLogarithmicShare
    guard axes.allSatisfy({ $0.length >= least * shared.length }) else { return nil }
    return shared
  }

  /// Whether a place on the axes stands for something else in each, as for bars of different ranks.
  static func haveOwnCategories(_ axes: [Axis]) -> Bool {
    var texts: [Double: String] = [:]
    for tick in axes.flatMap({ $0.ticks ?? [] }) {
      if let text = texts[tick.at], text != tick.text { return true }
      texts[tick.at] = tick.text
    }
    return false
  }

  private var isOfRanks: Bool {
    label == "rank r" && (ticks ?? []).allSatisfy { Double($0.text) == $0.at }
  }

  /// From its start to its end, in its own measure.
  private var length: Double {
    switch scale {
    case .linear: high - low
    case .logarithmic: log(high / low)
    }
  }
}
