import Foundation
import Glibc
import Testing

@Suite("lorabook backup")
struct BackupCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The faults of a book: its integrity, references, counts, and incomplete updates.
  private static let faults = """
    PRAGMA integrity_check;
    PRAGMA foreign_key_check;
    SELECT 'counts', name FROM sweep
    WHERE recorded_runs <> (SELECT count(*) FROM runs WHERE runs.sweep_id = sweep.sweep_id);
    SELECT 'half', name, update_id FROM sweep JOIN recording USING (sweep_id)
    WHERE source = 'sweep' AND runs <> 12;
    SELECT 'sums', cell_id FROM cell
    WHERE (SELECT count(error) FROM measured_run WHERE measured_run.cell_id = cell.cell_id)
      <> ifnull((SELECT n FROM cell_summary AS s WHERE s.cell_id = cell.cell_id AND metric = 'error'), 0);
    """

  @Test("made again and again while others record is always a whole book, and holds nobody up")
  func whileOthersRecord() throws {
    #expect(
      try scratch.lorabook("sweep", "--quiet", "--shapes", "16x16", "--ranks", "2-12:2").status == 0
    )
    let sweep = try scratch.start(
      "sweep", "--quiet", "--name", "long", "--shapes", "64x64", "--ranks", "2-12:2",
      "--seeds", "0-399", "--jobs", "1")
    let logs = try ["one", "two"].map { name in
      try scratch.startShell(
        """
        for seed in $(seq 12); do
          lorabook log --sweep \(name) --seed $seed --shape 8x8 --profile p --rank 2 --alpha 16 \
            --rule lora --error 0.5 || exit
        done
        """)
    }
    var copies = 0
    var sizes: Set<String> = []
    while sweep.isRunning || logs.contains(where: \.isRunning) || copies < 3 {
      copies += 1
      let name = "copy-\(copies).db"
      let backup = try scratch.lorabook("backup", name)
      #expect(backup.status == 0, "\(backup.errors)")
      #expect(try scratch.sqlite(Self.faults, book: name) == "ok")
      sizes.insert(try scratch.sqlite("SELECT count(*) FROM runs", book: name))
      #expect(try scratch.lorabook("ls", "--db", name).status == 0)
      if copies > 40 { break }
    }
    for process in [sweep] + logs {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    #expect(sizes.count > 1, "\(sizes)")
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "\(401 * 2 * 12 + 24)")
    #expect(try scratch.files().allSatisfy { $0.hasSuffix(".db") || $0.hasPrefix("copy-") })
  }

  @Test("says what it copied, and where it cannot")
  func says() throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    let backup = try scratch.lorabook("backup", "copy.db")
    #expect(backup.status == 0 && backup.output == "")
    #expect(
      backup.errors.wholeMatch(
        of: /'copy\.db' is a copy of 'lorabook\.db': [0-9.]+ kB, 1 sweep, 24 runs\n/) != nil,
      "\(backup.errors)")
    for (arguments, status, words) in [
      (["copy.db"], 73, "already"), (["no/copy.db"], 73, "No such file"),
      (["-"], 64, "Name the file"),
      ([""], 64, "Name the file"), (["x.db", "--db", "none.db"], 66, "no book"),
      (["x.db", "--db", "text"], 65, "is no book"),
    ] {
      try scratch.write("text that is no book at all", to: "text")
      let result = try scratch.bash(
        "lorabook backup " + arguments.map { "'\($0)'" }.joined(separator: " "))
      #expect(result.status == status, "\(arguments): \(result.errors)")
      #expect(result.errors.contains(words), "\(result.errors)")
    }
    #expect(try scratch.files() == ["copy.db", "lorabook.db", "text"])
  }

  @Test("leaves nothing where the disk is full")
  func fullDisk() throws {
    _ = try scratch.lorabook("sweep", "--quiet", "--seeds", "0-9")
    let result = try scratch.bash("trap '' XFSZ; ulimit -f 100; lorabook backup copy.db")
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.hasPrefix("lorabook: cannot write 'copy.db': "), "\(result.errors)")
    #expect(result.errors.contains("make room"), "\(result.errors)")
    #expect(try scratch.files() == ["lorabook.db"])
  }

  @Test("that is killed leaves a part, which the next one clears away")
  func killed() throws {
    let result = try scratch.bash(
      """
      lorabook sweep --quiet
      sqlite3 lorabook.db 'CREATE TABLE mine (a); INSERT INTO mine VALUES (zeroblob(200000000))'
      for try in $(seq 50); do
        lorabook backup copy.db 2> said & backup=$!
        until ls | grep -q 'part$' || ! kill -0 $backup; do :; done 2> kills
        kill -9 $backup 2>> kills; wait $backup 2>> kills
        ls | grep -q 'copy.db.lorabook-......\\.part$' && break; rm -f copy.db
      done
      : > $(ls | grep 'part$')-journal; ls | grep -c part
      sqlite3 lorabook.db 'DROP TABLE mine; VACUUM'; lorabook backup copy.db 2>> said; ls | grep -e part -e copy
      """)
    #expect(result.lines.dropFirst() == ["2", "copy.db"], "\(result.output)\(result.errors)")
  }

  @Test("that is interrupted leaves nothing, and exits with 130")
  func interrupted() throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    _ = try scratch.sqlite("CREATE TABLE mine (a); INSERT INTO mine VALUES (zeroblob(100000000))")
    var statuses: Set<Int32> = []
    // On a busy machine the command may end before the signal arrives.
    for number in 1...5 where !statuses.contains(130) {
      let name = "copy-\(number).db"
      let process = try scratch.start("backup", name)
      while process.isRunning, try !scratch.files().contains(where: { $0.hasPrefix(name) }) {
        usleep(500)
      }
      process.interrupt()
      process.waitUntilExit()
      statuses.insert(process.terminationStatus)
      #expect(
        try scratch.files().filter { $0.hasPrefix(name) }
          == (process.terminationStatus == 0 ? [name] : []))
    }
    #expect(statuses.contains(130), "\(statuses)")
  }

  @Test("that is interrupted twice at once leaves nothing either")
  func interruptedTwice() throws {
    _ = try scratch.lorabook("sweep", "--quiet")
    _ = try scratch.sqlite("CREATE TABLE mine (a); INSERT INTO mine VALUES (zeroblob(100000000))")
    var statuses: Set<Int32> = []
    // On a busy machine the command may end before, or handle the first signal in time.
    for number in 1...5 {
      let name = "copy-\(number).db"
      let process = try scratch.start("backup", name)
      while process.isRunning, try !scratch.files().contains(where: { $0.hasPrefix(name) }) {
        usleep(500)
      }
      // The process is stopped first, so that both signals are pending when it continues.
      for signal in [SIGSTOP, SIGINT, SIGTERM, SIGCONT] { kill(process.processIdentifier, signal) }
      process.waitUntilExit()
      statuses.insert(process.terminationStatus)
      #expect(
        try scratch.files().filter { $0.hasPrefix(name) }
          == (process.terminationStatus == 0 ? [name] : []))
    }
    #expect(statuses.contains(130), "\(statuses)")
  }
}
