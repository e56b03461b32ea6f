import Foundation
import Testing

@Suite("Names, notes, tags and hosts are data")
struct HostileTextTests {
  let scratch: Scratch
  /// Every C0 and C1 control character, DEL, characters that reorder, hide or end a line, quotes,
  /// HTML, a formula.
  private static let hostile: String = {
    let commands =
      Array(1...0x1f) + Array(0x7f...0x9f) + [0x61c, 0x200b, 0x200e, 0x200f]
      + Array(0x2028...0x202e) + Array(0x2060...0x2069) + [0xfeff, 0xe0001, 0xe007f]
    return "=1+1\u{1b}[31m\u{1b}]0;title\u{7}"
      + String(String.UnicodeScalarView(commands.compactMap(UnicodeScalar.init)))
      + "'\"; DROP TABLE sweep; --<script>alert(1)</script>[x](javascript:y)`|\\"
  }()

  init() throws {
    scratch = try Scratch()
    let made = try scratch.bash(
      """
      lorabook sweep --quiet --seeds 1,2 --tag t && lorabook sweep --quiet --seeds 2,3 --name other &&
      lorabook log --sweep logged --seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 0.5
      """)
    #expect(made.status == 0, "\(made.errors)")
    try scratch.write(Self.hostile, to: "hostile")
    _ = try scratch.sqlite(
      """
      CREATE TEMP TABLE t AS SELECT CAST(readfile('hostile') AS TEXT) AS t;
      UPDATE sweep SET name = (SELECT t FROM t) || sweep_id, note = (SELECT t FROM t),
        spec = (SELECT t || ': ' || t || char(10) || 'a' || t || ': b' FROM t), failure = (SELECT t FROM t),
        started_at = (SELECT t FROM t), finished_at = (SELECT t FROM t),
        uuid = 'aaaa' || char(27) || '[31m' || printf('%027d', sweep_id);
      UPDATE execution SET host = (SELECT t FROM t), lorabook_version = (SELECT t FROM t),
        git_commit = (SELECT t FROM t), lapack = (SELECT t FROM t), processor = (SELECT t FROM t),
        command = (SELECT t FROM t), started_at = (SELECT t FROM t), finished_at = (SELECT t FROM t),
        generator = (SELECT t FROM t),
        uuid = 'aaaa' || char(27) || '[31m' || printf('%027d', execution_id);
      UPDATE tag SET tag = replace((SELECT t FROM t), ',', '');
      UPDATE sweep_profile SET label = (SELECT t FROM t) || prescription_id;
      UPDATE cell SET rule = (SELECT t FROM t) || rule;
      UPDATE prescription SET definition = (SELECT t FROM t) || prescription_id;
      """)
  }

  /// Whether a character could mislead a terminal or a reader of its lines.
  private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    [.control, .format, .lineSeparator, .paragraphSeparator]
      .contains(scalar.properties.generalCategory) && scalar != "\n"
  }

  private func expectPlain(_ text: String, _ place: String, but kept: String = "") {
    let hidden = text.unicodeScalars.filter { isHidden($0) && !kept.unicodeScalars.contains($0) }
    let codes = Set(hidden.map { "U+" + String($0.value, radix: 16) }).sorted()
    #expect(codes.isEmpty, "\(place): \(codes)")
  }

  /// Commands that read, render or refuse every text of the book.
  private static let commands = [
    "ls", "show 1", "show 3", "show latest", "compare 1", "compare 1 --by profile",
    "compare 1 2",
    "export", "export --table sweeps", "export --table spectra", "query", "query winning-rule",
    "query error-by-rank", "query best-setting", "query sweep-cost", "query outliers",
    "sql 'SELECT * FROM sweeps'", "sql 'SELECT name AS \"'\"$(cat hostile)\"'\" FROM sweeps'",
    "sql \"$(cat hostile)\"", "ls --where \"$(cat hostile)\"", "show \"$(cat hostile)\"",
    "show aaaa",
    "ls --tag \"$(cat hostile)\"", "query \"$(cat hostile)\"",
    "query winning-rule --param \"$(cat hostile)\"",
    "query winning-rule --param \"sweep=$(cat hostile)\"",
    "sql 'SELECT :a' --param \"$(cat hostile)=1\"",
    "\"$(cat hostile)\"", "show --\"$(cat hostile)\"", "ls --db \"$(cat hostile)\"",
    "ls --limit \"$(cat hostile)\"",
    "sweep \"$(cat hostile)\"", "sweep --profiles \"$(cat hostile)\"",
    "sweep --name \"$(cat hostile)\"",
    "import \"$(cat hostile)\"", "import hostile --name x", "export -o \"no/$(cat hostile)\"",
    "compare 1 --metric \"$(cat hostile)\"", "edit 1 --untag \"$(cat hostile)\"",
    "edit 1 --name \"$(cat hostile)\"",
    "rm 1 \"$(cat hostile)\" --yes", "rm 1",
    "doctor", "verify --all", "verify 3 --direct", "migrate", "resume 1", "resume 3",
    "plot 1", "plot 1 2 --kind compare", "plot 1 --script", "plot 1 -o \"no/$(cat hostile).svg\"",
    "report 1 2 3 -o page.html", "report \"$(cat hostile)\" -o page.html",
    "backup copy.db", "backup \"no/$(cat hostile)\"", "merge \"$(cat hostile)\"",
    "log --sweep \"$(cat hostile)\" --seed 1 --shape 8x8 --profile p --rank 2 --alpha 1 --rule lora --error 1",
  ]
  /// Commands that find a fault, as there is one here, end with 1.
  private static let finders = ["doctor", "verify"]

  @Test("none of which commands a terminal, in any table, page or message", arguments: commands)
  func printed(command: String) throws {
    let takesFormat = ["ls", "show", "compare", "export", "query", "sql", "doctor", "verify"]
      .contains {
        command.hasPrefix($0)
      }
    for format in takesFormat ? ["table", "markdown", "json"] : [""] {
      let option = format.isEmpty ? "" : " --format \(format)"
      let result = try scratch.bash("lorabook \(command)\(option)")
      let mayFind = Self.finders.contains { command.hasPrefix($0) }
      #expect(
        (result.status != 1 || mayFind) && result.status < 128, "\(command): \(result.errors)")
      expectPlain(result.errors, "errors of \(command)", but: "\t")
      // JSON is data: it escapes the characters that a text editor does not show.
      expectPlain(
        result.output, "\(command) as \(format)",
        but: format == "json"
          ? "\u{200b}\u{2060}\u{2061}\u{2062}\u{2063}\u{2064}\u{2065}\u{e0001}\u{e007f}" : "\t")
      if format == "markdown" {
        #expect(!result.output.contains(/(?:^|[^\\])<script/), "\(command)")
        #expect(!result.output.contains(/(?:^|[^\\])\[x\]\(/), "\(command)")
      }
    }
  }

  @Test("none of which is more than text to who reads a page")
  func page() throws {
    let harmless = try Scratch()
    for (scratch, sweeps) in [(harmless, "1 2"), (scratch, "1 2 3")] {
      let made = try scratch.bash(
        """
        [ -e lorabook.db ] || { lorabook sweep --quiet --seeds 1,2 --tag t && lorabook sweep --quiet --name other; }
        lorabook report \(sweeps) -o page.html
        """)
      #expect(made.status == 0, "\(made.errors)")
    }
    let (plain, page) = (try harmless.page("page.html"), try scratch.page("page.html"))
    #expect(page.faults == [])
    #expect(page.elements["script"] == 1 && page.elements["style"] == 1)
    // The page has no element that a harmless book's page lacks, such as one that loads or links
    // something.
    #expect(Set(page.elements.keys).subtracting(plain.elements.keys) == [])
    // Everything can be read: host, note, command and tag are in their cells.
    let cells = page.cells.filter {
      $0.contains("--<script>alert(1)</script>[x](javascript:y)`|\\")
    }
    #expect(cells.count > 8, "\(cells.count)")
    let html = try scratch.read("page.html")
    // A browser ignores them, and some reverse a line.
    expectPlain(html, "page.html")
  }

  @Test(
    "none of which commands a terminal as data either, where data goes to one",
    arguments: [
      "export", "export --format tsv", "export --table sweeps --format jsonl",
      "sql 'SELECT * FROM sweeps' --format csv", "compare 1 2 --format csv", "show 1 --format tsv",
    ])
  func atTerminal(command: String) throws {
    try scratch.write("lorabook \(command)\n", to: "command")
    let shown = try scratch.bash("script -qec 'bash command' /dev/null")
    // The terminal itself adds a return before each line feed.
    expectPlain(shown.output, command, but: "\r\t")
    #expect(shown.output.contains("\\u{1b}") || shown.output.contains("\\u001b"))
    // A file gets the bytes unchanged.
    if !command.contains("json") {
      let piped = try scratch.bash("lorabook \(command)")
      #expect(piped.output.contains("\u{1b}[31m"))
    }
  }

  @Test("none of which commands a terminal where rm asks or an editor of sweeps answers")
  func removal() throws {
    try scratch.write("lorabook rm 2 1\n", to: "command")
    let asked = try scratch.bash("echo n | script -qec 'bash command' /dev/null")
    #expect(asked.output.contains("Remove them?"))
    expectPlain(asked.output, "rm", but: "\r")
    for command in [
      "edit 1 --note \"$(cat hostile)\"", "rm 2 --yes", "sweep --note \"$(cat hostile)\"",
    ] {
      let result = try scratch.bash("lorabook \(command)")
      #expect(result.status == 0, "\(result.errors)")
      expectPlain(result.errors + result.output, command)
    }
    // No part of them was run as SQL.
    #expect(try scratch.sqlite("SELECT count(*) FROM sweep") == "3")
  }

  @Test("none of which is a formula to a spreadsheet, and all of which come back whole")
  func spreadsheet() throws {
    let rows = try scratch.lorabook("export", "--table", "sweeps", "--excel").output
    #expect(!rows.contains(/(?:^|[,;\t\n])"?[=+@]/))
    let runs = try scratch.lorabook("export").output
    try scratch.write(runs, to: "runs.csv")
    let python = try scratch.bash(
      """
      python3 -c "
      import csv
      text = open('hostile', newline='').read()
      rows = list(csv.DictReader(open('runs.csv', newline='')))
      print(all(r['sweep'] == text + r['sweep_id'] and r['profile'].startswith(text) for r in rows), len(rows))"
      """)
    #expect(python.output == "True 97\n", "\(python.errors)")
  }
}
