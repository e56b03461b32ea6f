import Foundation
import Testing

@Suite("Bad input is refused before anything is computed or written")
struct BadInputTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A case: the arguments after `sweep`, the status, and the required parts of the message.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var status: Int32 = 64
    var words: [String]
    var testDescription: String { arguments.joined(separator: " ") }
  }

  @Test(
    "A setting that cannot be meant is refused with its value and the remedy",
    arguments: [
      Refusal(arguments: ["--ranks", "65"], words: ["'65'", "min(d, k) = 64", "from 1 to 64"]),
      Refusal(arguments: ["--ranks", "0"], words: ["'0'", "from 1"]),
      Refusal(arguments: ["--ranks", "-4"], words: ["'-4'", "from 1"]),
      Refusal(
        arguments: ["--profiles", "linear:5:1:65"],
        words: ["'linear:5:1:65'", "65 singular values", "at most 64"]),
      Refusal(arguments: ["--shapes", "0x64"], words: ["'0x64'", "at least 1"]),
      Refusal(arguments: ["--shapes", "-3x4"], words: ["'-3x4'", "at least 1"]),
      Refusal(arguments: ["--shapes", "64"], words: ["'64'", "64x64"]),
      Refusal(arguments: ["--shapes", "40000x2"], words: ["'40000x2'", "GB"]),
      Refusal(arguments: ["--profiles", "stile"], words: ["'stile'", "Did you mean style?"]),
      Refusal(arguments: ["--profiles", "powr:2"], words: ["Did you mean power?"]),
      Refusal(arguments: ["--rules", "rslra"], words: ["'rslra'", "Did you mean rslora?"]),
      Refusal(arguments: ["--seeds", "4294967296"], words: ["'4294967296'", "4294967295"]),
      Refusal(arguments: ["--seeds", "-1"], words: ["'-1'", "from 0"]),
      Refusal(arguments: ["--seeds", "5-1"], words: ["'5-1'", "reversed", "1-5"]),
      Refusal(arguments: ["--seeds", ""], words: ["empty"]),
      Refusal(arguments: ["--seeds", "1,,2"], words: ["empty item"]),
      Refusal(
        arguments: ["--seeds", "0-4294967295"],
        words: ["103079215104 runs", "TB in the book", "at most"]),
      Refusal(arguments: ["--seeds", "1,2,1"], words: ["'1'", "twice"]),
      Refusal(
        arguments: ["--profiles", "style,linear:5:0.5:4"], words: ["the same as 'style'", "once"]),
      Refusal(arguments: ["--alphas", "nan"], words: ["'nan'", "finite"]),
      Refusal(arguments: ["--alphas", "0"], words: ["'0'", "above 0"]),
      Refusal(arguments: ["--noise", "inf"], words: ["'inf'", "finite"]),
      Refusal(arguments: ["--noise", "-0.1"], words: ["'-0.1'", "below 0"]),
      Refusal(arguments: ["--profiles", "flat:nan"], words: ["'nan'", "finite"]),
      Refusal(
        arguments: ["--profiles", "linear:1:-1"], words: ["singular value 33", "0 or above"]),
      Refusal(
        arguments: ["--noise", "0", "--profiles", "flat:0"], words: ["'flat:0'", "all zero"]),
      Refusal(arguments: ["--stream", "chain"], words: ["'chain'", "chained, independent"]),
      Refusal(arguments: ["--name", "latest"], words: ["'latest'", "--name"]),
      Refusal(arguments: ["--name", "12"], words: ["'12'", "id"]),
      Refusal(arguments: ["--name", ""], words: ["--name"]),
      Refusal(arguments: ["--jobs", "0"], words: ["'0'", "1 to 1024"]),
      Refusal(
        arguments: ["--profiles", "file:none.txt"], status: 66, words: ["'none.txt'", "No such"]),
      Refusal(arguments: ["artcle"], status: 66, words: ["'artcle'", "Did you mean 'article'?"]),
      Refusal(arguments: ["none.yaml"], status: 66, words: ["'none.yaml'"]),
      Refusal(
        arguments: ["--db", "no/folder/here.db"], status: 73,
        words: ["'no/folder/here.db'", "--db"]),
      Refusal(arguments: ["--db", "."], status: 73, words: ["'.'", "--db"]),
    ])
  func refused(refusal: Refusal) throws {
    let result = try scratch.bash(
      (["lorabook", "sweep"] + refusal.arguments).map { "'\($0)'" }.joined(separator: " "))
    #expect(result.status == refusal.status, "\(result.errors)")
    #expect(result.output == "")
    #expect(result.errors.hasPrefix("lorabook: "))
    #expect(result.errors.split(separator: "\n").count == 1)
    for word in refusal.words { #expect(result.errors.contains(word), "\(result.errors)") }
    #expect(try scratch.files() == [])
  }

  @Test(
    "A spec that cannot be read is refused with line and column",
    arguments: [
      ("seeds: 1\nranks: [2, 200]\n", "spec.yaml:2:12: ranks: '200'"),
      ("seeds: 1\nrnks: 3\n", "spec.yaml:2:1: 'rnks' is no field of a spec. Did you mean 'ranks'?"),
      ("seeds: [1,2\nranks: 3\n", "spec.yaml:2:6: "),
      ("seeds: 1\nseeds: 2\n", "spec.yaml:2:1: the key 'seeds' is given twice"),
      ("just words\n", "spec.yaml:1:1: is no spec"),
      ("", "spec.yaml:1:1: is no spec"),
      ("rules:\n  - lora\n  - rslra\n", "spec.yaml:3:5: rules: 'rslra'"),
      ("seeds: {a: 1}\n", "spec.yaml:1:8: seeds: "),
      ("seeds: [[1]]\n", "spec.yaml:1:9: seeds: "),
      ("seeds: *x\n", "spec.yaml:1:8: "),
      ("seeds: 1\nname: latest\n", "spec.yaml:2:7: the name 'latest'"),
      ("seeds: 1\n---\nseeds: 2\n", "spec.yaml:2:1: "),
      (
        "profiles: [\"file:bad.txt\"]\n",
        "spec.yaml:1:12: profiles: 'file:bad.txt' holds 'two' on line 2"
      ),
    ])
  func spec(text: String, message: String) throws {
    try scratch.write(text, to: "spec.yaml")
    try scratch.write("1\ntwo\n", to: "bad.txt")
    let result = try scratch.lorabook("sweep", "spec.yaml")
    #expect(result.status == 65)
    #expect(result.errors.hasPrefix("lorabook: \(message)"), "\(result.errors)")
    #expect(try scratch.files() == ["bad.txt", "spec.yaml"])
  }

  @Test(
    "A file that is no book is refused and left as it was", arguments: ["sweep", "ls", "export"])
  func noBook(command: String) throws {
    try scratch.write("Dear diary,\n", to: "text.db")
    _ = try scratch.sqlite("CREATE TABLE t (a); INSERT INTO t VALUES (1)", book: "other.db")
    for book in ["text.db", "other.db"] {
      let before = try Data(contentsOf: scratch.folder.appending(path: book))
      let result = try scratch.lorabook(command, "--db", book)
      #expect(result.status == 65)
      #expect(result.errors.contains("'\(book)' is no book"))
      #expect(try Data(contentsOf: scratch.folder.appending(path: book)) == before)
    }
    #expect(try scratch.files() == ["other.db", "text.db"])
  }

  @Test(
    "A book whose schema cannot be read is damaged, and not a file that is no book",
    arguments: ["sweep", "ls", "export", "doctor", "backup copy.db"])
  func damagedSchema(command: String) throws {
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
    let book = scratch.folder.appending(path: "lorabook.db")
    var bytes = try Data(contentsOf: book)
    let statement = try #require(bytes.range(of: Data("CREATE TABLE sweep ".utf8)))
    bytes.replaceSubrange(statement.prefix(8), with: Data("CRE!TE  ".utf8))
    try bytes.write(to: book)
    let result = try scratch.bash("lorabook \(command)")
    #expect(result.status == 65)
    #expect(result.errors.hasPrefix("lorabook: the book 'lorabook.db' is damaged: malformed"))
    #expect(result.errors.hasSuffix(" Restore a backup.\n"))
    #expect(try Data(contentsOf: book) == bytes)
    #expect(!(try scratch.files().contains("copy.db")))
  }

  @Test("A name already taken is refused, and the book stays as it was")
  func takenName() throws {
    _ = try scratch.lorabook("sweep", "--name", "mine", "--quiet")
    let before = try Data(contentsOf: scratch.folder.appending(path: "lorabook.db"))
    let result = try scratch.lorabook("sweep", "--name", "mine")
    #expect(result.status == 64)
    #expect(result.errors.contains("'mine'"))
    #expect(result.errors.contains("--name"))
    #expect(try Data(contentsOf: scratch.folder.appending(path: "lorabook.db")) == before)
  }

  @Test("A command or option that is none is a wrong usage")
  func usage() throws {
    #expect(try scratch.lorabook("swep").status == 64)
    #expect(try scratch.lorabook("sweep", "--sedes", "1").status == 64)
    #expect(try scratch.lorabook("export", "--format", "xls").status == 64)
    #expect(try scratch.files() == [])
  }

  @Test("A missing book or sweep is said to be missing, with what to do")
  func missing() throws {
    let noBook = try scratch.lorabook("ls")
    #expect(noBook.status == 66)
    #expect(noBook.errors.contains("'lorabook.db'"))
    _ = try scratch.lorabook("sweep", "--quiet", "--name", "baseline")
    let noSweep = try scratch.lorabook("show", "baselin")
    #expect(noSweep.status == 66)
    #expect(noSweep.errors.contains("Did you mean 'baseline'?"))
  }
}

@Suite("What others leave about")
struct SurroundingsTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("A spec whose aliases would grow without bounds is refused at once")
  func aliasBomb() throws {
    var text = "a0: &a0 [x]\n"
    for level in 1..<9 {
      text +=
        "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ","))]\n"
    }
    try scratch.write(text + "? *a8\n: 1\n", to: "bomb.yaml")
    let result = try scratch.bash("timeout 20 lorabook sweep bomb.yaml")
    #expect(result.status == 65)
    #expect(result.errors.contains("bomb.yaml:1:1: 'a0' is no field of a spec"))
    // A list without nested lists, so that it cannot grow.
    for (text, place) in [
      ("seeds: &s [1, 2]\nranks: [*s, *s]", "2:9: ranks: an item is no plain value"),
      ("seeds: &s [1, *s]", "1:15: there is no anchor '&s' before '*'"),
      ("seeds: *s", "1:8: there is no anchor '&s' before '*'"),
      ("seeds: 1\nseeds: 2", "2:1: the key 'seeds' is given twice"),
      ("seeds: 1\n---\nseeds: 2", "2:1: has a second document"),
    ] {
      try scratch.write(text + "\n", to: "spec.yaml")
      let refused = try scratch.lorabook("sweep", "spec.yaml")
      #expect(refused.status == 65)
      #expect(refused.errors.hasPrefix("lorabook: spec.yaml:\(place)"), "\(refused.errors)")
    }
    // An anchor with its alias is allowed, and asterisks in a text are not aliases.
    try scratch.write(
      "seeds: &s [1, &two 2]\nranks: [*two, 4]\nalphas: *s\nnote: a * b * c * d\n", to: "fine.yaml")
    #expect(
      try scratch.lorabook("sweep", "fine.yaml", "--dry-run").output.hasPrefix(
        "4 updates, 32 runs: 2 seeds × 1 shape × 1 noise level × 2 profiles × 2 ranks × 2 alphas"))
  }

  @Test("A control character in a spec is refused with its place")
  func controlCharacter() throws {
    try scratch.write("seeds: 1\nnote: a\u{1}b\n", to: "spec.yaml")
    let result = try scratch.lorabook("sweep", "spec.yaml")
    #expect(result.status == 65)
    #expect(result.errors.hasPrefix("lorabook: spec.yaml:2:8: is no YAML"), "\(result.errors)")
  }

  @Test("A book in a folder that takes no file can be read")
  func readOnlyFolder() throws {
    // root may read everything, so if the tests run as root, another user reads here.
    let result = try scratch.bash(
      """
      mkdir 'a?b' && lorabook sweep --quiet --db 'a?b/x.db' > /dev/null && chmod 755 . && chmod 644 a*/x.db && chmod 555 a*
      program=$(command -v lorabook)
      as='env'; [ "$(id -u)" = 0 ] && as='setpriv --reuid=65534 --regid=65534 --clear-groups'
      $as "$program" ls --db 'a?b/x.db' --format csv | cut -d , -f 2
      $as "$program" sql --db 'a?b/x.db' --format csv 'SELECT count(*) FROM runs' | tail -n 1
      $as "$program" export --db 'a?b/x.db' | wc -l
      $as "$program" sweep --quiet --db 'a?b/x.db'; echo "status $?"
      chmod 755 a*
      """)
    #expect(result.output == "name\narticle\n24\n25\nstatus 73\n", "\(result.errors)")
  }

  @Test("A path that would command a terminal is spelled out in a message")
  func hostilePath() throws {
    let result = try scratch.bash("lorabook ls --db $'no\\e[31m.db'")
    #expect(result.status == 66)
    #expect(!result.errors.contains("\u{1b}"))
  }

  @Test(
    "A long thin shape with few singular values needs little, and a large one of many is refused")
  func memory() throws {
    #expect(
      try scratch.lorabook(
        "sweep", "--shapes", "32768x8", "--ranks", "2", "--profiles", "style", "--quiet"
      ).status == 0)
    let large = try scratch.lorabook("sweep", "--shapes", "32768x32768", "--jobs", "64")
    #expect(large.status == 64)
    #expect(large.errors.contains("'32768x32768' needs about 52 GB"), "\(large.errors)")
  }
}
