import Foundation
import Testing

@Suite("The progress line")
struct ProgressTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The output of a line of bash to a terminal, whose width it may change.
  private func sent(_ line: String) throws -> String {
    try scratch.write("stty cols 80\n\(line)\n", to: "line.sh")
    return try scratch.bash("TERM=xterm script -qefc 'bash line.sh' typescript </dev/null").output
  }

  /// Waits until the line is drawn.
  private let untilDrawn = "until grep -q ' a second' typescript; do sleep 0.05; done"

  /// The final contents of the terminal, which handles carriage return, line feed and erasing to
  /// the end.
  private func screen(_ text: String) -> [String] {
    var lines: [[Character]] = [[]]
    var column = 0
    var rest = Substring(text.replacing("\r\n", with: "\n\r"))
    while let character = rest.first {
      if rest.hasPrefix("\u{1b}[K") {
        lines[lines.count - 1].removeLast(max(0, lines[lines.count - 1].count - column))
        rest = rest.dropFirst(3)
        continue
      }
      rest = rest.dropFirst()
      switch character {
      case "\r": column = 0
      case "\n":
        lines.append([])
        column = 0
      default:
        while lines[lines.count - 1].count <= column { lines[lines.count - 1].append(" ") }
        lines[lines.count - 1][column] = character
        column += 1
      }
    }
    return lines.map { String($0) }
  }

  private static var drawn: Regex<(Substring, Substring)> { #/\r\u{1b}\[K([^\r\u{1b}\n]+)/# }

  @Test("shows done, rate and time left, and leaves nothing behind; in a pipe there is none")
  func shows() throws {
    let grid = "--seeds 0-499 --ranks 1,2"
    let text = try sent("lorabook sweep \(grid)")
    let draws = text.matches(of: Self.drawn).map { String($0.output.1) }
    #expect(
      draws.contains { $0.contains(#/^\d+\/1000 updates, [\d.]+ a second, .+ left$/#) }, "\(draws)")
    #expect(screen(text).filter { $0.contains("a second") || $0.contains("updates") } == [])
    #expect(screen(text).first?.hasPrefix("Sweep ") == true)
    let pipe = try scratch.bash("lorabook sweep \(grid)")
    #expect(pipe.errors == "")
    #expect(!pipe.output.contains("\r"))
  }

  @Test("is cut to the width that the terminal has at that moment")
  func resize() throws {
    let text = try sent(
      "lorabook sweep --seeds 0-1499 --ranks 1,2 & \(untilDrawn); stty cols 20; wait"
    )
    let draws = text.matches(of: #/\r(?:\u{1b}\[\d+A\u{1b}\[J|\u{1b}\[K)([^\r\u{1b}\n]+)/#).map {
      String($0.output.1)
    }.filter { $0.contains("updates") }
    #expect(draws.contains { $0.count > 20 })
    #expect(draws.last?.count ?? 80 <= 19)
    #expect(draws.last?.hasSuffix("…") == true)
    // The line that the narrower terminal has wrapped is erased completely.
    #expect(text.contains("\r\u{1b}[1A\u{1b}[J") || text.contains("\r\u{1b}[2A\u{1b}[J"))
  }

  @Test("is taken away on Ctrl-C, the second one too")
  func interrupted() throws {
    for signals in ["kill -INT $!", "kill -INT $!; kill -INT $!"] {
      let text = try sent(
        "set -m; lorabook sweep --seeds 0-99999 --ranks 1,2 --name x$RANDOM & \(untilDrawn); \(signals); wait $!"
      )
      #expect(text.contains(" a second"))
      #expect(screen(text).filter { $0.contains(" a second") } == [], "\(signals)")
    }
  }

  @Test("counts what is written into a file and read from one")
  func files() throws {
    _ = try scratch.bash("lorabook sweep --quiet --seeds 0-399 --ranks 1-40")
    let written = try sent("lorabook export -o runs.csv")
    #expect(written.contains(#/\d+ rows, \d+ a second/#))
    #expect(screen(written).filter { $0.contains("rows") } == [])
    let read = try sent("lorabook import runs.csv --name again --db other.db")
    #expect(read.contains(#/\d+\/\d+ MB, [\d.]+ a second, .+ left/#), "\(read)")
    #expect(screen(read).filter { $0.contains("MB") } == [])
    #expect(screen(read).contains { $0.contains("imported into sweep 1") })
  }

  @Test("says what doctor looks at, no wider than the terminal, and leaves nothing behind")
  func says() throws {
    _ = try scratch.bash("lorabook sweep --quiet")
    let text = try sent("stty cols 15; lorabook doctor --format csv")
    let draws = text.matches(of: Self.drawn).map { String($0.output.1) }
      .filter { $0.hasPrefix("looking") }
    #expect(draws.contains("looking at in…"), "\(draws)")
    #expect(draws.allSatisfy { $0.count < 15 }, "\(draws)")
    #expect(screen(text).first == "severity,check,sweep_id,sweep,what,advice")
    #expect(screen(text).filter { $0.hasPrefix("looking") } == [])
  }
}
