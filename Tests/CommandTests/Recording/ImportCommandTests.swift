import Foundation
import Testing

@Suite("lorabook import")
struct ImportCommandTests {
  let scratch: Scratch
  static let header = "seed,d,k,profile,rank,alpha,rule,error"

  init() throws { scratch = try Scratch() }

  private func book() throws -> Data {
    try Data(contentsOf: scratch.folder.appending(path: "lorabook.db"))
  }

  @Test("and export without a condition, and with one that always holds, write the same bytes")
  func exportsAgree() throws {
    try scratch.write(
      """
      sweep,seed,d,k,profile,noise,rank,alpha,rule,error,truncation_error,variance_captured
      "a, b",4294967295,64,32,p,,32,16,lora,nan,inf,-inf
      "a, b",0,64,32,p,,32,16,lora,,0.1,
      "a, b",4294967295,64,32,p,,16,16,lora,1e-7,1e22,

      """, to: "made.csv")
    let result = try scratch.bash(
      """
      lorabook sweep --quiet --seeds 1-3 >/dev/null && lorabook import made.csv &&
      lorabook sweep --quiet --name second --shapes 6x4,9x7 --ranks 1,4 --rules unit,lora >/dev/null &&
      lorabook log --sweep tune --seed 1 --shape 8x8 --profile q --rank 2 --alpha 4 --rule lora --error 0.5 &&
      for options in '' 'latest 1' '--format tsv' '--excel --decimal-comma'; do
        lorabook export $options -o plain && lorabook export $options --where TRUE -o asked &&
        cmp plain asked && wc -l <plain
      done
      """)
    #expect(result.status == 0, "\(result.errors)")
    // The sweeps' 72 and 16 runs, the imported and logged runs, and the header.
    let counts = result.lines.suffix(4).compactMap { Int($0) }
    #expect(counts == [93, 74, 93, 93])
  }

  @Test("gives back what export wrote, byte for byte but for the ids")
  func roundTrip() throws {
    try scratch.write(
      """
      sweep,seed,d,k,profile,noise,rank,alpha,rule,scale,error,truncation_error,variance_captured
      "a ""b"", c",4294967295,64,32,"line
      break, ""quoted"" text",,32,16,lora,0.5,nan,inf,-inf
      "a ""b"", c",0,64,32,é,0,1,-1e-300,mine,1e+300,0.1,,
      試験,0,64,32,e\u{301},1e-5,1,16,power:0.75,16,,0.30000000000000004,1
      試験,0,64,32,é,1e-5,1,16,"γ = ""α/r""\r
      ",-2.5,1.7976931348623157e+308,5e-324,1e-5
      =1+1,7,32768,1,linear:5:0.5:4,0.01,1,0,unit,1,0,0,0

      """, to: "made.csv")
    let result = try scratch.bash(
      """
      lorabook sweep --quiet --seeds 1-3 >/dev/null && lorabook sweep --quiet --name second >/dev/null &&
      lorabook import made.csv 2>&1 && lorabook export -o one.csv &&
      lorabook import one.csv --db two.db && lorabook export --db two.db -o two.csv &&
      lorabook import two.csv --db three.db && lorabook export --db three.db -o three.csv
      python3 - <<'EOF'
      import csv
      one, two = (list(csv.reader(open(f, newline='', encoding='utf-8'))) for f in ('one.csv', 'two.csv'))
      assert len(one) == 102 and [row[2:] for row in one] == [row[2:] for row in two]
      EOF
      cmp two.csv three.csv && sqlite3 two.db 'PRAGMA integrity_check; PRAGMA foreign_key_check'
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.lines.prefix(3) == [
        "2 runs imported into sweep 3 'a \"b\", c'", "2 runs imported into sweep 4 '試験'",
        "1 run imported into sweep 5 '=1+1'",
      ])
    #expect(result.lines.last == "ok")
    let made = try scratch.read("made.csv").split(separator: "\n").dropFirst()
    let exported = Set(try scratch.read("two.csv").split(separator: "\n"))
    for line in made {
      #expect(exported.contains { $0 == line || $0.hasSuffix("," + line) }, "\(line)")
    }
  }

  @Test("takes columns in any order, and what is not there as not recorded")
  func columns() throws {
    try scratch.write(
      "error,rule,run_id,alpha,rank,profile,k,d,seed\r\n0.25,rslora,x,16,4,mine,6,5,1\r\n",
      to: "a.csv")
    let result = try scratch.lorabook("import", "a.csv", "--name", "mine")
    #expect(result.errors == "1 run imported into sweep 1 'mine'\n")
    #expect(
      try scratch.sqlite(
        "SELECT seed, d, k, profile, noise, rank, alpha, rule, scale, error, truncation_error, variance_captured, error_diverged FROM runs"
      ) == "1|5|6|mine||4|16.0|rslora|8.0|0.25|||")
    #expect(
      try scratch.sqlite("SELECT source, status, planned_runs, recorded_runs, command FROM sweeps")
        == "import|finished|1|1|lorabook import a.csv --name mine")
  }

  @Test("reads what spreadsheets make of a file")
  func spreadsheets() throws {
    let columns = Self.header.replacing(",", with: ";")
    try scratch.write("\u{feff}\(columns)\r\n1;5;6;mine;4;16;lora;0,25\r\n", to: "a.csv")
    for (name, options) in [
      ("given", ["--delimiter", ";", "--decimal-comma"]), ("found", ["--decimal-comma"]),
    ] {
      let line = (["lorabook import a.csv --name \(name)"] + options.map { "'\($0)'" })
      let result = try scratch.bash(line.joined(separator: " "))
      #expect(result.status == 0, "\(result.errors)")
    }
    let tabs = Self.header.replacing(",", with: "\t")
    let result = try scratch.bash(
      "printf '\(tabs)\\n1\\t5\\t6\\tmine\\t4\\t16\\tlora\\tNaN\\n' | lorabook import - --name tabs --delimiter tab"
    )
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try scratch.sqlite("SELECT sweep, coalesce(error, error_diverged) FROM runs")
        == "given|0.25\nfound|0.25\ntabs|nan")
  }

  @Test("passes over rows in which a spreadsheet left every column empty")
  func emptyRows() throws {
    try scratch.write("\(Self.header)\n1,5,6,p,4,16,lora,0.5\n,,,,,,,\n,,,,,,,\n", to: "a.csv")
    let result = try scratch.lorabook("import", "a.csv", "--name", "n")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("1 run imported"), "\(result.errors)")
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "1")
  }

  @Test("says of a file of JSON what it reads instead")
  func json() throws {
    try scratch.write("[{\"seed\": 1}]", to: "a.json")
    let result = try scratch.lorabook("import", "a.json")
    #expect(result.status == 65)
    #expect(result.errors.contains("'a.json' is JSON, and import reads CSV or JSON lines"))
  }

  @Test(
    "takes every usual spelling of what diverged",
    arguments: [
      ("nan", "nan"), ("NaN", "nan"), ("-nan", "nan"), ("inf", "inf"), ("Infinity", "inf"),
      ("+inf", "inf"), ("-Inf", "-inf"), ("-Infinity", "-inf"), ("", ""),
    ])
  func diverged(text: String, kept: String) throws {
    try scratch.write("\(Self.header)\n1,5,6,p,4,16,lora,\(text)\n", to: "a.csv")
    #expect(try scratch.lorabook("import", "a.csv", "--name", "n").status == 0)
    #expect(try scratch.sqlite("SELECT error, error_diverged FROM runs") == "|\(kept)")
    #expect(try scratch.sqlite("SELECT count(*) FROM cell_summary") == "0")
  }

  /// A case: the file's contents, and the place and words of the message.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var text: String
    var options: [String] = ["--name", "n"]
    var words: [String]
    var status: Int32 = 65
    var testDescription: String { text + " " + options.joined(separator: " ") }

    /// One row after a valid one.
    static func row(_ row: String, _ words: String...) -> Refusal {
      Refusal(
        text: "\(header),noise,scale\n1,64,32,p,4,16,lora,0.5,,\n\(row)\n", words: words)
    }
  }

  static let refusals: [Refusal] = [
    .row("-1,64,32,p,4,16,lora,0.5,,", "a.csv:3:1: seed: '-1'", "0 to 4294967295"),
    .row("4294967296,64,32,p,4,16,lora,0.5,,", "a.csv:3:1: seed: '4294967296'"),
    .row("99999999999999999999,64,32,p,4,16,lora,0.5,,", "seed: '99999999999999999999'"),
    .row("1.5,64,32,p,4,16,lora,0.5,,", "seed: '1.5' is no whole number"),
    .row("1,0,32,p,4,16,lora,0.5,,", "a.csv:3:3: d: '0'", "1 to 2147483647"),
    .row("1,64,2147483648,p,4,16,lora,0.5,,", "a.csv:3:6: k: '2147483648'"),
    .row("1,64,32,a\0b,4,16,lora,0.5,,", "a.csv:3:9: profile: 'a\\u{0}b' holds a NUL"),
    .row("1,64,32,p,33,16,lora,0.5,,", "a.csv:3:11: rank: '33'", "min(d, k) = 32", "1 to 32"),
    .row("1,64,32,p,0,16,lora,0.5,,", "a.csv:3:11: rank: '0'"),
    .row("1,64,32,p,4,\"0,5\",lora,0.5,,", "alpha: '0,5'", "--decimal-comma"),
    .row("1,64,32,p,4,nan,lora,0.5,,", "a.csv:3:13: alpha: 'nan' is no finite number"),
    .row("1,64,32,p,4,1e999,lora,0.5,,", "alpha: '1e999'"),
    .row("1,64,32,p,4,0x10,lora,0.5,,", "alpha: '0x10'"),
    .row("1,64,32,p,4,16,mine,0.5,,", "a.csv:3:16: rule: 'mine'", "scale", "lora, rslora"),
    .row("1,64,32,p,4,16,power:-1e9,0.5,,", "rule: 'power:-1e9' gives the scale inf"),
    .row("1,64,32,p,4,16,lora,n/a,,", "a.csv:3:21: error: 'n/a' is no number", "nan"),
    .row("1,64,32,p,4,16,lora,1e999,,", "error: '1e999'"),
    .row("1,64,32,p,4,16,lora,\"1,5\",,", "a.csv:3:21: error: '1,5'"),
    .row("1,64,32,p,4,16,lora,0.5,-0.1,", "a.csv:3:25: noise: '-0.1' is below 0"),
    .row("1,64,32,p,4,16,lora,0.5,,inf", "a.csv:3:26: scale: 'inf'"),
    .row("1,64,32,p,4,16,lora,0.5,", "a.csv:3:1: ", "9 fields", "10"),
    .row("1,64,32,p,4,16,lora,0.5,,,", "a.csv:3:27: ", "more than 10 fields"),
    .row("1,64,32,p\"q,4,16,lora,0.5,,", "a.csv:3:10: 'p\"q", "quote"),
    .row("1,64,32,\"p,4,16,lora,0.5,,", "a.csv:3:9: ", "not closed"),
    .row("1,64,32,\"試\n験\"x,4,16,lora,0.5,,", "a.csv:4:3: 'x", "closing quote"),
    Refusal(text: "", words: ["a.csv is empty"]),
    Refusal(text: "\(header),\n", words: ["a.csv:1:40: the column ''", "--ignore-extra"]),
    Refusal(text: "\(header),eror\n", words: ["a.csv:1:40: ", "'eror'", "Did you mean 'error'?"]),
    Refusal(text: "\(header),error\n", words: ["a.csv:1:40: ", "'error' is there twice"]),
    .row("1,64,,p,4,16,lora,0.5,,", "a.csv:3:3: d: '64' is one side of a shape"),
    Refusal(text: "seed,d,k,profile,rank,rule\n", words: ["a.csv:1:1: no column is a metric"]),
    Refusal(text: "\(header)\n", options: [], words: ["'sweep'", "--name"], status: 64),
    Refusal(
      text: "sweep,\(header)\n,1,5,6,p,4,16,lora,0\n",
      options: [], words: ["a.csv:2:1: sweep: the name '' is empty"]),
    Refusal(
      text: "sweep,\(header)\nlatest,1,5,6,p,4,16,lora,0\n",
      options: [], words: ["a.csv:2:1: sweep: the name 'latest'"]),
    Refusal(
      text: "sweep,\(header)\na,1,5,6,p,4,16,lora,0\nb,1,5,6,p,4,16,lora,0\n",
      options: ["--name", "c"], words: ["a.csv:3:1: sweep: 'b' is a second sweep", "--name"]),
    Refusal(
      text: "sweep,\(header)\narticle,1,5,6,p,4,16,lora,0\n",
      options: [], words: ["'article'", "--name", "--append"], status: 64),
    Refusal(
      text: "sweep,\(header)\narticle,1,5,6,p,4,16,lora,0\n", options: ["--append"],
      words: ["'article' was computed"], status: 64),
    Refusal(text: header, options: ["--name", "7"], words: ["'7'", "--name"], status: 64),
    Refusal(text: header, options: ["--delimiter", ";;"], words: ["delimiter"], status: 64),
    Refusal(
      text: "\(header)\n1,5,6,p,4,16,lora,0.5\n", options: ["--name", "n", "--decimal-comma"],
      words: ["a.csv:2:19: error: '0.5'", "0,25"]),
  ]

  @Test("refuses a bad file with line, column and value, and changes nothing", arguments: refusals)
  func refused(refusal: Refusal) throws {
    try scratch.write(refusal.text, to: "a.csv")
    let line = (["lorabook", "import", "a.csv"] + refusal.options).map { "'\($0)'" }
      .joined(separator: " ")
    // Without a book none is created; the name of a computed sweep is taken only in a book.
    if !refusal.words.joined().contains("'article'") {
      #expect(try scratch.bash(line).status == refusal.status)
      #expect(try scratch.files() == ["a.csv"])
      #expect(try scratch.bash("cat a.csv | \(line.replacing("'a.csv'", with: "-"))").status != 0)
      #expect(try scratch.files() == ["a.csv"])
    }
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
    let before = try book()
    let result = try scratch.bash(line)
    #expect(result.status == refusal.status, "\(result.errors)")
    #expect(result.output == "")
    for word in refusal.words { #expect(result.errors.contains(word), "\(result.errors)") }
    #expect(try book() == before)
    #expect(try scratch.files() == ["a.csv", "lorabook.db"])
  }

  @Test("adds to what was imported before with --append, and leaves extra columns out when asked")
  func append() throws {
    try scratch.write(
      "sweep,note,\(Self.header)\na,x,1,5,6,p,4,16,lora,0.1\nb,y,1,5,6,p,4,16,lora,0.3\n",
      to: "a.csv")
    #expect(try scratch.lorabook("import", "a.csv").status == 65)
    #expect(try scratch.lorabook("import", "a.csv", "--ignore-extra").status == 0)
    #expect(try scratch.lorabook("import", "a.csv", "--ignore-extra").status == 64)
    let again = try scratch.lorabook("import", "a.csv", "--ignore-extra", "--append")
    #expect(
      again.errors.hasSuffix("1 run imported into sweep 1 'a'\n1 run imported into sweep 2 'b'\n"))
    #expect(try scratch.sqlite("SELECT recorded_runs, planned_runs FROM sweeps") == "2|2\n2|2")
    #expect(
      try scratch.sqlite("SELECT n, mean FROM cell_summary WHERE metric = 'error'")
        == "2|0.1\n2|0.3")
    #expect(try scratch.sqlite("SELECT count(*) FROM weight_update") == "1")
  }

  @Test("takes a file of no runs for what it is, and a missing one for missing")
  func nothing() throws {
    try scratch.write(Self.header + "\n", to: "a.csv")
    let empty = try scratch.lorabook("import", "a.csv", "--name", "n")
    #expect(empty.status == 0)
    #expect(empty.output == "" && empty.errors.contains("a.csv has no run"))
    #expect(try scratch.lorabook("import", "none.csv", "--name", "n").status == 66)
    #expect(try scratch.lorabook("import", ".", "--name", "n").status == 66)
    #expect(try scratch.files() == ["a.csv"])
  }

  @Test("is undone by Ctrl-C, also while it waits for more to come")
  func interrupted() throws {
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
    let before = try book()
    let result = try scratch.bash(
      """
      mkfifo rows; lorabook import rows --name n & process=$!
      exec 3>rows; echo '\(Self.header)' >&3; yes 1,5,6,p,4,16,lora,0.5 | head -n 20000 >&3; sleep 1
      kill -TERM $process; wait $process; echo $?; rm rows
      """)
    #expect(result.output == "130\n", "\(result.errors)")
    #expect(result.errors.contains("nothing was imported"))
    #expect(try book() == before)
    #expect(try scratch.files() == ["lorabook.db"])
  }

  @Test("keeps nobody waiting while it waits for a stream")
  func slowStream() throws {
    let other = "--seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 0.5"
    let result = try scratch.bash(
      """
      mkfifo rows; lorabook import - --name n < rows & process=$!
      exec 3>rows; echo '\(Self.header)' >&3; yes 1,5,6,p,4,16,lora,0.5 | head -n 20000 >&3
      for n in 1 2 3 4; do lorabook log --sweep other \(other) --wait 5; sleep 0.3; done
      yes 2,5,6,p,4,16,lora,0.5 | head -n 7 >&3; exec 3>&-; wait $process; echo $?; rm rows
      """)
    #expect(result.errors.hasPrefix("20007 runs imported into sweep 2"))
    #expect(result.lines.last == "0")
    #expect(try scratch.sqlite("SELECT group_concat(recorded_runs) FROM sweeps") == "4,20007")
    #expect(try scratch.files() == ["lorabook.db"])
  }

  @Test("makes a book that is as every other, with nothing beside it", arguments: ["022", "077"])
  func newBook(mask: String) throws {
    try scratch.write(Self.header + "\n1,5,6,p,4,16,lora,0.5\n", to: "a.csv")
    let result = try scratch.bash(
      """
      umask \(mask); lorabook import a.csv --name n && lorabook sweep --quiet --db swept.db
      stat -c %a lorabook.db swept.db
      for book in lorabook.db swept.db; do
        sqlite3 "$book" 'PRAGMA journal_mode; PRAGMA page_size; PRAGMA application_id; PRAGMA user_version'
        sqlite3 "$book" .schema | sha256sum
      done
      lorabook doctor --format csv | wc -l
      """)
    let lines = result.lines.map(String.init)
    try #require(lines.count == 14, "\(result.output)\(result.errors)")
    #expect(lines[1] == (mask == "022" ? "640" : "600") && lines[2] == lines[1])
    #expect(lines[3] == "wal" && lines[3...7].elementsEqual(lines[8...12]))
    #expect(lines[13] == "1")
    #expect(try scratch.files() == ["a.csv", "lorabook.db", "swept.db"])
  }

  @Test("makes no book of many rows of which one far behind is bad, and is undone by Ctrl-C")
  func noBook() throws {
    let result = try scratch.bash(
      """
      (echo '\(Self.header)'; yes 1,5,6,p,4,16,lora,0.5 | head -n 50000; echo 1,5,6,p,4,16,lora,x) > a.csv
      lorabook import a.csv --name n; echo $?; ls
      (echo '\(Self.header)'; yes 1,5,6,p,4,16,lora,0.5 | head -n 5000000) > a.csv
      lorabook import a.csv --name n & process=$!
      for _ in $(seq 6000); do ls | grep -q '[.]part$' && break; sleep 0.01; done
      kill -TERM $process; wait $process; echo $?; ls
      """)
    #expect(result.output == "65\na.csv\n130\na.csv\n", "\(result.output)\(result.errors)")
    #expect(result.errors.contains("a.csv:50002:19: error: 'x' is no number"), "\(result.errors)")
    #expect(result.errors.contains("interrupted: nothing was imported"))
  }

  @Test("says where a stream cannot be kept until its end")
  func noRoomForStream() throws {
    let rows = "yes 1,5,6,p,4,16,lora,0.5 | head -n 60000"
    let result = try scratch.bash(
      """
      (echo '\(Self.header)'; \(rows)) | TMPDIR=/nowhere lorabook import - --name n
      """)
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.contains("cannot keep standard input in '/nowhere'"))
    #expect(try scratch.files() == [])
  }
}
