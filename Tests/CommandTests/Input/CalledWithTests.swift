import Foundation
import Testing

@Suite("Arguments and variables")
struct CalledWithTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs a bash script in which /proc is an empty folder.
  private func withoutProc(_ script: String) throws -> Scratch.Result {
    try scratch.write(script, to: "script")
    return try scratch.bash(
      """
      as_root=; [ "$(id -u)" = 0 ] || as_root=--map-root-user
      exec unshare $as_root --mount bash -c 'mount -t tmpfs none /proc && exec bash script'
      """)
  }

  /// Whether /proc can be hidden from a process here; a container may forbid it.
  static let canHideProc: Bool = {
    let trial = try? Scratch().bash(
      """
      as_root=; [ "$(id -u)" = 0 ] || as_root=--map-root-user
      unshare $as_root --mount mount -t tmpfs none /proc
      """)
    return trial?.status == 0
  }()

  @Test(
    "are there without /proc", .enabled(if: canHideProc, "this system does not let /proc be hidden")
  )
  func noProc() throws {
    let result = try withoutProc(
      """
      [ ! -e /proc/self ] || exit 99
      lorabook sweep --quiet --name 'two words' && lorabook ls --format csv && lorabook verify 1 --quiet &&
      lorabook log --sweep l --seed 1 --shape 8x8 --profile p --rank 2 --alpha 1 --rule lora --error 1 &&
      lorabook doctor --quiet; echo $?; lorabook nothing; echo $?; lorabook show 7; echo $?
      """)
    #expect(result.lines.first == "1", "\(result.errors)")
    #expect(result.output.contains("two words"))
    #expect(result.lines.suffix(3) == ["0", "64", "66"], "\(result.output)")
    #expect(
      try scratch.sqlite("SELECT command FROM sweeps WHERE sweep_id = 1")
        == "lorabook sweep --quiet --name 'two words'")
    #expect(try scratch.sqlite("SELECT recorded_runs FROM sweeps WHERE name = 'l'") == "1")
  }

  private static let run = "--seed 1 --shape 8x8 --rank 2 --alpha 1 --rule lora --error 1"

  @Test(
    "that are no UTF-8 are refused and spelled out, and no other file is opened or made",
    arguments: [
      "lorabook sweep --quiet --db $'x\\xff.db'", "lorabook ls --db=$'x\\xff.db'",
      "LORABOOK_DB=$'x\\xff.db' lorabook sweep --quiet", "LORABOOK_DB=$'x\\xff.db' lorabook ls",
      "lorabook query --queries $'x\\xff.db'", "LORABOOK_QUERIES=$'x\\xff.db' lorabook query",
      "lorabook log --sweep a --profile $'x\\xff.db' \(run)",
      "lorabook log --sweep $'x\\xff.db' --profile p \(run)",
      "lorabook sweep $'x\\xff.db'", "lorabook sweep --profiles $'file:x\\xff.db'",
      "lorabook import $'x\\xff.db'", "lorabook merge --db b.db $'x\\xff.db'",
      "lorabook backup --db b.db $'x\\xff.db'", "lorabook export --db b.db -o $'x\\xff.db'",
      "lorabook plot --db b.db -o $'x\\xff.db'", "lorabook sql --db b.db $'x\\xff.db'",
      "lorabook edit --db b.db 1 --note $'x\\xff.db'", "lorabook $'x\\xff.db'",
      "lorabook export --db b.db | TMPDIR=$'x\\xff.db' lorabook import --db b.db - --name n",
    ])
  func notUTF8(line: String) throws {
    let made = try scratch.bash(
      "lorabook sweep --quiet --db b.db && for byte in fe fd; do cp b.db \"$(printf \"x\\\\x$byte.db\")\"; done"
    )
    #expect(made.status == 0, "\(made.errors)")
    let before = try scratch.bash("ls | md5sum; md5sum *").output
    let result = try scratch.bash(line)
    #expect(result.status == 64, "\(result.output)\(result.errors)")
    #expect(result.errors.contains("no UTF-8"), "\(result.errors)")
    #expect(result.errors.contains("x\\377.db'"), "\(result.errors)")
    #expect(try scratch.bash("ls | md5sum; md5sum *").output == before)
  }

  @Test("that are no UTF-8 are no word to a shell that completes")
  func completion() throws {
    let result = try scratch.bash(
      "SAP_SHELL=bash lorabook ---completion show -- positional@0 3 0 lorabook show $'--db=x\\xff.db' ''"
    )
    #expect(result.output + result.errors == "")
  }

  @Test("leave the folder's own path and where a link leads to the system, byte for byte")
  func resolvedPaths() throws {
    let inFolder = try scratch.bash(
      """
      mkdir $'d\\xff' && cd $'d\\xff' && lorabook sweep --quiet && lorabook export -o runs.csv && ls &&
      lorabook export -o runs.csv && lorabook backup copy.db && lorabook doctor --quiet
      """)
    #expect(inFolder.status == 0, "\(inFolder.errors)")
    #expect(inFolder.output == "1\nlorabook.db\nruns.csv\n")
    let link = try scratch.bash(
      """
      cd $'d\\xff' && touch $'t\\xff.csv' && ln -s $'t\\xff.csv' link.csv && lorabook export -o link.csv; echo $?
      cd .. && ln -s $'d\\xff/lorabook.db' book.db && lorabook sweep --quiet --db book.db && ls | wc -l
      """)
    #expect(link.output == "73\n2\n2\n", "\(link.errors)")
  }

  // Without /proc only the lock shows that the process exists.
  @Test(
    "leave a sweep to the process that records it in a folder that is no UTF-8",
    .enabled(if: canHideProc, "this system does not let /proc be hidden"))
  func lockInFolder() throws {
    let result = try withoutProc(
      """
      mkdir $'d\\xff' && cd $'d\\xff' || exit
      lorabook sweep --quiet --seeds 0-99999 > /dev/null 2>&1 &
      for i in $(seq 300); do
        [ "$(lorabook sql 'SELECT recorded_runs > 0 FROM sweeps' --format csv 2>&1 | tail -n 1)" = 1 ] && break
        sleep 0.1
      done
      lorabook sql 'SELECT status FROM sweeps' --format csv; lorabook rm 1 --yes; echo $?; kill -9 $!
      """)
    #expect(result.lines == ["status", "running", "75"], "\(result.errors)")
  }

  @Test("are read by bytes: a slash and an accent behind it are still a slash")
  func slashes() throws {
    let result = try scratch.bash(
      """
      mkdir d && printf '3\\n1\\n' > d/s.txt && printf '9\\n9\\n' > s.txt && u=$'\\u0301' &&
      printf 'profiles: file:s.txt\\nshapes: 8x8\\nranks: 1\\n' > "d/${u}spec.yaml" &&
      lorabook sweep --quiet "d/${u}spec.yaml" --db "$PWD/d/${u}book.db" && ls d &&
      lorabook sql --db "d/${u}book.db" "SELECT name, max(singular_value) < 4 AS three FROM spectra, sweeps" --format csv
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines.last == "\u{301}spec,1", "\(result.output)")
    #expect(try scratch.files() == ["d", "s.txt"])
  }
}
