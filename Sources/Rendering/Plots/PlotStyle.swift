import LoRASpectra

/// How a line is distinguished from others: by colour, and for readers who cannot see it by dashes
/// and marks.
struct PlotStyle: Hashable, Sendable {
  /// The colours of Okabe and Ito (2008, "Color Universal Design"), which colour-blind readers can
  /// distinguish; yellow is left out, because it is too light on white.
  enum Colour: String, CaseIterable, Sendable {
    case blue = "#0072b2"
    case vermillion = "#d55e00"
    case green = "#009e73"
    case purple = "#cc79a7"
    case orange = "#e69f00"
    case sky = "#56b4e9"
    case black = "#000000"
    /// For levels and floors, which are not measurements.
    case grey = "#707070"
  }

  /// The dashes of a line.
  enum Dash: Int, CaseIterable, Sendable {
    case solid, dashed, dotted, dashDot, dashDotDot
  }

  /// The mark at a point.
  enum Mark: Int, CaseIterable, Sendable {
    case circle, square, triangle, diamond, downTriangle, pentagon
  }

  var colour: Colour
  var dash: Dash
  var mark: Mark
  /// Whether the mark, or the bar, is filled.
  var isFilled = true

  /// The built-in rules look the same in every picture.
  private static let known = ["lora", "rslora", "unit"]

  /// The style of a scaling rule.
  ///
  /// - Parameter rules: all rules of the sweep, including those not drawn, in the order they were
  ///   given.
  static func rule(_ rule: String, among rules: [String]) -> PlotStyle {
    let others = rules.filter { !known.contains($0) }
    let index =
      known.firstIndex(of: rule)
      ?? others.firstIndex { ExactText($0) == ExactText(rule) }.map { $0 + known.count } ?? 0
    return numbered(
      index, [.blue, .vermillion, .green, .purple, .orange, .sky, .black])
  }

  /// The style of a profile in a picture without rules: its colours differ from those of the first
  /// rules, so that it is not taken for one.
  ///
  /// - Parameter index: its index among the sweep's profiles.
  static func profile(_ index: Int) -> PlotStyle {
    var style = numbered(index, [.black, .orange, .sky, .purple, .green, .blue, .vermillion])
    style.isFilled = false
    return style
  }

  /// The style of a line that stands for no rule or profile alone.
  ///
  /// - Parameter index: its index among the lines of a panel.
  static func line(_ index: Int) -> PlotStyle {
    numbered(index, [.blue, .vermillion, .green, .purple, .orange, .sky, .black])
  }

  /// Seven colours, five dashes and six marks have no common divisor: 210 styles before one
  /// repeats.
  private static func numbered(_ index: Int, _ colours: [Colour]) -> PlotStyle {
    PlotStyle(
      colour: colours[index % colours.count], dash: Dash.allCases[index % Dash.allCases.count],
      mark: Mark.allCases[index % Mark.allCases.count])
  }

  /// The style of a further line of the same rule; the first is line 0.
  func again(_ turn: Int) -> PlotStyle {
    var style = self
    style.isFilled = turn == 0 ? isFilled : !isFilled
    style.mark = Mark.allCases[(mark.rawValue + turn) % Mark.allCases.count]
    style.dash = Dash.allCases[(dash.rawValue + turn) % Dash.allCases.count]
    return style
  }

  /// For levels and floors.
  static let floor = PlotStyle(colour: .grey, dash: .dotted, mark: .circle, isFilled: false)
}
