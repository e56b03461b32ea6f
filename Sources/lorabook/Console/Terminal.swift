import Glibc
import Rendering

/// Properties of the terminal that a stream leads to, if any.
enum Terminal {
  /// Width in columns; nil if the stream is not a terminal.
  ///
  /// `$COLUMNS` overrides the terminal's own width, as for ls(1); an unknown width is taken as 80.
  static func width(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    if let asked = variable("COLUMNS").flatMap({ Int($0) }), (1...10_000).contains(asked) {
      return asked
    }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Size of standard output in characters; 80 × 24 if unknown.
  static var size: (columns: Int, lines: Int) {
    var window = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 && window.ws_row > 0
    let lines = isKnown ? Int(window.ws_row) : variable("LINES").flatMap { Int($0) } ?? 24
    let columns =
      width(of: STDOUT_FILENO) ?? variable("COLUMNS").flatMap { Int($0) } ?? 80
    return (min(max(columns, 1), 1000), min(max(lines, 1), 1000))
  }

  /// Whether to use colours: on a terminal, unless `$NO_COLOR` is set (no-color.org) or it has
  /// none.
  static func hasColour(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && variable("NO_COLOR") == nil && (variable("TERM") ?? "dumb") != "dumb"
  }

  /// The layout of tables on standard output.
  static func layout(rounding: Double = 0) -> TableLayout {
    guard StandardOutput.isTerminal else { return TableLayout(rounding: rounding) }
    return TableLayout(
      width: width(of: STDOUT_FILENO), isColoured: hasColour(STDOUT_FILENO), rounding: rounding)
  }

  /// An environment variable; nil if it is empty or not set.
  private static func variable(_ name: String) -> String? {
    try? CalledWith.variable(name)
  }
}
