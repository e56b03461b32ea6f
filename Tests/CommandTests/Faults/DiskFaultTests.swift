import Foundation
import Testing

@Suite("A disk that fails a command")
struct DiskFaultTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Expects a sound book in which every sweep has its recorded number of runs, and no update in
  /// part.
  private func expectSound(_ book: String = "lorabook.db") throws {
    #expect(try scratch.sqlite("PRAGMA integrity_check", book: book) == "ok")
    #expect(try scratch.sqlite("PRAGMA foreign_key_check", book: book) == "")
    #expect(
      try scratch.sqlite(
        """
        SELECT count(*) FROM sweeps
        WHERE recorded_runs <> (SELECT count(*) FROM runs WHERE runs.sweep_id = sweeps.sweep_id)
          OR (status = 'finished' AND recorded_runs <> planned_runs)
        """, book: book) == "0")
  }

  @Test(
    "that is full ends a sweep with what was recorded before, whole",
    arguments: [40, 200, 400, 800])
  func sweep(kilobytes: Int) throws {
    let result = try scratch.bash(
      "ulimit -f \(kilobytes); lorabook sweep --seeds 0-9999 --ranks 1-16 --quiet")
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.contains("Make room on the disk"), "\(result.errors)")
    // The message is one paragraph, with the command to continue if some of it is recorded.
    #expect(result.errors.hasPrefix("lorabook: "))
    #expect(result.errors.split(separator: "\n").count <= 2)
    // With free space the book opens again, and recording continues where it stopped.
    #expect(try scratch.lorabook("sweep", "--quiet", "--name", "after").status == 0)
    try expectSound()
    #expect(
      try scratch.sqlite(
        "SELECT count(*) FROM (SELECT 1 FROM runs WHERE sweep <> 'after' GROUP BY update_id HAVING count(*) <> 32)"
      ) == "0")
    #expect(
      try scratch.sqlite(
        "SELECT count(*) FROM sweeps WHERE name <> 'after' AND status = 'finished'")
        == "0")
  }

  private func copyOlderBook(to name: String) throws {
    try FileManager.default.copyItem(
      at: Scratch.project.appending(path: "Tests/Fixtures/books/version-1.book"),
      to: scratch.folder.appending(path: name))
  }

  /// The files of the folder, without empty logs that stay beside a book and their indexes.
  private func booksAlone() throws -> Set<String> {
    Set(
      try scratch.files().filter {
        try !$0.hasSuffix("-shm") && !($0.hasSuffix("-wal") && bytes($0).isEmpty)
      })
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: scratch.folder.appending(path: name))
  }

  @Test(
    "that is full leaves a book of an older version as it is, and no part of a copy",
    arguments: [20, 60, 100, 150])
  func migrate(kilobytes: Int) throws {
    try copyOlderBook(to: "lorabook.db")
    let before = try bytes("lorabook.db")
    let result = try scratch.bash("ulimit -f \(kilobytes); lorabook migrate --format csv")
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.contains("ake room"), "\(result.errors)")
    #expect(try bytes("lorabook.db") == before)
    #expect(try booksAlone() == ["lorabook.db"])
    #expect(try scratch.lorabook("migrate").status == 0)
    try expectSound()
  }

  @Test(
    "that is full merges nothing, of a new book or an older one",
    arguments: [("new.db", 100), ("new.db", 300), ("new.db", 400), ("old.db", 20), ("old.db", 100)])
  func merge(source: String, kilobytes: Int) throws {
    try copyOlderBook(to: "old.db")
    let made = try scratch.bash(
      "lorabook sweep --quiet && lorabook sweep --quiet --seeds 0-199 --db new.db")
    #expect(made.status == 0, "\(made.errors)")
    let (before, other) = (try bytes("lorabook.db"), try bytes(source))
    let result = try scratch.bash("ulimit -f \(kilobytes); lorabook merge \(source)")
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.contains("ake room") && result.output == "", "\(result.errors)")
    #expect(try bytes("lorabook.db") == before)
    #expect(try bytes(source) == other)
    #expect(try booksAlone() == ["lorabook.db", "new.db", "old.db"])
    let none = try scratch.bash("ulimit -f \(kilobytes); lorabook merge \(source) --db none.db")
    #expect(none.status == 74, "\(none.errors)")
    #expect(try booksAlone() == ["lorabook.db", "new.db", "old.db"])
    for target in ["lorabook.db", "none.db"] {
      #expect(try scratch.lorabook("merge", source, "--db", target).status == 0)
      try expectSound(target)
    }
  }

  @Test("that is full lets an import in as a whole or not at all")
  func imports() throws {
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
    let result = try scratch.bash(
      """
      { echo seed,d,k,profile,rank,alpha,rule,error
        for i in $(seq 20000); do echo $i,64,64,p$((i % 7)),4,16,lora,0.$i; done; } > runs.csv
      ulimit -f 400; lorabook import runs.csv --name much
      """)
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.output == "")
    try expectSound()
    #expect(try scratch.sqlite("SELECT group_concat(name) FROM sweeps") == "article")
    #expect(try scratch.lorabook("import", "runs.csv", "--name", "much").status == 0)
    #expect(try scratch.sqlite("SELECT count(*) FROM runs WHERE sweep = 'much'") == "20000")
  }

  @Test("that is full loses no logged run that was reported, and keeps none that was not")
  func log() throws {
    let result = try scratch.bash(
      """
      log() {
        lorabook log --sweep s --seed $1 --shape 8x8 --profile "$2" --rank 2 --alpha 16 --rule lora --error 0.5
      }
      log 0 p || exit 1
      size=$(($(stat -c %s lorabook.db) / 1024 + 100))
      ulimit -f $size
      long=$(head -c 3000 /dev/zero | tr '\\0' x)
      for i in $(seq 1 60); do
        if log $i "$i$long" 2>> errors; then echo $i; else test $? = 74 || echo "status $?"; fi
      done
      """)
    #expect(result.status == 0, "\(result.errors)")
    let reported = result.lines.map(String.init)
    #expect(reported.count > 3 && reported.count < 60, "\(result.output)")
    #expect(
      try scratch.sqlite("SELECT seed FROM runs WHERE seed > 0 ORDER BY seed")
        == reported.joined(separator: "\n"))
    #expect(try scratch.read("errors").contains("Make room on the disk"))
    try expectSound()
  }

  @Test("that is full leaves no part of an export, and the file that was there")
  func export() throws {
    #expect(try scratch.lorabook("sweep", "--seeds", "0-99", "--quiet").status == 0)
    try scratch.write("before", to: "runs.csv")
    for file in ["runs.csv", "new.csv"] {
      let result = try scratch.bash("ulimit -f 60; lorabook export -o \(file)")
      #expect(result.status == 74, "\(result.errors)")
      #expect(result.errors.contains("File too large") && result.errors.contains("make room"))
    }
    #expect(try scratch.read("runs.csv") == "before")
    #expect(try scratch.files() == ["lorabook.db", "runs.csv"])
  }

  @Test("that is full still lets a book be read")
  func reading() throws {
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
    let result = try scratch.bash(
      """
      (ulimit -f 0; exec lorabook ls --format csv) | cut -d , -f 2
      (ulimit -f 0; exec lorabook export) | wc -l
      """)
    #expect(result.output == "name\narticle\n25\n", "\(result.errors)")
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
    #expect(try scratch.files() == ["lorabook.db"])
  }

  @Test("that is full makes no book, and says so", arguments: [0, 8, 40])
  func noRoom(kilobytes: Int) throws {
    for command in [
      "sweep --quiet",
      "log --sweep s --seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 0.5",
    ] {
      let result = try scratch.bash(
        "(ulimit -f \(kilobytes); exec lorabook \(command)) 2>&1 | cat; exit ${PIPESTATUS[0]}")
      #expect(result.status == 74, "\(result.output)")
      #expect(result.output.hasPrefix("lorabook: the book cannot be read or written"))
      #expect(try scratch.files() == [])
    }
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
  }

  @Test("A folder that takes no file takes no book, and keeps the one that is there")
  func readOnlyFolder() throws {
    // root may write everywhere, so if the tests run as root, another user writes here.
    let result = try scratch.bash(
      """
      mkdir there && lorabook sweep --quiet --db there/x.db > /dev/null
      chmod 755 . && chmod 644 there/x.db && chmod 555 there && before=$(sha256sum there/x.db)
      program=$(command -v lorabook)
      as='env'; [ "$(id -u)" = 0 ] && as='setpriv --reuid=65534 --regid=65534 --clear-groups'
      for arguments in 'sweep --quiet' 'edit latest --note x' 'rm latest --yes' \\
        'log --sweep s --seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 0.5'; do
        $as "$program" $arguments --db there/x.db; echo $?
        $as "$program" $arguments --db there/new.db; echo $?
      done
      [ "$before" = "$(sha256sum there/x.db)" ] && ls there
      chmod 755 there
      """)
    #expect(result.output == "73\n73\n73\n66\n73\n66\n73\n73\nx.db\n", "\(result.errors)")
    #expect(result.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("lorabook: ") })
  }

  @Test("A book whose file has two names takes no recording, says what to do, and can be read")
  func hardLinked() throws {
    let result = try scratch.bash(
      """
      lorabook sweep --quiet --db other.db > /dev/null
      lorabook sweep --quiet > /dev/null && ln lorabook.db twin.db
      for command in 'sweep --quiet' 'edit latest --note x' 'rm latest --yes' 'resume latest' \\
        'merge other.db' 'import runs.csv --name x' \\
        'log --sweep s --seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 0.5'; do
        echo seed,d,k,profile,rank,alpha,rule,error > runs.csv; echo 1,8,8,p,2,16,lora,0.5 >> runs.csv
        for book in lorabook.db twin.db; do lorabook $command --db $book; echo $?; done
      done
      lorabook ls --db twin.db > rows && lorabook backup copy.db --db twin.db &&
        lorabook sweep --quiet --db copy.db
      """)
    #expect(
      result.lines == Array(repeating: "73", count: 14) + ["2"], "\(result.output)\(result.errors)")
    let errors = result.errors.split(separator: "\n")
    #expect(
      errors.count { $0.hasPrefix("lorabook: '") && $0.contains("has 2 names (hard links)") } == 14,
      "\(result.errors)")
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "24")
  }

  @Test(
    "Where no more files may be opened, that is said, and no folder is blamed", arguments: 4...10)
  func fewFiles(most: Int) throws {
    let result = try scratch.bash(
      """
      lorabook sweep --quiet --db there.db && cp there.db copy.db || exit 99
      run() { (ulimit -n \(most); "$@") 2> errors; status=$?
        if [ $status != 0 ] && ! grep -q 'shared libraries' errors; then echo "$status $(cat errors)"; fi; }
      run lorabook ls --db there.db
      run lorabook sweep --quiet --db there.db
      run lorabook sweep --quiet --db new.db
      run lorabook export --db there.db -o runs.csv
      run lorabook backup --db there.db other.db
      """)
    #expect(result.status != 99)
    for line in result.lines where line.contains("lorabook: ") {
      #expect(line.contains("ulimit -n 1024"), "\(line)")
    }
    if most == 5 { #expect(result.output.contains("ulimit"), "\(result.output)") }
  }

  @Test(
    "A book that vanishes under a sweep ends it, and nothing is reported that is lost",
    arguments: [
      "rm lorabook.db", "mv lorabook.db away.db", "rm lorabook.db-wal", "rm lorabook.db-shm",
      "cp lorabook.db new.db && mv new.db lorabook.db",
    ])
  func vanished(command: String) throws {
    let result = try scratch.bash(
      """
      lorabook sweep --seeds 0-99999 --ranks 1,2 --quiet & sweep=$!
      until [ "$(sqlite3 -readonly lorabook.db 'SELECT recorded_runs > 0 FROM sweeps' 2> /dev/null)" = 1 ]; do
        kill -0 $sweep || exit 1
        sleep 0.05
      done
      \(command)
      wait $sweep; echo "status $?"
      """)
    #expect(result.output == "status 74\n", "\(result.errors)")
    #expect(result.errors.contains("the book was moved, replaced or removed"), "\(result.errors)")
  }
}
