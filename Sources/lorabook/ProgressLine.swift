import Glibc

/// One line on a terminal's standard error, drawn over itself: done/total, rate, time left.
struct ProgressLine {
  private let isShown: Bool
  private let total: Int
  private let before: Int
  private let start = ContinuousClock.now

  /// - Parameters:
  ///   - done: how many were done before this process began.
  ///   - isQuiet: whether it was asked to be left out.
  init(total: Int, done: Int, isQuiet: Bool) {
    self.total = total
    before = done
    isShown = !isQuiet && isatty(STDERR_FILENO) == 1
  }

  func show(_ done: Int) {
    guard isShown else { return }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let rate = seconds > 0 ? Double(done - before) / seconds : 0
    var text = "\(done)/\(total) updates"
    if Interruption.isAsked {
      text += ", finishing those in hand; again to leave them"
    } else if rate > 0 {
      let left = Double(total - done) / rate
      text += ", \(ProgressLine.rounded(rate)) a second, \(ProgressLine.clock(left)) left"
    }
    // CR, the text, and the rest of the line erased.
    StandardError.write("\r\(text)\u{1b}[K")
  }

  /// Takes the line away.
  func clear() {
    if isShown { StandardError.write("\r\u{1b}[K") }
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
