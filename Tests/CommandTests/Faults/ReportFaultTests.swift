import Foundation
import Testing

@Suite("lorabook report, where something is wrong")
struct ReportFaultTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.lorabook("sweep", "--ranks", "1,2,4", "--shapes", "6x5", "--quiet")
  }

  @Test("refuses what cannot be meant, and leaves no file")
  func usage() throws {
    for (arguments, status, words) in [
      ("artikel -o a.html", 66, "Did you mean 'article'?"), ("article --level 1", 64, "'1'"),
      ("article 1 -o a.html", 64, "named before"), ("article -o none/a.html", 73, "none/a.html"),
      ("article -o .", 73, "'.'"),
      ("article --db none.db -o a.html", 66, "none.db"),
    ] {
      let result = try scratch.bash("lorabook report \(arguments)")
      #expect(result.status == status, "\(arguments): \(result.errors)")
      #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
      #expect(result.output == "")
    }
    #expect(try scratch.files() == ["lorabook.db"])
  }

  @Test("writes to a pipe without -o, and refuses a terminal")
  func standardOutput() throws {
    let piped = try scratch.lorabook("report", "article")
    #expect(piped.status == 0 && piped.output.hasPrefix("<!DOCTYPE html>"))
    #expect(
      try scratch.bash("lorabook report article -o - | head -c 15").output == "<!DOCTYPE html>")
    #expect(try scratch.bash("lorabook report article | true").status == 0)
    let terminal = try scratch.bash("script -qec 'lorabook report article' /dev/null")
    #expect(terminal.status == 64)
    #expect(terminal.output.contains("-o report.html"), "\(terminal.output)")
  }

  @Test("leaves the old page where it cannot write a new one")
  func whole() throws {
    try scratch.write("old", to: "page.html")
    let result = try scratch.bash("ulimit -f 1; lorabook report article -o page.html")
    #expect(result.status != 0)
    #expect(try scratch.read("page.html") == "old")
    #expect(try scratch.bash("lorabook report article -o /dev/full").status == 74)
    #expect(try scratch.files() == ["lorabook.db", "page.html"])
  }

  @Test("writes a page without pictures where there is no gnuplot, and says so here and there")
  func noGnuplot() throws {
    let result = try scratch.bash(
      "PATH=/nonexistent $(command -v lorabook) report article -o page.html")
    #expect(result.status == 0)
    #expect(result.errors.contains("gnuplot-nox"), "\(result.errors)")
    let page = try scratch.page("page.html")
    #expect(page.faults == [] && page.elements["svg"] == nil)
    let html = try scratch.read("page.html")
    #expect(html.ranges(of: "was not drawn, for there was no gnuplot").count == 6)
    #expect(page.headings.contains("Tables") && page.cells.contains("facts"))
  }

  @Test(
    "writes the page where gnuplot fails, or draws what no page can hold, and says so",
    arguments: [
      ("echo no such thing >&2; exit 3", "failed with status 3"),
      ("echo '<svg width=\"1\" height=\"1\"><script>alert(1)</script></svg>'", "script"),
      ("echo '<svg'", "malformed"),
    ])
  func badGnuplot(program: String, words: String) throws {
    try scratch.write("#!/bin/sh\n\(program)\n", to: "bin/gnuplot")
    let result = try scratch.bash(
      "chmod +x bin/gnuplot; PATH=$PWD/bin:$PATH lorabook report article -o page.html")
    #expect(result.status == 0)
    #expect(result.errors.contains(words), "\(result.errors)")
    let page = try scratch.page("page.html")
    #expect(page.faults == [] && page.elements["script"] == 1 && page.elements["svg"] == nil)
    #expect(try scratch.read("page.html").contains("was not drawn"))
  }

  @Test("stays text, whatever names a book holds")
  func hostile() throws {
    for (number, text) in [
      "<script>alert(1)</script>", "\"\u{301} onmouseover=alert(1) x=\"", "'; DROP", "'\u{301}'",
      "{{x}} {{{y}}} {{#z}}", "a\u{202e}b", "=HYPERLINK(\"http://x\")", "]]>", "&#x41;",
      "שלום", "\u{1f600}", String(repeating: "x", count: 5000), "%d%s\\n`id`$(id)",
    ].enumerated() {
      // By scalars, as a CSV is read.
      let quoted = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
      try scratch.write(
        "seed,d,k,profile,rank,alpha,rule,scale,error\n1,8,8,\"\(quoted)\",4,16,\"\(quoted)\",1,0.5\n2,8,8,\"\(quoted)\",4,16,lora,1,0.5\n",
        to: "runs.csv")
      let imported = try scratch.lorabook("import", "runs.csv", "--name", "s\(number)")
      #expect(imported.status == 0, "\(imported.errors)")
      let result = try scratch.lorabook("report", "s\(number)", "-o", "page.html")
      #expect(result.status == 0 && result.errors == "", "\(text): \(result.errors)")
      let page = try scratch.page("page.html")
      #expect(page.faults == [] && page.elements["script"] == 1 && page.elements["img"] == nil)
      #expect(page.elements["svg"] == 3)
      let shown = text.replacing("\u{202e}", with: "\\u{202e}")
      #expect(page.cells.contains(shown), "\(text.prefix(40)): \(page.cells.prefix(60))")
    }
  }
}
