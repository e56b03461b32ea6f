import LoRASpectra

/// A picture as data, independent of the program that draws it.
package struct Figure: Equatable, Sendable {
  /// Its headline.
  package var title: String
  /// Text that applies to all panels: the sweep, its repeats, the settings that do not vary, the
  /// meaning of the bars.
  package var subtitle: [String]
  /// Notes on data that is not drawn: diverged and missing values.
  package var notes: [String] = []
  /// The panels, in reading order.
  var panels: [Panel]
  /// Number of panels side by side, if there is room.
  var columns: Int

  /// The same figure with at most that many panels side by side.
  package func inColumns(atMost limit: Int) -> Figure {
    var figure = self
    figure.columns = min(columns, limit)
    return figure
  }

  /// Whether all panels have the same lines, so that one key serves all.
  var sharesKey: Bool {
    let keys = panels.map { $0.series.filter { !$0.label.isEmpty && $0.hasPoints }.map(\.identity) }
    guard keys.count > 1, let longest = keys.max(by: { $0.count < $1.count }) else { return false }
    return keys.allSatisfy { key in key.allSatisfy(longest.contains) }
  }
}

/// A pair of axes with its contents.
struct Panel: Equatable, Sendable {
  /// The settings that distinguish it from its neighbours; empty if there are none.
  var title: String
  var x: Axis
  var y: Axis
  /// Drawn in this order, later ones on top.
  var series: [Series]
  /// Reference levels, such as s = 1.
  var guides: [Guide] = []
  /// Texts beside points.
  var captions: [Caption] = []
  /// Whether points at the same place are drawn slightly apart, so that their intervals can be
  /// seen.
  var keepsIntervalsApart = false
}

/// The scale of an axis.
struct Axis: Equatable, Sendable {
  enum Scale: Equatable, Sendable {
    case linear
    /// Equal ratios have equal lengths; the base decides where ticks are.
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
  /// The ticks; nil for round numbers.
  var ticks: [Tick]?
}

/// A line, a band or a row of bars, with its name in the key.
struct Series: Equatable, Sendable {
  enum Form: Equatable, Sendable {
    /// Marks joined by a line, with the intervals of the points.
    case line
    /// A line alone.
    case curve
    /// Marks alone, with the intervals of the points.
    case marks
    /// The area between low and high.
    case band
    /// Bars from low to high.
    case bars
    /// A line from the point down to the axis.
    case drop
  }

  /// A point; y is nil if nothing was measured, and the line is broken there.
  struct Point: Equatable, Sendable {
    var x: Double
    var y: Double?
    /// The interval's ends.
    var low: Double?
    var high: Double?
  }

  /// Its name in the key; empty if the key omits it.
  var label: String
  var style: PlotStyle
  var form: Form
  var points: [Point]

  /// Whether there is anything to draw.
  var hasPoints: Bool { points.contains { $0.y != nil } }

  /// The parts of it that the key shows.
  fileprivate var identity: ExactText { ExactText("\(label)\u{0}\(style)\u{0}\(form)") }
}

/// A horizontal level across a panel.
struct Guide: Equatable, Sendable {
  var y: Double
  /// The text at its right end; may be empty.
  var label: String
}

/// A text above a point.
struct Caption: Equatable, Sendable {
  var x: Double
  var y: Double
  var text: String
}
