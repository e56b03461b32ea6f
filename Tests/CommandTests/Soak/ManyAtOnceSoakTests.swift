import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Many processes at once", .serialized)
struct ManyAtOnceSoakTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let run =
    "--seed 1 --shape 8x8 --profile p --rank 2 --alpha 16 --rule lora --error 0.5"

  @Test("all succeed, 32 that start at the same instant on no book at all")
  func noBook() throws {
    let rounds = Soak.rounds(short: 2, whole: 10)
    try scratch.write(
      "seed,d,k,profile,rank,alpha,rule,error\n1,8,8,p,2,16,lora,0.5\n", to: "one.csv")
    for _ in 0..<rounds {
      // They wait for a lock that is released when all have started.
      let result = try scratch.bash(
        """
        rm -f lorabook.db lorabook.db-*
        exec 9> gate; flock -x 9
        for n in $(seq 32); do
          case $((n % 4)) in
            0) set -- sweep --quiet --seeds 1-3 --ranks 2 --jobs 2;;
            1) set -- import one.csv --name import-$n;;
            *) set -- log --sweep together \(Self.run);;
          esac
          (flock -s gate lorabook "$@" > out.$n 2>&1 || { echo "$n: $? $*"; cat out.$n; }) &
        done
        sleep 0.5; flock -u 9; wait
        """)
      #expect(result.output == "" && result.errors == "", "\(result.output)\(result.errors)")
      #expect(
        try scratch.sqlite(
          "SELECT source, count(*), sum(recorded_runs), min(status) FROM sweeps GROUP BY source ORDER BY 1"
        )
          == "import|8|8|finished\nlog|1|16|finished\nsweep|8|96|finished")
      #expect(try scratch.sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok")
    }
    Soak.report("\(rounds) × 32 processes on no book")
  }

  @Test("lose no run and refuse none where sixteen log, from the very first")
  func logging() throws {
    let calls = Soak.rounds(short: 25, whole: 250)
    let result = try scratch.bash(
      """
      for process in $(seq 16); do
        (for call in $(seq \(calls)); do
          lorabook log --sweep s$((call % 2)) --seed $process --shape 8x8 --profile p --rank 2 \\
            --alpha 16 --rule lora --error 0.$process$call || echo failed
        done) &
      done
      wait
      """)
    #expect(result.output == "" && result.errors == "", "\(result.errors.prefix(500))")
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "\(16 * calls)")
    #expect(
      try scratch.sqlite(
        "SELECT count(*), sum(recorded_runs), sum(planned_runs = recorded_runs) FROM sweeps")
        == "2|\(16 * calls)|2")
    #expect(
      try scratch.sqlite(
        """
        SELECT count(*), sum(n) FROM cell_summary WHERE abs(mean - (
          SELECT avg(error) FROM run WHERE run.cell_id = cell_summary.cell_id)) < 1e-12
        """) == "2|\(16 * calls)")
    #expect(try scratch.sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok")
    Soak.report("16 processes × \(calls) runs logged")
  }

  @Test("do not block each other, one that sweeps and one that exports what is there at one moment")
  func exportWhileSweeping() throws {
    let seeds = Soak.rounds(short: 1500, whole: 5000)
    let grid = "--shapes 8x8 --ranks 1,2,4,8 --alphas 1-4 --quiet --jobs 1"
    #expect(
      try scratch.bash("lorabook sweep --name first --seeds 0-\(seeds - 1) \(grid)").status == 0)
    // A third process has the book open: the first to open it or the last to close it locks it for
    // that moment (sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
    let result = try scratch.bash(
      """
      coproc third { sqlite3 lorabook.db; }
      echo 'SELECT count(*) FROM sweeps;' >&${third[1]}; read -r <&${third[0]}
      lorabook sweep --name second --seeds 0-\(3 * seeds - 1) \(grid) --noise 0.02 --wait 0.5 \
        > sweep.out 2>&1 & sweep=$!
      n=0
      while kill -0 $sweep 2> /dev/null; do
        n=$((n + 1))
        lorabook export --wait 0 > rows.csv 2> errors || { echo "export $n failed"; cat errors; }
        # Whole updates, 32 runs each, of both sweeps, and every column of every row.
        awk -F, 'NR > 1 { count[$3]++; if (NF != 15) bad++ }
          END { print count["first"], count["second"] % 32, bad + 0 }' rows.csv
        stat -c %s lorabook.db-wal 2> /dev/null >> log-sizes
      done | sort | uniq -c
      wait $sweep; echo "sweep $?"
      echo .quit >&${third[1]}; wait
      """)
    // The third process did not end early either.
    #expect(result.errors == "", "\(result.errors)")
    let total = seeds * 2 * 32
    #expect(result.lines.count == 2, "\(result.output)")
    let exports = result.lines.first?.split(separator: " ").map(String.init) ?? []
    #expect(exports.dropFirst() == ["\(total)", "0", "0"], "\(result.output)")
    #expect(result.lines.last == "sweep 0", "\(result.output)")
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "\(4 * total)")
    // The log grows by everything recorded during one export, and is removed with the last process.
    #expect(!(try scratch.files().contains("lorabook.db-wal")))
    let sizes = try scratch.read("log-sizes").split(separator: "\n").compactMap { Int($0) }
    let book = try #require(
      FileManager.default.attributesOfItem(atPath: scratch.folder.path + "/lorabook.db")[.size]
        as? Int)
    Soak.report(
      "\(exports.first ?? "0") exports of \(total) runs and more while a sweep recorded \(3 * total); log at most \(sizes.max() ?? 0) bytes, book \(book)"
    )
  }

  /// Starts a sweep and suspends it in the middle of a write.
  private func stopInWrite() throws -> Process {
    let process = try scratch.startAndWait(["sweep"] + endlessGrid)
    for attempt in 0..<2000 {
      kill(process.processIdentifier, SIGSTOP)
      let lock = try scratch.bash("sqlite3 lorabook.db 'BEGIN IMMEDIATE; ROLLBACK'")
      if lock.errors.contains("locked") { return process }
      kill(process.processIdentifier, SIGCONT)
      usleep(UInt32(1000 + attempt % 17 * 700))
    }
    Issue.record("never stopped in a write")
    return process
  }

  @Test(
    "wait for one that is held in the middle of a write, say so, and go on when it does",
    arguments: [SIGCONT, SIGKILL])
  func heldInWrite(signal: Int32) throws {
    let process = try stopInWrite()
    defer { process.end(SIGKILL) }
    let recorded = try scratch.sqlite("SELECT recorded_runs FROM sweep")
    for command in ["log --sweep s \(Self.run)", "sweep --quiet --name t", "edit 1 --note n"] {
      let began = ContinuousClock.now
      let result = try scratch.bash("lorabook \(command) --wait 0.7")
      #expect(ContinuousClock.now - began >= .milliseconds(700))
      #expect(result.status == 75)
      #expect(
        result.errors.hasPrefix(
          "lorabook: the book is in use by another process, for longer than the wait."),
        "\(result.errors)")
      #expect(result.output == "")
    }
    // A reader does not wait, and sees no partial record.
    #expect(try scratch.bash("lorabook ls --wait 0").status == 0)
    #expect(
      try scratch.sqlite(
        "SELECT count(*) = \(recorded), (SELECT count(*) FROM sweep) FROM runs") == "1|1")
    #expect(
      try scratch.sqlite(
        "SELECT count(*) FROM (SELECT 1 FROM runs GROUP BY update_id HAVING count(*) <> 4)") == "0")
    #expect(try scratch.lorabook("sql", "SELECT status FROM sweeps").output == "status\nrunning\n")
    // A process that waits long enough continues.
    let waiting = try scratch.start(
      "log", "--sweep", "s", "--seed", "1", "--shape", "8x8", "--profile", "p",
      "--rank", "2", "--alpha", "16", "--rule", "lora", "--error", "0.5", "--wait", "60")
    usleep(300_000)
    #expect(waiting.isRunning)
    kill(process.processIdentifier, signal)
    waiting.waitUntilExit()
    #expect(waiting.terminationStatus == 0)
    if signal == SIGCONT { #expect(process.end(SIGINT) == 130) } else { process.waitUntilExit() }
    #expect(
      try scratch.sqlite("SELECT sum(recorded_runs) = (SELECT count(*) FROM runs) FROM sweep")
        == "1")
    #expect(try scratch.sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok")
    #expect(
      try scratch.lorabook("sql", "SELECT status FROM sweeps WHERE sweep_id = 1").output
        == "status\ninterrupted\n")
  }

  @Test("make a sweep end that cannot write for longer than the wait, which can be resumed")
  func sweepThatWaits() throws {
    #expect(
      try scratch.bash("lorabook sweep --db reference.db \(longGrid.joined(separator: " "))").status
        == 0)
    let result = try scratch.bash(
      """
      lorabook sweep --jobs 1 --wait 1 \(longGrid.joined(separator: " ")) 2> errors & sweep=$!
      until [ "$(sqlite3 -cmd '.timeout 9000' lorabook.db 'SELECT recorded_runs > 0 FROM sweep' 2> nowhere)" = 1 ]; do sleep 0.02; done
      mkfifo hold; sqlite3 lorabook.db < hold & exec 8> hold
      printf '%s\\n' '.timeout 9000' 'BEGIN IMMEDIATE;' >&8
      wait $sweep; echo "status $?"
      exec 8>&-; wait
      """)
    #expect(result.output == "status 75\n", "\(result.errors)")
    let errors = try scratch.read("errors").split(separator: "\n")
    #expect(errors.first?.contains("for longer than the wait") == true, "\(errors)")
    #expect(errors.first?.contains("Sweep 1 'article' keeps the ") == true, "\(errors)")
    #expect(errors.last == "  lorabook resume 1 --db lorabook.db")
    #expect(
      try scratch.lorabook("sql", "SELECT status FROM sweeps").output == "status\ninterrupted\n")
    #expect(try scratch.bash(String(errors.last ?? "") + " --quiet").output == "1\n")
    try scratch.expectSameTables("lorabook.db", as: "reference.db")
  }

  @Test("wait for no time that cannot be meant", arguments: ["-1", "x", "", "nan", "inf", "1e9"])
  func wait(text: String) throws {
    let result = try scratch.lorabook("ls", "--wait", text)
    #expect(result.status == 64)
    #expect(
      result.errors.hasPrefix("lorabook: --wait: '\(text)' is out of range"), "\(result.errors)")
  }
}
