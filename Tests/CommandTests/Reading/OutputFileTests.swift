import Foundation
import Testing

@Suite("A file that is written with -o")
struct OutputFileTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    #expect(try scratch.lorabook("sweep", "--quiet").status == 0)
  }

  @Test(
    "never takes the place of a book, by whatever name",
    arguments: [
      "export", "export --format json", "report latest", "plot latest --script",
    ])
  func neverABook(command: String) throws {
    let result = try scratch.bash(
      """
      ln -s lorabook.db link.csv; ln lorabook.db other.csv
      before=$(sha256sum < lorabook.db)
      for file in lorabook.db link.csv other.csv; do
        lorabook \(command) -o $file; echo "status $?"
      done
      [ "$(sha256sum < lorabook.db)" = "$before" ] && echo unchanged
      lorabook ls --format csv | wc -l
      """)
    #expect(result.output == "status 73\nstatus 73\nstatus 73\nunchanged\n2\n", "\(result.output)")
    #expect(result.errors.contains("'link.csv' is a book or belongs to one"), "\(result.errors)")
  }

  @Test("never takes the place of the log of a book that others have open")
  func neverALog() throws {
    let result = try scratch.bash(
      """
      exec 8> >(sqlite3 lorabook.db)
      printf '%s\\n' "PRAGMA journal_mode;" "CREATE TABLE mine (a);" '.output ready' 'SELECT 1;' '.output' >&8
      until [ -e ready ]; do sleep 0.02; done
      for file in lorabook.db-wal lorabook.db-shm; do
        lorabook export -o $file; echo "status $?"
      done
      exec 8>&-; wait
      lorabook sql 'SELECT count(*) AS n FROM runs' --format csv
      """)
    #expect(
      result.lines.filter { $0 != "wal" } == ["status 73", "status 73", "n", "24"],
      "\(result.output)\(result.errors)")
  }

  @Test("is for those alone who could read what it takes the place of")
  func access() throws {
    let result = try scratch.bash(
      "touch runs.csv; chmod 600 runs.csv; lorabook export -o runs.csv; stat -c %a runs.csv; wc -l < runs.csv"
    )
    #expect(result.lines == ["600", "25"])
  }

  @Test("is written where a process of the same number was killed while it wrote one")
  func leftOver() throws {
    // Every number that this machine is likely to give next.
    let result = try scratch.bash(
      "for n in $(seq $$ $(($$ + 300))); do : > runs.csv.$n.part; done; lorabook export -o runs.csv; wc -l < runs.csv"
    )
    #expect(result.lines == ["25"], "\(result.errors)")
  }
}
