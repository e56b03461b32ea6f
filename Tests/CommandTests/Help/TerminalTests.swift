import Foundation
import Rendering
import Testing

@Suite("On a terminal")
struct TerminalTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let made = try scratch.bash(
      """
      lorabook sweep --quiet --name '試験 👍 with a long name that goes on' --note 'a note that is longer than any line' &&
      lorabook sweep --quiet --name second --seeds 1-9 --rules lora,rslora,unit,power:0.75 --ranks 1-64
      """)
    #expect(made.status == 0, "\(made.errors)")
  }

  /// The output of a line of bash on a terminal of a given width.
  private func terminal(_ width: Int, _ line: String, _ environment: String = "TERM=xterm") throws
    -> String
  {
    // Its standard error is the terminal too.
    try scratch.write("stty cols \(width) rows 50\n\(line)\n", to: "line.sh")
    return try scratch.bash(
      "env -u NO_COLOR -u COLUMNS \(environment) script -qec 'bash line.sh' /dev/null </dev/null"
    ).output
      .replacing("\r\n", with: "\n")
  }

  private func unstyled(_ text: String) -> String { text.replacing(#/\u{1b}\[\d+m/#, with: "") }

  @Test(
    "no table is wider than it, and in a pipe nothing is cut", arguments: [40, 60, 80, 120, 200])
  func width(columns: Int) throws {
    _ = try scratch.bash("cp lorabook.db damaged.db")
    _ = try scratch.sqlite("UPDATE measured_run SET error = error * 2", book: "damaged.db")
    for line in [
      "ls", "show latest", "show 1", "compare second", "compare 1 2", "compare second --by rank",
      "query",
      "query rank-for-variance", "query spectrum-decay", "sql 'SELECT * FROM runs LIMIT 3'",
      "sql 'SELECT * FROM sweeps'", "export --table sweeps --format table",
      "verify latest", "verify --all --db damaged.db", "doctor --db damaged.db",
    ] {
      // The status does not matter, and messages may be longer.
      let printed = unstyled(try terminal(columns, "lorabook \(line) 2>messages"))
      // Where all is well, the verdict says it.
      #expect(!printed.isEmpty || line == "verify latest", "\(line)")
      for row in printed.split(separator: "\n") {
        #expect(displayWidth(row) <= columns, "\(line) at \(columns): \(row)")
      }
      let piped = try scratch.bash("lorabook \(line) | cat").output
      #expect(!piped.contains("… ") && !piped.contains("…\n"), "\(line)")
    }
  }

  @Test("COLUMNS goes before what the terminal says")
  func columns() throws {
    let printed = unstyled(
      try terminal(200, "export COLUMNS=50; lorabook sql 'SELECT * FROM runs LIMIT 3'"))
    #expect(printed.split(separator: "\n").allSatisfy { displayWidth($0) <= 50 })
  }

  @Test("there are colours, and none with NO_COLOR, on a dumb terminal or in a pipe")
  func colours() throws {
    for line in ["lorabook ls", "lorabook show 1", "lorabook swep"] {
      #expect(try terminal(80, line).contains(#/\u{1b}\[\d+m/#), "\(line)")
      for environment in ["TERM=xterm NO_COLOR=1", "TERM=dumb", "-u TERM"] {
        #expect(!(try terminal(80, line, environment)).contains("\u{1b}"), "\(line) \(environment)")
      }
      // An empty NO_COLOR has no effect.
      #expect(try terminal(80, line, "TERM=xterm NO_COLOR=").contains("\u{1b}"), "\(line)")
    }
    #expect(!(try scratch.bash("TERM=xterm lorabook ls")).output.contains("\u{1b}"))
  }

  @Test("show prints forty rows of a large table and says how to see all")
  func largeGrid() throws {
    let short = unstyled(try terminal(100, "lorabook show second"))
    #expect(short.contains("… 88 more rows: --full\n"))
    let whole = unstyled(try terminal(100, "lorabook show second --full"))
    #expect(!whole.contains("more row"))
    #expect(whole.split(separator: "\n").count > short.split(separator: "\n").count + 88)
    #expect(!(try scratch.lorabook("show", "second")).output.contains("more row"))
  }

  @Test("four sides are compared a line each")
  func manySides() throws {
    let printed = try scratch.lorabook("compare", "second").lines
    #expect(printed.allSatisfy { $0.count <= 140 })
    #expect(
      printed[4].split(separator: " ") == [
        "profile", "rank", "side", "mean", "±", "diff", "±", "finding", "pairs", "n",
      ])
    #expect(printed.count == 5 + 2 * 64 * 4)
  }
}
