import Foundation
import Testing

/// Each of these contents once caused a crash, a hang or a wrong answer.
@Suite("What a book or a file may hold")
struct DamagedContentTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func log(_ rank: Int) throws -> Scratch.Result {
    try scratch.lorabook(
      "log", "--sweep", "trained", "--seed", "1", "--shape", "64x64", "--profile", "layer 3",
      "--rank", "\(rank)", "--alpha", "16", "--rule", "lora", "--error", "0.5")
  }

  private func fill(_ sql: String) throws {
    _ = try scratch.sqlite("PRAGMA ignore_check_constraints = ON; \(sql)")
  }

  @Test(
    "A cell that counts more runs than there can be takes no more",
    arguments: [Int64.max, -1, (1 << 53) + 1] as [Int64])
  func counts(count: Int64) throws {
    #expect(try log(2).status == 0)
    try fill("UPDATE cell_summary SET n = \(count)")
    let result = try log(2)
    #expect(result.status == 65)
    #expect(
      result.errors.hasPrefix(
        "lorabook: the book is damaged: a summary counts \(count) values"), "\(result.errors)")
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "1")
  }

  @Test("A recorded spectrum that has lost a value is measured by no other sweep")
  func shortSpectrum() throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    try fill("UPDATE spectrum_block SET s7 = NULL WHERE block_id = 1024")
    let result = try scratch.lorabook("sweep", "--quiet", "--ranks", "3")
    #expect(result.status == 65)
    #expect(result.errors.contains("singular values that are no spectrum"), "\(result.errors)")
    #expect(try scratch.sqlite("SELECT count(*) FROM runs WHERE rank = 3") == "0")
  }

  @Test(
    "Ranks that none can be are drawn, or refused in words",
    arguments: [0, -5, Int64.max, Int64.min] as [Int64])
  func ranks(rank: Int64) throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    for condition in ["TRUE", "rank > 2"] {
      try fill("UPDATE OR IGNORE cell SET rank = \(rank) WHERE \(condition)")
      for kind in ["error", "scale", "spectrum", "variance", "decomposition", "compare", "article"]
      {
        for output in ["--script", "--log"] {
          let result = try scratch.lorabook("plot", "latest", "--kind", kind, output)
          #expect([0, 1, 64, 65].contains(result.status), "\(kind): \(result.errors)")
          #expect(!result.errors.contains("Fatal error"), "\(kind): \(result.errors)")
        }
      }
      for command in ["show", "compare", "verify"] {
        let result = try scratch.lorabook(command, "latest")
        #expect([0, 1, 65].contains(result.status), "\(command): \(result.errors)")
      }
    }
  }

  @Test("A spec that plans more than was recorded is told, and not computed")
  func grownSpec() throws {
    _ = try scratch.lorabook("sweep", "--quiet", "--ranks", "2")
    try fill(
      "UPDATE sweep SET spec = replace(spec, 'seeds: [42]', 'seeds: [0-999999]'), status = 'finished'"
    )
    #expect(try scratch.sqlite("SELECT spec LIKE '%999999%' FROM sweep") == "1")
    let result = try scratch.bash("timeout 60 lorabook verify latest")
    #expect(result.status == 1)
    #expect(result.output.contains("planned_runs"), "\(result.output)")
  }

  @Test("Results with settings that no two of them share fill no memory and keep nobody waiting")
  func unlike() throws {
    let rows = (1...16_000).map { "\($0),8,8,p\($0),0.\($0),2,\($0).5,r\($0),1,0.5,0.1" }
    try scratch.write(
      "seed,d,k,profile,noise,rank,alpha,rule,scale,error,truncation_error\n"
        + rows.joined(separator: "\n") + "\n", to: "search.csv")
    let result = try scratch.bash(
      """
      ulimit -v 4000000
      lorabook import search.csv --name search > /dev/null; echo "import $?"
      timeout 30 lorabook compare search --format csv > compared 2> why; echo "compare $?"
      timeout 30 lorabook compare search --by noise > /dev/null 2>&1; echo "by noise $?"
      timeout 30 lorabook show search > shown; echo "show $?"
      timeout 60 lorabook report search -o page.html 2> /dev/null; echo "report $?"
      timeout 30 lorabook plot search --kind compare > /dev/null 2>&1; echo "plot $?"
      grep -c p15999 shown
      """)
    #expect(
      result.lines == [
        "import 0", "compare 64", "by noise 64", "show 0", "report 0", "plot 64", "1",
      ], "\(result.output)\(result.errors)")
    #expect(
      try scratch.read("why").contains("16000 sides at 16000 places have 16000 cells"))
    #expect(try scratch.read("page.html").contains("next to nothing to set side by side"))
  }

  @Test(
    "A log of a format that SQLite does not know is said to be damaged, not to be out of reach",
    arguments: ["ls", "doctor", "backup copy.db", "sweep --quiet"])
  func strangeLog(command: String) throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    // A header with valid checksums (sqlite.org/fileformat2.html, 4.2), and an empty frame.
    var log: [UInt32] = [0x377f_0682, 3_007_001, 8192, 0, 1, 2]
    var sums: (UInt32, UInt32) = (0, 0)
    for at in stride(from: 0, to: log.count, by: 2) {
      sums.0 = sums.0 &+ log[at].byteSwapped &+ sums.1
      sums.1 = sums.1 &+ log[at + 1].byteSwapped &+ sums.0
    }
    log += [sums.0, sums.1]
    let bytes = log.flatMap { word in withUnsafeBytes(of: word.bigEndian) { [UInt8]($0) } }
    let path = scratch.folder.appending(path: "lorabook.db-wal")
    let damaged = Data(bytes + [UInt8](repeating: 0, count: 8192 + 24))
    try damaged.write(to: path)
    let book = try Data(contentsOf: scratch.folder.appending(path: "lorabook.db"))
    let result = try scratch.bash("lorabook \(command)")
    #expect(result.status == 65)
    #expect(
      result.errors.contains("its write-ahead log names the format 3007001"), "\(result.errors)")
    #expect(try Data(contentsOf: path) == damaged)
    #expect(try Data(contentsOf: scratch.folder.appending(path: "lorabook.db")) == book)
    #expect(try !scratch.files().contains("copy.db"))
  }

  @Test(
    "A book of a format that SQLite cannot write is said to be damaged, and can be read",
    arguments: ["backup copy.db", "sweep --quiet", "edit trained --note new"])
  func strangeHeader(command: String) throws {
    _ = try log(2)
    let book = scratch.folder.appending(path: "lorabook.db")
    var bytes = try Data(contentsOf: book)
    bytes[18] = 3
    try bytes.write(to: book)
    let result = try scratch.bash("lorabook \(command)")
    #expect(result.status == 65)
    #expect(
      result.errors.contains("a format that SQLite can read but not write"), "\(result.errors)")
    #expect(try Data(contentsOf: book) == bytes)
    #expect(try scratch.lorabook("ls").status == 0)
    #expect(try scratch.files() == ["lorabook.db"])
  }

  @Test("A byte-order mark before an empty line is no end of reading")
  func markBeforeEmptyLine() throws {
    let result = try scratch.bash(
      """
      printf '\\xef\\xbb\\xbf\\r\\n\\n' > empty.csv; timeout -s KILL 20 lorabook import empty.csv; echo "status $?"
      printf '\\xef\\xbb\\xbf\\nseed;d;k;profile;rank;alpha;rule;error\\n1;8;8;p;2;16;lora;0.5\\n' > mark.csv
      timeout -s KILL 20 lorabook import mark.csv --name marked 2>&1; echo "status $?"
      """)
    #expect(result.output == "status 65\n1 run imported into sweep 1 'marked'\nstatus 0\n")
  }

  @Test("SQL is read to its end, or not at all")
  func nul() throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    let result = try scratch.bash("printf 'SELECT 1\\0 FROM nothing' | lorabook sql -")
    #expect(result.status == 64)
    #expect(result.errors.contains("NUL"), "\(result.errors)")
  }

  @Test("What the YAML library takes from the environment changes no spec")
  func encoding() throws {
    try scratch.write("seeds: 1\nranks: [2]\nnote: \"\u{e9}\"\n", to: "spec.yaml")
    let plain = try scratch.lorabook("sweep", "spec.yaml", "--dry-run")
    let told = try scratch.bash(
      "YAMS_DEFAULT_ENCODING=UTF16 lorabook sweep spec.yaml --dry-run")
    #expect(plain.status == 0)
    #expect(told.output == plain.output)
  }
}
