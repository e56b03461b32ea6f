import Glibc
import Rendering

/// What is known of the terminal that a stream leads to, if it leads to one.
enum Terminal {
  /// How many columns it has; nil where the stream is no terminal.
  ///
  /// `$COLUMNS` goes before what the terminal says, as with ls(1); one that says nothing is taken for 80.
  static func width(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    if let asked = variable("COLUMNS").flatMap({ Int($0) }), (1...10_000).contains(asked) {
      return asked
    }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// How many characters standard output has side by side and one below the other; 80 × 24 where nothing says
  /// so.
  static var size: (columns: Int, lines: Int) {
    var window = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 && window.ws_row > 0
    let lines = isKnown ? Int(window.ws_row) : variable("LINES").flatMap { Int($0) } ?? 24
    let columns =
      width(of: STDOUT_FILENO) ?? variable("COLUMNS").flatMap { Int($0) } ?? 80
    return (min(max(columns, 1), 1000), min(max(lines, 1), 1000))
  }

  /// Whether colours are wanted: on a terminal, unless `$NO_COLOR` is set (no-color.org) or it knows none.
  static func hasColour(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && variable("NO_COLOR") == nil && (variable("TERM") ?? "dumb") != "dumb"
  }

  /// How a table is laid out on standard output.
  static func layout(rounding: Double = 0) -> TableLayout {
    TableLayout(
      width: width(of: STDOUT_FILENO), isColoured: hasColour(STDOUT_FILENO), rounding: rounding)
  }

  /// A text of the environment; nil for an empty one.
  private static func variable(_ name: String) -> String? {
    try? CalledWith.variable(name)
  }
}
