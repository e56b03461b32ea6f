import Foundation
import Testing

@Suite("lorabook migrate")
struct MigrateCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let fixture = Scratch.project.appending(path: "Tests/Fixtures/books/version-1.book")
    try FileManager.default.copyItem(
      at: fixture, to: scratch.folder.appending(path: "lorabook.db"))
  }

  @Test("shows what is pending, applies it, and names the copy from before")
  func applies() throws {
    let shown = try scratch.lorabook("migrate", "--dry-run", "--format", "csv")
    #expect(shown.status == 0)
    #expect(shown.lines.first == "version,migration,does")
    #expect(shown.lines.dropFirst().first?.hasPrefix("2,0002_packed,") == true)
    #expect(try scratch.files() == ["lorabook.db"])
    let done = try scratch.lorabook("migrate", "--format", "csv")
    #expect(done.status == 0)
    #expect(done.output == shown.output)
    #expect(done.errors.contains("'lorabook.db.schema-1.backup' is how it was before"))
    #expect(try scratch.files() == ["lorabook.db", "lorabook.db.schema-1.backup"])
    let again = try scratch.lorabook("migrate")
    #expect(again.status == 0 && again.output == "")
    #expect(again.errors == "'lorabook.db' is up to date\n")
  }

  @Test("shows what is pending before it applies anything")
  func showsFirst() throws {
    let result = try scratch.bash(
      """
      mkfifo hold; sqlite3 lorabook.db < hold & exec 8> hold
      printf '%s\\n' 'BEGIN IMMEDIATE;' "SELECT 'held' AS it;" '.output ready' 'SELECT 1;' '.output' >&8
      until [ -e ready ]; do sleep 0.02; done
      lorabook migrate --wait 0.3 --format csv; echo "status $?"
      exec 8>&-; wait
      """)
    #expect(result.lines.contains("version,migration,does"), "\(result.output)")
    #expect(result.lines.contains { $0.hasPrefix("2,0002_packed,") })
    #expect(result.lines.contains("status 75"), "\(result.output)\(result.errors)")
    #expect(try scratch.sqlite("PRAGMA user_version") == "1")
  }

  @Test("is done once where many processes that record meet an older book at the same instant")
  func processesAtOnce() throws {
    let result = try scratch.bash(
      """
      exec 9> gate; flock -x 9
      for n in $(seq 12); do
        case $((n % 3)) in
          0) set -- migrate --format csv;;
          1) set -- sweep --quiet --name "s$n" --seeds "$n";;
          *) set -- log --sweep together --seed $n --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 1;;
        esac
        (flock -s gate lorabook "$@" > out.$n 2> errors.$n || { echo "$n: $? $*"; cat errors.$n; }) &
      done
      sleep 0.5; flock -u 9; wait
      cat errors.* | grep -c 'was brought from schema 1'
      ls | grep -c 'backup$'
      """)
    #expect(result.output == "1\n1\n", "\(result.output)\(result.errors)")
    #expect(
      try scratch.sqlite(
        "SELECT count(*) FROM sweep WHERE name = 'together' OR name GLOB 's[0-9]*'")
        == "5")
    #expect(try scratch.sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok")
    #expect(
      try scratch.sqlite("PRAGMA user_version", book: "lorabook.db.schema-1.backup") == "1")
  }

  @Test(
    "that is interrupted leaves the book as it was and nothing beside it, and exits with 130",
    arguments: [
      "migrate",
      "log --sweep s --seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 1",
      "edit 1 --note n", "rm 1 --yes", "sweep --quiet",
    ])
  func interrupted(command: String) throws {
    _ = try scratch.sqlite("CREATE TABLE mine (a); INSERT INTO mine VALUES (zeroblob(100000000))")
    let result = try scratch.bash(
      """
      # A job of its own: what a script puts in the background ignores Ctrl-C.
      set -m
      for n in 1 2 3 4 5; do
        lorabook \(command) > out 2>&1 & pid=$!
        until ls | grep -q 'backup\\.' || ! kill -0 $pid 2> none; do :; done
        kill -INT $pid; wait $pid; status=$?
        [ $status = 130 ] && break
        # A machine that is busy elsewhere may be done before it is asked to stop.
        [ $status = 0 ] && cp lorabook.db.schema-1*.backup lorabook.db && rm -f *.backup* *-wal *-shm
      done
      echo "status $status"; ls | grep -c backup; sqlite3 lorabook.db 'PRAGMA user_version'
      """)
    #expect(result.output == "status 130\n0\n1\n", "\(result.output)\(result.errors)")
  }

  @Test("is what a reading command asks for, which leaves the older book as it is")
  func readingAsksForIt() throws {
    let result = try scratch.lorabook("ls")
    #expect(result.status == 65)
    #expect(result.errors.contains("'lorabook migrate' brings it up to date"), "\(result.errors)")
    #expect(try scratch.sqlite("PRAGMA user_version") == "1")
  }

  @Test("is done by a command that records, which says so")
  func recordingDoesIt() throws {
    let result = try scratch.lorabook("sweep", "--quiet", "--name", "new")
    #expect(result.status == 0)
    #expect(result.errors.contains("was brought from schema 1 to"), "\(result.errors)")
    #expect(try scratch.lorabook("ls", "--format", "csv").lines.count == 7)
  }

  @Test("says that there is no book, and takes no other file for one")
  func noBook() throws {
    #expect(try scratch.lorabook("migrate", "--db", "missing.db").status == 66)
    try Data("text".utf8).write(to: scratch.folder.appending(path: "notes.txt"))
    #expect(try scratch.lorabook("migrate", "--db", "notes.txt").status == 65)
  }
}
