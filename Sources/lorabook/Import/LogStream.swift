import Glibc
import LoRASpectra
import Rendering
import SQLiteStore

/// Records the JSON lines of standard input as they come: four times a second and at the end.
final class LogStream {
  /// Longest time that a line waits to be recorded.
  private static let patience = Duration.milliseconds(250)
  /// Number of lines that are recorded together at most.
  private static let most = 16_384

  private struct Line {
    var number: Int
    var run: ExternalRun
    var sweep: String
  }

  /// A line that contradicts the book.
  private struct BadLine: Error {
    var index: Int
    var message: String
  }

  private let book: Book
  private let session: ExternalSession
  private var parser: JSONLineParser
  private let lines = LineBuffer()
  private var waiting: [Line] = []
  private var deadline: ContinuousClock.Instant?
  private var recorded = 0
  /// Whether to say how many lines are on the disk; until the reader of that is gone.
  private var acknowledges: Bool

  /// - Parameters:
  ///   - common: what holds for every line.
  ///   - acknowledges: whether the number of lines on the disk is written to standard output.
  init(_ book: Book, _ common: SaidRun, acknowledges: Bool) {
    self.book = book
    self.acknowledges = acknowledges
    session = ExternalSession(Host.origin(.log, isStream: true), mayAppend: true)
    parser = JSONLineParser(common)
  }

  /// Records all lines, until the end or Ctrl-C.
  ///
  /// - Throws: `CommandError` for a bad line, of which those before stay; `SQLiteError`.
  func run() throws {
    do {
      try recordAll()
    } catch let refusal as CommandError {
      // Lines that came before it may wait still, and one of them may be bad too.
      let first: CommandError
      do {
        try record()
        first = refusal
      } catch let earlier as CommandError {
        first = earlier
      }
      try session.end(in: book, isWhole: false)
      throw first
    }
    acknowledge(lines.number)
    try session.end(in: book, isWhole: !Interruption.isAsked)
    if Interruption.isAsked {
      throw CommandError("interrupted: all lines that had come are recorded.", .interrupted)
    }
  }

  private func recordAll() throws {
    while true {
      let input = try receive()
      try take(isEnd: input == .end)
      if input == .end || input == .interrupted { break }
      if let deadline, ContinuousClock.now >= deadline { try record() }
    }
    try record()
  }

  private enum Input {
    case some, none, end, interrupted
  }

  /// Waits for more, until something waits too long to be recorded.
  private func receive() throws -> Input {
    let left = deadline.map { max(.zero, $0 - ContinuousClock.now) } ?? .milliseconds(200)
    let isAsked = Interruption.isAsked
    var stream = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // Rounded up, so that the deadline has passed afterwards.
    let ready = poll(&stream, 1, isAsked ? 0 : Int32(left / .milliseconds(1)) + 1)
    if ready == 0 { return isAsked ? .interrupted : .none }
    if ready < 0 { return .none }
    var isEnd = false
    let isSome = try lines.fill { free in
      let count = Glibc.read(STDIN_FILENO, free.baseAddress, free.count)
      if count >= 0 {
        isEnd = count == 0
        return count
      }
      if errno == EINTR || errno == EAGAIN { return 0 }
      throw CommandError(
        "cannot read standard input: \(String(cString: strerror(errno))). All lines before are recorded.",
        .inputOutput)
    }
    return isEnd ? .end : isSome ? .some : .none
  }

  /// Parses the lines that have come.
  private func take(isEnd: Bool) throws {
    while try lines.next(parse) != nil {}
    if lines.isTooLong {
      throw refusal(
        of: lines.number + 1, "the line is longer than \(LineBuffer.longest) bytes.")
    }
    if isEnd { _ = try lines.rest(parse) }
  }

  private func parse(_ line: UnsafeRawBufferPointer) throws {
    let number = lines.number
    let line = number == 1 ? line.withoutMark : line
    if deadline == nil { deadline = ContinuousClock.now + LogStream.patience }
    if line.isBlank { return }
    do {
      let (run, sweep) = try parser.run(line)
      waiting.append(Line(number: number, run: run, sweep: sweep))
    } catch let error as JSONLineParser.Refusal {
      throw refusal(of: number, error.message)
    }
    if waiting.count >= LogStream.most { try record() }
  }

  private func refusal(of number: Int, _ message: String) -> CommandError {
    CommandError(
      "standard input:\(number): \(message) The lines before it are recorded.", .badData)
  }

  /// Records what waits, or what of it stands before a line that cannot be.
  private func record() throws {
    deadline = nil
    if waiting.isEmpty { return }
    defer { waiting.removeAll(keepingCapacity: true) }
    do {
      try record(waiting[...])
    } catch let bad as BadLine {
      try record(waiting[..<bad.index])
      throw refusal(of: waiting[bad.index].number, bad.message)
    }
  }

  private func record(_ lines: ArraySlice<Line>) throws {
    guard let last = lines.last else { return }
    _ = try ExternalRunWriter.record(in: book, session) { writer in
      for (index, line) in zip(lines.indices, lines) {
        do {
          try writer.add(line.run, to: line.sweep)
        } catch {
          guard let message = refusalOfRun(error) else { throw error }
          throw BadLine(index: index, message: message)
        }
      }
    }
    acknowledge(last.number)
  }

  /// Says how many lines are on the disk. Nobody waits here for a slow reader: the next number says it all.
  private func acknowledge(_ number: Int) {
    guard acknowledges, number > recorded else { return }
    var stream = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    guard poll(&stream, 1, 0) == 1, stream.revents & Int16(POLLOUT) != 0 else {
      if stream.revents & Int16(POLLERR | POLLHUP) != 0 { acknowledges = false }
      return
    }
    recorded = number
    do {
      try StandardOutput.write("\(number)\n")
    } catch {
      acknowledges = false
    }
  }
}

/// Why a run cannot be added, for a message that begins with its place; nil for other errors.
func refusalOfRun(_ error: any Error) -> String? {
  switch error {
  case let conflict as ExternalRunConflict:
    let run = conflict.run.map { "the run '\(printable($0.shortened(to: 80)))'" } ?? "the run"
    return "\(run) \(printable(conflict.what)). \(conflict.remedy)."
  case BookError.computedSweep(let name):
    return
      "the sweep '\(printable(name))' was computed here, so it takes no runs measured elsewhere. Give another name."
  case BookError.unusableName(let name, let reason):
    return "sweep: the name '\(printable(name))' \(reason). Give another, such as 'baseline'."
  default: return nil
  }
}
