import Glibc
import Rendering
import Synchronization

/// One line on a terminal's standard error, drawn over itself: done/total, rate, time left.
///
/// It is drawn a few times a second at the most, and never wider than the terminal is at that moment.
final class ProgressLine {
  /// Whether any is on the terminal now, for whoever has to leave without a word.
  private static let isDrawn = Atomic<Bool>(false)
  private static let interval = Duration.milliseconds(100)
  /// The rate is that of the last draws, because what was measured before goes by much faster.
  private static let window = 50

  private let isShown: Bool
  private let total: Int?
  private let unit: String
  private let size: Int
  private var draws: [(time: ContinuousClock.Instant, done: Int)]
  /// How many columns the line on the terminal takes.
  private var drawn = 0

  /// - Parameters:
  ///   - total: how many there will be; nil where it is not known.
  ///   - unit: what is counted, as it is shown.
  ///   - size: how many make one that is shown: a million where bytes are shown as MB.
  ///   - done: how many were done before this process began.
  ///   - isQuiet: whether it was asked to be left out.
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

  /// Says how many are done.
  func show(_ done: Int) {
    guard isShown, let last = draws.last else { return }
    let now = ContinuousClock.now
    guard now - last.time >= ProgressLine.interval else { return }
    draws.append((now, done))
    if draws.count > ProgressLine.window { draws.removeFirst() }
    draw(text())
  }

  /// Says what is being done, where there is nothing to count.
  func say(_ text: String) {
    if isShown { draw(text) }
  }

  /// Takes the line away.
  func clear() {
    guard drawn > 0 else { return }
    StandardError.write(ProgressLine.start(of: drawn, on: Terminal.width(of: STDERR_FILENO)))
    drawn = 0
    ProgressLine.isDrawn.store(false, ordering: .relaxed)
  }

  /// Takes away the line that is on the terminal, if there is one; a signal's handler may call it.
  static func wipe() {
    guard isDrawn.load(ordering: .relaxed) else { return }
    var wiping: (UInt8, UInt8, UInt8, UInt8) = (13, 27, 91, 75)
    _ = Glibc.write(STDERR_FILENO, &wiping, 4)
  }

  private func draw(_ text: String) {
    let width = Terminal.width(of: STDERR_FILENO)
    // A line as wide as the terminal would leave the cursor in the next on some.
    let text = cut(text, to: max(1, (width ?? 80) - 1))
    StandardError.write(ProgressLine.start(of: drawn, on: width) + text)
    drawn = displayWidth(text)
    ProgressLine.isDrawn.store(true, ordering: .relaxed)
  }

  /// What leads back to where a line began, and erases from there: a terminal that was made narrower has
  /// wrapped it.
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
