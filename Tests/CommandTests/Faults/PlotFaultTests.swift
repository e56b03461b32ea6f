import Foundation
import Testing

@Suite("lorabook plot, where something is wrong")
struct PlotFaultTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.lorabook("sweep", "--ranks", "1,2,4", "--shapes", "6x5", "--quiet")
  }

  @Test("refuses what cannot be meant, and leaves no file")
  func usage() throws {
    for (arguments, status, words) in [
      ("article --kind pie", 64, "pie"), ("article -o a.jpg", 64, ".svg, .png, .pdf"),
      ("article -o a", 64, "'a'"), ("article -o -", 64, "'-'"),
      ("artikel", 66, "Did you mean 'article'?"), ("article --level 1", 64, "'1'"),
      ("article article", 64, "named before"), ("article 1 2", 64, "3 sweeps"),
      ("article 1 --kind error", 64, "--kind compare"),
      ("article --metric error", 64, "--metric"), ("article --by profile", 64, "--by"),
      ("article --kind compare --by rank", 64, "axis"),
      ("article --kind variance --log", 64, "--log"),
      ("article --kind decomposition --log", 64, "--log"),
      ("article --kind compare --log", 64, "--log"),
      ("article --rule loar", 64, "Did you mean 'lora'?"),
      ("article --script -o a.pdf", 64, "picture.gp"),
      ("article -o none/a.svg", 73, "none/a.svg"), ("article -o .svg/", 64, "'.svg/'"),
      ("article --db none.db", 66, "none.db"),
    ] {
      let result = try scratch.bash("lorabook plot \(arguments)")
      #expect(result.status == status, "\(arguments): \(result.errors)")
      #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
      #expect(result.output == "")
    }
    #expect(try scratch.files() == ["lorabook.db"])
  }

  @Test("says what to install where there is no gnuplot, and everything else still works")
  func noGnuplot() throws {
    for path in ["''", "/nonexistent", "$PWD"] {
      let result = try scratch.bash("PATH=\(path) $(command -v lorabook) plot article -o a.svg")
      #expect(result.status == 1)
      #expect(result.errors.contains("there is no gnuplot on the PATH"), "\(result.errors)")
      #expect(result.errors.contains("gnuplot-nox"))
    }
    let others = try scratch.bash(
      """
      export PATH=/nonexistent:$(dirname $(command -v lorabook))
      lorabook plot article --script -o a.gp && lorabook show article && lorabook compare article
      """)
    #expect(others.status == 0, "\(others.errors)")
    #expect(try scratch.files() == ["a.gp", "lorabook.db"])
  }

  /// Puts a program named gnuplot before the real one on the path.
  private func withGnuplot(_ text: String, _ line: String) throws -> Scratch.Result {
    try scratch.write("#!/bin/sh\n" + text, to: "bin/gnuplot")
    return try scratch.bash("chmod +x bin/gnuplot; PATH=$PWD/bin:$PATH; \(line)")
  }

  @Test("passes on what a gnuplot that fails has to say, and leaves no file")
  func failingGnuplot() throws {
    for (text, words) in [
      (
        "printf '\\nset terminal svg\\n             ^\\n\"/dev/stdin\" line 4: unknown terminal\\n' >&2; exit 1",
        "failed with status 1: \"\"/dev/stdin\" line 4: unknown terminal\""
      ),
      ("exit 3", "failed with status 3: it said nothing"), ("kill -9 $$", "ended by signal 9"),
      ("exit 0", "drew nothing"), ("head -c 100 /dev/zero; kill -11 $$", "ended by signal 11"),
    ] {
      let result = try withGnuplot(text, "lorabook plot article -o a.svg")
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1)
    }
    #expect(try scratch.files() == ["bin", "lorabook.db"])
    // A warning is passed on, and the picture is written.
    let warned = try withGnuplot(
      "echo 'warning: a font is missing' >&2; echo picture", "lorabook plot article -o a.svg")
    #expect(warned.status == 0)
    #expect(warned.errors == "lorabook: gnuplot says: warning: a font is missing\n")
    #expect(try scratch.read("a.svg") == "picture\n")
    // A script that no system can start.
    let broken = try withGnuplot("", "printf '#!/nowhere\\n' > bin/gnuplot; lorabook plot article")
    #expect(broken.status == 1)
    #expect(broken.errors.contains("gnuplot"))
  }

  @Test("ends a slow gnuplot when it is interrupted, and leaves no file")
  func slowGnuplot() throws {
    let result = try withGnuplot(
      "echo $$ > pid; exec sleep 60",
      """
      lorabook plot article -o a.svg & plot=$!
      for i in $(seq 500); do [ -s pid ] && break; sleep 0.01; done
      kill -TERM $plot; wait $plot; echo "status $?"; kill -0 $(cat pid) 2>&1; rm pid
      """)
    #expect(result.output.contains("status 130"))
    #expect(result.output.contains("No such process"), "\(result.output)")
    #expect(result.errors.contains("interrupted"))
    #expect(try scratch.files() == ["bin", "lorabook.db"])
  }

  /// Names that some program takes for commands, markup or formats.
  private static let hostile =
    "`touch evil`'$(touch evil)'' \"{/Bold x}_1^2%s&#x1;&amp;</text><script>alert(1)</script>\\"

  @Test("takes hostile names for text, in every format and kind")
  func hostileNames() throws {
    let quoted = "\"" + Self.hostile.replacing("\"", with: "\"\"") + "\""
    let lineBreak = "\"\nset output 'evil'\n!touch evil\n\""
    var rows = "seed,d,k,profile,rank,alpha,rule,scale,error,truncation_error,variance_captured\n"
    for profile in [quoted, lineBreak] {
      for rule in [quoted, lineBreak, "EOD"] {
        for rank in [1, 2] { rows += "1,6,6,\(profile),\(rank),16,\(rule),2,1,0.3,0.91\n" }
      }
    }
    try scratch.write(rows, to: "rows.csv")
    try scratch.write(Self.hostile, to: "name")
    let made = try scratch.bash("lorabook import rows.csv --name \"$(cat name)\"")
    #expect(made.status == 0, "\(made.errors)")
    for kind in ["error", "scale", "variance", "decomposition", "compare"] {
      for ending in [".svg", ".png", ".pdf", ""] {
        let output = ending.isEmpty ? "" : "-o a\(ending)"
        let result = try scratch.bash("lorabook plot 2 --kind \(kind) \(output)")
        #expect(result.status == 0, "\(kind)\(ending): \(result.errors)")
        #expect(result.errors == "", "\(kind)\(ending)")
      }
      let parts = try #require(SVGParts(Data(scratch.read("a.svg").utf8)), "\(kind)")
      #expect(parts.scripts == 0)
      #expect(parts.text.contains("`touch evil`'$(touch evi"), "\(parts.text)")
      #expect(!parts.text.contains("\n!touch"))
    }
    let text = try scratch.lorabook("plot", "2", "--kind", "scale").output
    #expect(text.contains("`touch evil`'$(touch evil)'' \"{/Bold x}_1^2%s"))
    #expect(
      try scratch.files() == ["a.pdf", "a.png", "a.svg", "lorabook.db", "name", "rows.csv"])
  }

  @Test(
    "shows the quotes of a name as they are, in pictures and pages",
    arguments: ["a''b", "''", "'a'''", "it's ''so''", "a\u{301}''\u{301}"])
  func quotes(name: String) throws {
    try scratch.write(
      "seed,d,k,profile,rank,alpha,rule,error\n1,9,9,\(name),2,16,lora,0.5\n1,9,9,\(name),4,16,lora,0.25\n",
      to: "rows.csv")
    let made = try scratch.bash(
      """
      lorabook import rows.csv --name "n\(name)" 2> /dev/null && lorabook plot 2 -o a.svg && lorabook report 2 -o page.html
      """)
    #expect(made.status == 0 && made.errors == "", "\(made.errors)")
    let parts = try #require(SVGParts(Data(scratch.read("a.svg").utf8)))
    #expect(parts.text.contains(name), "\(parts.text)")
    #expect(try scratch.read("page.html").contains("<svg"))
  }

  @Test("draws what diverged as no number, and says so")
  func diverged() throws {
    try scratch.write(
      """
      seed,d,k,profile,rank,alpha,rule,error
      1,9,9,p,2,16,lora,0.5
      1,9,9,p,4,16,lora,nan
      2,9,9,p,4,16,lora,inf
      1,9,9,p,8,16,lora,0.25

      """, to: "rows.csv")
    _ = try scratch.lorabook("import", "rows.csv", "--name", "measured")
    let script = try scratch.lorabook("plot", "measured", "--script")
    #expect(
      script.errors == "lorabook: 2 runs diverged (nan or inf), and no mean has a part of them.\n")
    // An empty line interrupts the line between the neighbours.
    #expect(script.output.contains("\n2 0.5 0.5 0.5\n\n8 0.25 0.25 0.25\nEOD\n"))
    #expect(script.output.contains("1 run, p, 9x9, noise not recorded, α = 16."))
    #expect(!script.output.contains("nan\n") && !script.output.contains("inf\n"))
    for (kind, words) in [
      ("spectrum", "no singular values are recorded"), ("variance", "no variance captured"),
      ("decomposition", "the parts of no error"), ("article", "no singular values"),
    ] {
      let result = try scratch.lorabook("plot", "measured", "--kind", kind, "-o", "a.svg")
      #expect(result.status == 1)
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(result.errors.contains("'measured'"))
    }
    #expect(try scratch.files() == ["lorabook.db", "rows.csv"])
  }
}
