/// A picture as data: what is drawn where, in no program's words.
package struct Figure: Equatable, Sendable {
  /// What it shows, as a headline.
  package var title: String
  /// What all panels share: the sweep, its repeats, the settings that do not vary, what the bars mean.
  package var subtitle: [String]
  /// What a reader has to know that is not drawn: what diverged, what is missing.
  package var notes: [String] = []
  /// In reading order.
  var panels: [Panel]
  /// How many panels stand side by side where there is room.
  var columns: Int

  /// The same with no more panels side by side than that.
  package func inColumns(atMost limit: Int) -> Figure {
    var figure = self
    figure.columns = min(columns, limit)
    return figure
  }

  /// Whether every panel names the same lines, so that one key serves all.
  var sharesKey: Bool {
    let keys = panels.map { $0.series.filter { !$0.label.isEmpty && $0.hasPoints }.map(\.identity) }
    guard keys.count > 1, let longest = keys.max(by: { $0.count < $1.count }) else { return false }
    return keys.allSatisfy { key in key.allSatisfy(longest.contains) }
  }
}

/// One pair of axes with what stands between them.
struct Panel: Equatable, Sendable {
  /// The settings that set it apart from its neighbours; empty where it has none.
  var title: String
  var x: Axis
  var y: Axis
  /// Drawn in this order, later ones on top.
  var series: [Series]
  /// Levels that a reader compares with, such as s = 1.
  var guides: [Guide] = []
  /// Texts beside points.
  var captions: [Caption] = []
  /// Whether points at one place are drawn a little beside each other, so that their intervals can be seen.
  var keepsIntervalsApart = false
}

/// How an axis runs.
struct Axis: Equatable, Sendable {
  enum Scale: Equatable, Sendable {
    case linear
    /// Equal ratios are equally long; the base decides which values ticks prefer.
    case logarithmic(base: Int)
  }

  /// A value with its text.
  struct Tick: Equatable, Sendable {
    var at: Double
    var text: String
  }

  /// Name and unit.
  var label: String
  var scale: Scale = .linear
  /// The value at its start.
  var low: Double
  /// The value at its end, above `low`.
  var high: Double
  /// Where its ticks are; nil where round numbers will do.
  var ticks: [Tick]?
}

/// A line, a band or a row of bars, with its name in the key.
struct Series: Equatable, Sendable {
  enum Form: Equatable, Sendable {
    /// Marks joined by a line, with the interval of each point that has one.
    case line
    /// A line alone.
    case curve
    /// Marks alone, with the interval of each point that has one.
    case marks
    /// The area between low and high.
    case band
    /// Bars from low to high.
    case bars
    /// A line from the point down to the axis.
    case drop
  }

  /// A place; y is nil where nothing was measured, and a line is broken there.
  struct Point: Equatable, Sendable {
    var x: Double
    var y: Double?
    /// The interval's ends.
    var low: Double?
    var high: Double?
  }

  /// What the key calls it; empty where the key leaves it out.
  var label: String
  var style: PlotStyle
  var form: Form
  var points: [Point]

  /// Whether there is anything to draw.
  var hasPoints: Bool { points.contains { $0.y != nil } }

  /// What the key shows of it.
  fileprivate var identity: String { "\(label)\u{0}\(style)\u{0}\(form)" }
}

/// A level across a panel.
struct Guide: Equatable, Sendable {
  var y: Double
  /// What stands at its right end; may be empty.
  var label: String
}

/// A text above a point.
struct Caption: Equatable, Sendable {
  var x: Double
  var y: Double
  var text: String
}
