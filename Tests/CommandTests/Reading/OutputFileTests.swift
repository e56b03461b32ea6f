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

  /// Catches an export in the middle, by a signal: bash that leaves its process in `$export`.
  private static let caught = """
    catch() {
      for try in $(seq 50); do
        lorabook export -o runs.csv & export=$!
        until ls | grep -q 'part$' || ! kill -0 $export; do :; done
        kill -$1 $export; sleep 0.05
        ls | grep -q 'runs.csv.lorabook-......\\.part$' && return
        wait $export; rm -f runs.csv
      done
    } 2> caught
    lorabook sweep --quiet --seeds 0-2999 > id
    """

  @Test("leaves a part where its writer is killed, which the next one clears away")
  func leftOver() throws {
    let result = try scratch.bash(
      """
      \(Self.caught)
      catch KILL; ls | grep -c part
      : > runs.csv.lorabook-AbCdEf.part.mine; : > my.csv.lorabook-AbCdEf.part
      lorabook export 1 -o runs.csv; wc -l < runs.csv; ls | grep part
      """)
    #expect(
      result.lines == [
        "1", "25", "my.csv.lorabook-AbCdEf.part", "runs.csv.lorabook-AbCdEf.part.mine",
      ], "\(result.output)\(result.errors)")
  }

  @Test("keeps its part while its writer lives, whoever writes to the same place")
  func twoWriters() throws {
    let result = try scratch.bash(
      """
      \(Self.caught)
      catch STOP
      lorabook export 1 -o runs.csv; wc -l < runs.csv; ls | grep -c part
      kill -CONT $export; wait $export; echo $?; wc -l < runs.csv; ls | grep -c part
      """)
    #expect(result.lines == ["25", "1", "0", "72025", "0"], "\(result.output)\(result.errors)")
  }
}
