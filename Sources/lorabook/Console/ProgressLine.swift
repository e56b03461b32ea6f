import Glibc
import Rendering
import Synchronization

/// One line on a terminal's standard error that is redrawn in place: done/total, rate, time left.
///
/// It is drawn at most a few times a second, and never wider than the terminal is at that moment.
final class ProgressLine {
  /// Whether a line is on the terminal now, for code that ends the process in a signal handler.
  private static let isDrawn = Atomic<Bool>(false)
  private static let interval = Duration.milliseconds(100)
  /// Number of recent draws that the rate is computed from, because earlier work may have been much
  /// faster.
  private static let window = 50

  private let isShown: Bool
  private let total: Int?
  private let unit: String
  private let size: Int
  private var draws: [(time: ContinuousClock.Instant, done: Int)]
  /// Width of the line on the terminal, in columns.
  private var drawn = 0

  /// - Parameters:
  ///   - total: the number of items; nil if it is unknown.
  ///   - unit: the unit shown.
  ///   - size: number of items in one unit: a million where bytes are shown as MB.
  ///   - done: number of items done before this process began.
  ///   - isQuiet: whether the user asked for no progress.
  init(
    total: Int?, unit: String = "updates", size: Int = 1, done: Int = 0, isQuiet: Bool = false
  ) {
    self.total = total
    self.unit = unit
    self.size = size
    isShown = !isQuiet && isatty(STDERR_FILENO) == 1
    draws = [(.now, done)]
  }

  deinit { clear() }

  /// Shows the number of items done.
  func show(_ done: Int) {
    guard isShown, let last = draws.last else { return }
    let now = ContinuousClock.now
    guard now - last.time >= ProgressLine.interval else { return }
    draws.append((now, done))
    if draws.count > ProgressLine.window { draws.removeFirst() }
    draw(text())
  }

  /// Shows the current activity, if there is nothing to count.
  func say(_ text: String) {
    if isShown { draw(text) }
  }

  /// Clears the line.
  func clear() {
    guard drawn > 0 else { return }
    StandardError.write(ProgressLine.start(of: drawn, on: Terminal.width(of: STDERR_FILENO)))
    drawn = 0
    ProgressLine.isDrawn.store(false, ordering: .relaxed)
  }

  /// Clears the line on the terminal, if there is one; safe in a signal handler.
  static func wipe() {
    guard isDrawn.load(ordering: .relaxed) else { return }
    var wiping: (UInt8, UInt8, UInt8, UInt8) = (13, 27, 91, 75)
    _ = Glibc.write(STDERR_FILENO, &wiping, 4)
  }

  private func draw(_ text: String) {
    let width = Terminal.width(of: STDERR_FILENO)
    // On some terminals a line of the full width would put the cursor on the next line.
    let text = cut(text, to: max(1, (width ?? 80) - 1))
    StandardError.write(ProgressLine.start(of: drawn, on: width) + text)
    drawn = displayWidth(text)
    ProgressLine.isDrawn.store(true, ordering: .relaxed)
  }

  /// The escape sequence that moves back to the line's beginning and erases from there: a terminal
  /// that was made narrower has wrapped the line.
  private static func start(of drawn: Int, on width: Int?) -> String {
    let above = width.map { max(0, drawn - 1) / max(1, $0) } ?? 0
    return above > 0 ? "\r\u{1b}[\(above)A\u{1b}[J" : "\r\u{1b}[K"
  }

  private func text() -> String {
    guard let first = draws.first, let last = draws.last else { return "" }
    let seconds = (last.time - first.time) / .seconds(1)
    let rate = seconds > 0 ? Double(last.done - first.done) / seconds : 0
    var text = "\(last.done / size)\(total.map { "/\($0 / size)" } ?? "") \(unit)"
    if Interruption.isAsked { return text + ", finishing those in hand; again to leave them" }
    guard rate > 0 else { return text }
    text += ", \(ProgressLine.rounded(rate / Double(size))) a second"
    if let total {
      text += ", \(ProgressLine.clock(Double(max(0, total - last.done)) / rate)) left"
    }
    return text
  }

  private static func rounded(_ rate: Double) -> String {
    rate < 10 ? "\((rate * 10).rounded() / 10)" : "\(Int(min(rate, 1e15)))"
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds.rounded(.up), 1e15))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
