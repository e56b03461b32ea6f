import Foundation
import Testing

@Suite("lorabook report")
struct ReportCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try sweep("--name first --seeds 0-3 --note 'as it was' --tag small")
  }

  private func sweep(_ options: String) throws {
    let result = try scratch.bash(
      "lorabook sweep --ranks 1,2,4,8 --shapes 16x12 --quiet \(options)")
    #expect(result.status == 0, "\(result.errors)")
  }

  /// The page for some options, which must be valid.
  private func report(_ options: String) throws -> Page {
    let result = try scratch.bash("lorabook report \(options) -o page.html")
    #expect(result.status == 0 && result.errors == "" && result.output == "", "\(result.errors)")
    let page = try scratch.page("page.html")
    #expect(page.faults == [])
    #expect(page.elements["script"] == 1 && page.elements["style"] == 1)
    return page
  }

  @Test("says what was run and on what, what the rules do, and how to repeat it")
  func one() throws {
    let page = try report("first")
    #expect(
      page.headings == [
        "first", "What was found", "The rules against each other", "Pictures", "Tables",
        "How to repeat it, and ask more", "What was run",
      ])
    for text in ["first (finished)", "64 of 64 planned", "4 (0–3)", "as it was", "small", "0.1.0"] {
      #expect(page.cells.contains(text), "\(text)")
    }
    #expect(page.cells.contains { $0.hasPrefix("OpenBLAS") })
    #expect(page.elements["svg"] == 6)
    let html = try scratch.read("page.html")
    // As show begins.
    let shown = try scratch.lorabook("show", "first").lines.dropFirst().prefix { $0.hasSuffix(".") }
    #expect(shown.count == 3)
    let points = shown.map { "<li>\($0)</li>\n" }.joined()
    #expect(html.contains("What was found</h2>\n<ul class=\"points\">\n\(points)</ul>"))
    #expect(
      html.contains(#/<h2[^>]*>What was run<\/h2>\n<details><summary>Settings and provenance/#))
    #expect(html.contains(#/<\/main>\n<footer><p class="made">Made /#))
    #expect(html.contains("rslora</bdi> against <bdi>lora</bdi>: of 8 cells, the error with"))
    #expect(html.contains("95 % interval") && html.contains("4 pairs"))
    #expect(page.preformatted.contains("seeds: [0-3]"))
    #expect(try scratch.files() == ["lorabook.db", "page.html"])
  }

  @Test("gives every number that export and compare give, with all digits")
  func numbers() throws {
    _ = try report("first")
    let html = try scratch.read("page.html")
    let cells = try scratch.lorabook("show", "first", "--format", "csv").lines
    #expect(cells.count == 17)
    for line in cells.dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      for number in [fields[9], fields[10], fields[11]] {
        #expect(
          html.contains("\"\(number)\"") || html.contains(">\(number)<"), "\(line): \(number)")
      }
    }
    let contrasts = try scratch.lorabook("compare", "first", "--format", "jsonl").lines
    for line in contrasts {
      let difference = try #require(line.firstMatch(of: /"mean_difference":([^,]+),/)).output.1
      #expect(html.contains("\"\(difference)\""), "\(line)")
    }
  }

  @Test("sets several sweeps against the first, and shows each")
  func several() throws {
    try sweep("--name second --seeds 2-5 --rules lora")
    try sweep("--name third --seeds 100-103 --rules lora")
    let page = try report("first second third")
    #expect(page.headings[0] == "first, second, third")
    #expect(
      page.headings.prefix(6) == [
        "first, second, third", "What was found", "first", "second", "third",
        "The sweeps against each other",
      ])
    #expect(page.headings.suffix(4) == ["What was run", "first", "second", "third"])
    #expect(page.elements["details"] == 3)
    // The verdicts of compare come before all.
    let verdicts = try scratch.bash("lorabook compare first second third | head -n 2").lines
    #expect(verdicts.count == 2)
    let html = try scratch.read("page.html")
    #expect(
      html.contains(
        "What was found</h2>\n<ul class=\"points\">\n<li>error: \(verdicts[0])</li>\n<li>error: \(verdicts[1])"
      ))
    #expect(html.contains("<bdi>second</bdi> against <bdi>first</bdi>: of 8 cells"))
    #expect(html.contains("unpaired (Welch), for they share no update"))
    #expect(html.contains("<bdi>lora</bdi> is the only scaling rule of the sweep"))
    // Two seeds of the second sweep are also the first's, with the same errors.
    #expect(html.contains("the same in 8"))
  }

  @Test("leads with each sweep's own finding where they share nothing")
  func nothingShared() throws {
    let log = try scratch.bash(
      """
      for seed in 1 2; do
        for lr in 0.1 0.2; do
          lorabook log --sweep tune --seed $seed --param lr=$lr --metric loss=$seed || exit
        done
        lorabook log --sweep fit --seed $seed --metric loss=2.$seed --metric f1=0.$seed || exit
      done
      """)
    #expect(log.status == 0, "\(log.errors)")
    let page = try report("tune fit")
    #expect(
      page.headings.prefix(5) == [
        "tune, fit", "What was found", "tune", "fit", "The sweeps against each other",
      ])
    let html = try scratch.read("page.html")
    #expect(
      html.contains(
        "<h3>tune</h3>\n<ul class=\"points\">\n<li>loss: the same in all 2 settings, 1.5.</li>\n</ul>\n<h3>fit</h3>"
      ))
    #expect(html.contains("<li>f1: mean 0.15 (2 repeats).</li>"))
  }

  @Test("says that one seed is no repeat, and shows no interval")
  func oneSeed() throws {
    try sweep("--name alone")
    _ = try report("alone")
    let html = try scratch.read("page.html")
    #expect(html.contains("There are no repeats, one seed a cell"))
    #expect(!html.contains("95 % interval") && !html.contains(">±<") && !html.contains("95 % from"))
  }

  @Test("gives commands that do what they say")
  func commands() throws {
    let page = try report("first")
    let yaml = try #require(page.preformatted.firstMatch(of: /seeds:[\s\S]*?stream: \w+\n/)).output
    try scratch.write(String(yaml), to: "sweep.yaml")
    let commands = page.preformatted.replacing(yaml, with: "\n")
      .matches(of: /lorabook (?:"[^"]*"|[^"\n])*?(?=lorabook |\n|$)/).map { String($0.output) }
    #expect(commands.count >= 7, "\(commands)")
    // The first command recorded the sweep, and would record it again under the same name.
    for command in commands.dropFirst() {
      let result = try scratch.bash(command)
      #expect(result.status == 0, "\(command): \(result.errors)")
    }
    let same = try scratch.bash(
      """
      for book in lorabook.db again.db; do
        lorabook export 1 --db $book | cut -d , -f 4- > $book.csv
      done
      cmp lorabook.db.csv again.db.csv
      """)
    #expect(same.status == 0, "\(same.output)\(same.errors)")
  }

  @Test("shows what was logged, what diverged, and what is not there")
  func logged() throws {
    let result = try scratch.bash(
      """
      for seed in 1 2 3; do
        for rule in lora mine; do
          lorabook log --sweep tune --seed $seed --shape 8x8 --profile 'layer <3>' --rank 4 --alpha 16 \
            --rule $rule --scale 1 --error 0.$seed
        done
      done
      lorabook log --sweep tune --seed 4 --shape 8x8 --profile 'layer <3>' --rank 4 --alpha 16 --rule lora \
        --scale 1 --error nan
      """)
    #expect(result.status == 0, "\(result.errors)")
    let page = try report("tune")
    #expect(page.cells.contains("layer <3>"))
    #expect(page.elements["svg"] == 3)
    let html = try scratch.read("page.html")
    #expect(html.contains("Its runs were measured elsewhere and logged"))
    #expect(html.contains("There is no picture of singular values"))
    #expect(html.contains("1 diverged, left out") && html.contains(">diverged</th>"))
    #expect(page.cells.contains("7, of which 1 diverged"))
    #expect(html.contains("lorabook import runs.csv --db again.db"))
    #expect(!html.contains("sweep.yaml"))
  }

  @Test("says of a sweep that is not finished what is there, and of an empty one that nothing is")
  func unfinished() throws {
    _ = try scratch.sqlite(
      """
      UPDATE sweep SET status = 'failed', failure = 'no <memory>', planned_runs = 99;
      INSERT INTO sweep (uuid, name, status, source, started_at, planned_runs, spec)
      VALUES ('00000000-0000-0000-0000-000000000000', 'empty', 'interrupted', 'sweep', '', 24, '')
      """)
    let failed = try report("first")
    #expect(failed.cells.contains("no <memory>"))
    #expect(
      try scratch.read("page.html").contains("This sweep is failed: 64 of 99 runs are recorded"))
    let empty = try report("empty")
    #expect(
      empty.headings == [
        "empty", "What was found", "How to repeat it, and ask more", "What was run",
      ])
    #expect(try scratch.read("page.html").contains("No run is recorded (interrupted)"))
    #expect(try report("empty first").faults == [])
  }

  @Test("keeps a large grid to what can be read, and says how to have all of it")
  func large() throws {
    try scratch.write(
      """
      seeds: 0-1
      shapes: [40x40, 41x41, 42x42, 43x43]
      profiles: [style, facts]
      ranks: 1-40
      alphas: [8, 16]
      """, to: "grid.yaml")
    _ = try scratch.bash("lorabook sweep grid.yaml --name grid --quiet")
    let page = try report("grid")
    let html = try scratch.read("page.html")
    #expect(html.contains("The first 500 of 1280 rows are here."))
    #expect(page.preformatted.contains("lorabook show grid --format csv"))
    #expect(
      html.contains("a part is drawn: 32 panels of decomposition are more than the 8 that can be"))
    #expect(page.elements["svg"] == 6)
    let commands = html.matches(of: /lorabook plot grid[^<]*/).map(\.output)
    #expect(commands.count == 3)
    for command in commands {
      let drawn = try scratch.bash("\(command) -o part.svg")
      #expect(drawn.status == 0, "\(command): \(drawn.errors)")
    }
    #expect(html.utf8.count < 2_000_000)
  }

  @Test("grows with the cells, not with the seeds")
  func manySeeds() throws {
    func bytes(_ name: String) throws -> Int {
      _ = try report(name)
      return try scratch.read("page.html").utf8.count
    }
    try sweep("--name many --seeds 0-499")
    let (few, many) = (try bytes("first"), try bytes("many"))
    #expect(many < few * 3 / 2, "\(few) and \(many)")
  }

  /// Runs `report` where three programs write into `NAME.txt` what they are given.
  private func opening(_ options: String, _ environment: String = "") throws -> Scratch.Result {
    try scratch.bash(
      #"""
      mkdir -p bin pages
      for name in xdg-open reader broken; do
        { echo '#!/bin/sh'; echo "printf '%s\n' \"\$@\" > '$PWD/$name.txt'"
          [ $name != broken ] || echo 'exit 3'; } > bin/$name
        chmod +x bin/$name
      done
      env -u BROWSER TMPDIR="$PWD/pages" PATH="$PWD/bin:$PATH" \#(environment) \
        lorabook report first \#(options)
      """#)
  }

  @Test("opens the page with xdg-open, and writes it into a folder of its own unless -o names one")
  func opens() throws {
    let named = try opening("--open -o './my page.html'")
    #expect(named.status == 0 && named.output == "" && named.errors == "", "\(named.errors)")
    let folder = scratch.folder.resolvingSymlinksInPath().path
    #expect(try scratch.read("xdg-open.txt") == "\(folder)/my page.html\n")
    #expect(try scratch.page("my page.html").faults == [])
    let unnamed = try opening("--open")
    #expect(unnamed.status == 0 && unnamed.output == "")
    let opened = try scratch.read("xdg-open.txt").trimmingCharacters(in: .newlines)
    #expect(opened.hasPrefix("\(folder)/pages/lorabook-") && opened.hasSuffix("/report.html"))
    #expect(unnamed.errors == "lorabook: the page is in '\(opened)'.\n", "\(unnamed.errors)")
    #expect(try scratch.page(opened).headings.first == "first")
    let streamed = try opening("--open -o -")
    #expect(streamed.status == 64 && streamed.output == "")
  }

  @Test(
    "opens the page with the first program of $BROWSER that works",
    arguments: [
      ("reader", "reader", "PAGE"), ("absent:reader", "reader", "PAGE"),
      ("'reader --new %s --quick'", "reader", "--new PAGE --quick"),
      ("broken", "xdg-open", "PAGE"),
    ])
  func browser(named: String, program: String, arguments: String) throws {
    let result = try opening("--open -o page.html", "BROWSER=\(named)")
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    let page = scratch.folder.resolvingSymlinksInPath().path + "/page.html"
    let words = arguments.replacing("PAGE", with: page).replacing(" ", with: "\n")
    #expect(try scratch.read("\(program).txt") == words + "\n")
  }

  @Test("says where the page is if nothing opens it, which is no failure")
  func opensNothing() throws {
    let result = try scratch.bash(
      """
      mkdir bin && ln -s /bin/false bin/xdg-open
      for path in "$PWD/bin" "$PWD/none"; do
        env -u BROWSER PATH="$path" "$(command -v lorabook)" report first --open -o page.html || exit
      done
      """)
    #expect(result.status == 0)
    let page = scratch.folder.resolvingSymlinksInPath().path + "/page.html"
    let told = result.errors.split(separator: "\n").filter { $0.contains("nothing here opens") }
    #expect(told.count == 2, "\(result.errors)")
    #expect(told.allSatisfy { $0.contains("It is in '\(page)'") }, "\(told)")
    #expect(try scratch.page("page.html").faults == [])
  }
}
