import Foundation
import Testing

/// Grids of ten streams each, and the command that computes them.
private let gridCommands = [
  "sweep --seeds 0-4 --shapes 8x8,6x10 --ranks 1,3 --rules lora,unit --profiles linear:2:1:3,exp:0.3",
  """
  train --seeds 0-4 --shapes 6x5,5x7 --ranks 1,3 --profiles flat:2:2,exp:0.3 --steps 6 \
    --learning-rates 0.01,0.1
  """,
]

@Suite("Shards of a grid")
struct ShardUnionTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Computes shards such as `2/8`, each into a book of its own.
  private func compute(_ command: String, _ shards: [String]) throws -> [String] {
    let lines = shards.map { shard in
      "lorabook \(command) --jobs 1 --quiet --shard \(shard) --db \(Self.book(shard)) > id || exit 1"
    }
    let result = try scratch.bash("rm -f *.db\n" + lines.joined(separator: "\n"))
    #expect(result.status == 0 && result.errors == "", "\(command): \(result.errors)")
    return shards.map(Self.book)
  }

  private static func book(_ shard: String) -> String {
    "part-\(shard.replacing("/", with: "-of-")).db"
  }

  /// Every row of the public views, but for ids and for who computed what and when.
  private func content(_ book: String) throws -> String {
    try scratch.sqlite(
      """
      SELECT seed, d, k, profile, noise, rank, alpha, rule, optimizer, learning_rate, scale, error,
        truncation_error, variance_captured FROM runs ORDER BY 1, 2, 3, 4, 6, 8, 9, 10;
      SELECT DISTINCT seed, d, k, profile, noise, position, singular_value FROM spectra
      ORDER BY 1, 2, 3, 4, 6;
      SELECT seed, d, k, profile, rank, rule, optimizer, learning_rate, status, final_loss, share, regret,
        loss_floor, steps_to_half FROM trainings ORDER BY 1, 2, 3, 4, 5, 6, 7, 8;
      SELECT seed, d, k, profile, rank, rule, optimizer, runs.learning_rate, step, loss, grad_norm_b, alignment_in
      FROM curves JOIN runs USING (run_id) ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
      SELECT name, source, status, planned_runs, recorded_runs, spec, tags, note FROM sweeps;
      SELECT count(*) FROM cell_summary
      """, book: book)
  }

  /// Whether `verify` and `doctor` find nothing in a book.
  private func expectSound(_ book: String) throws {
    let result = try scratch.bash(
      "lorabook verify --all --quiet --db \(book) && lorabook doctor --db \(book)")
    #expect(result.status == 0, "\(book): \(result.output)\(result.errors)")
  }

  @Test(
    "however many, in any order, twice and in several merges, are the undivided sweep",
    arguments: gridCommands, ["chained", "independent"])
  func equalParts(command: String, stream: String) throws {
    let command = "\(command) --stream \(stream)"
    #expect(try scratch.bash("lorabook \(command) --quiet --db whole").status == 0)
    let whole = try content("whole")
    #expect(whole.contains("|finished|"))
    // Sixteen are more than there are streams.
    for count in [1, 3, 8, 16] {
      let books = try compute(command, (1...count).map { "\($0)/\(count)" })
      let mixed = books.enumerated().sorted { ($0.0 * 7 % count) < ($1.0 * 7 % count) }.map(\.1)
      let (first, second) = (mixed.prefix(count / 2), mixed.suffix(count - count / 2))
      if !first.isEmpty {
        let part = try scratch.bash("lorabook merge \(first.joined(separator: " ")) --db all.db")
        #expect(part.status == 1 && part.errors.contains("shards are missing"), "\(part.errors)")
        if count == 3 { for book in ["all.db", books[1]] { try expectSound(book) } }
      }
      for part in [second, mixed[...]] {
        let result = try scratch.bash("lorabook merge \(part.joined(separator: " ")) --db all.db")
        #expect(result.status == 0, "\(count): \(result.output)\(result.errors)")
        #expect(try content("all.db") == whole, "\(count) shards")
      }
      if count == 8 { try expectSound("all.db") }
    }
  }

  @Test(
    "of several cuts unite, also where they overlap", arguments: gridCommands,
    [["1/2", "3/4", "4/4"], ["2/2", "3/8", "1/4", "4/8"]])
  func mixedCuts(command: String, shards: [String]) throws {
    #expect(try scratch.bash("lorabook \(command) --quiet --db whole").status == 0)
    let books = try compute(command, shards)
    let merged = try scratch.bash("lorabook merge \(books.joined(separator: " ")) --db all.db")
    #expect(merged.status == 0, "\(merged.output)\(merged.errors)")
    #expect(try content("all.db") == content("whole"))
  }

  @Test(
    "computed with other kernels of BLAS agree to rounding, and merge names the builds",
    arguments: gridCommands)
  func otherKernels(command: String) throws {
    let result = try scratch.bash(
      """
      for shard in 1/3 2/3; do
        OPENBLAS_CORETYPE=Prescott lorabook \(command) --quiet --shard $shard --db ${shard%/*}.db
      done
      OPENBLAS_CORETYPE=Nehalem lorabook \(command) --quiet --shard 2/2 --db half.db
      lorabook merge 1.db 2.db half.db --db all.db
      """)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(
      result.errors.contains("with 2 builds of BLAS, whose numbers agree to rounding: OpenBLAS"),
      "\(result.errors)")
    #expect(result.errors.contains("Prescott") && result.errors.contains("Nehalem"))
    try expectSound("all.db")
    let same = try scratch.bash("lorabook merge 1.db 2.db --db same.db")
    #expect(!same.errors.contains("builds of BLAS"), "\(same.errors)")
  }

  @Test(
    "go on where a signal ended them, and do nothing when they are whole",
    arguments: [
      "sweep --seeds 0-2999 --shapes 48x48 --ranks 1,2",
      "train --seeds 0-39 --shapes 12x12 --ranks 2,4 --learning-rates 0.01,0.1 --steps 400",
    ], ["TERM", "KILL"])
  func signals(command: String, signal: String) throws {
    let line = "lorabook \(command) --jobs 1 --quiet --shard 1/2 --db part.db"
    let result = try scratch.bash(
      """
      count() { sqlite3 -cmd '.timeout 10000' part.db 'SELECT count(*) FROM recording' 2> /dev/null; }
      \(line) 2> said & process=$!
      for try in {1..600}; do n=$(count); [ "${n:-0}" -gt 0 ] && break; sleep 0.02; done
      kill -\(signal) $process; wait $process; echo "$? $(lorabook sql 'SELECT status FROM sweeps' --db part.db --format csv | tail -1)"
      count; \(line); count; \(line); count
      """)
    let lines = result.lines.map(String.init)
    try #require(lines.count == 6, "\(result.output)\(result.errors)")
    #expect(lines[0] == (signal == "TERM" ? "130" : "137") + " interrupted")
    let counts = [lines[1], lines[3], lines[5]].compactMap { Int($0) }
    #expect(counts.count == 3 && 0 < counts[0] && counts[0] < counts[1], "\(counts)")
    #expect(counts[1] == counts[2] && result.errors.contains("is whole"), "\(result.errors)")
    try expectSound("part.db")
    let executions = try scratch.sqlite(
      "SELECT count(*) || ' ' || group_concat(DISTINCT shard || '/' || shards) FROM executions",
      book: "part.db")
    #expect(executions == "2 1/2")
  }

  @Test("that are missing are named with the line that computes them, and resume fills them in")
  func missing() throws {
    let command = gridCommands[1]
    let books = try compute(command, ["1/3", "3/3"])
    let merged = try scratch.bash("lorabook merge \(books.joined(separator: " ")) --db all.db")
    #expect(merged.status == 1)
    #expect(merged.errors.contains("2/3 (seeds "), "\(merged.errors)")
    #expect(merged.errors.contains("--shard 2/3"), "\(merged.errors)")
    #expect(try scratch.bash("lorabook ls --db all.db --format csv").output.contains(",2/3,"))
    let resumed = try scratch.bash("lorabook resume latest --db all.db --quiet")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try scratch.bash("lorabook \(command) --quiet --db whole").status == 0)
    #expect(try content("all.db") == content("whole"))
  }

  @Test("of the same trainings with other numbers are named and not united")
  func otherNumbers() throws {
    _ = try compute(gridCommands[1], ["1/2"])
    let result = try scratch.bash(
      """
      cp part-1-of-2.db changed.db
      sqlite3 changed.db 'UPDATE training_step SET loss = loss * 1.001 WHERE run_id = 3 AND step = 1'
      lorabook merge part-1-of-2.db changed.db --db all.db; echo $?; ls all.db
      lorabook \(gridCommands[1]) --momentum 0.5 --quiet --shard 2/2 --db other.db > id
      lorabook merge part-1-of-2.db other.db --db two.db > table; echo $?
      lorabook sql 'SELECT count(*) FROM sweeps' --db two.db --format csv
      """)
    #expect(result.errors.contains("loss of step 1 of its run 3"), "\(result.errors)")
    #expect(result.errors.contains("No such file"), "\(result.errors)")
    #expect(result.lines.suffix(4) == ["1", "1", "count(*)", "2"], "\(result.output)")
    #expect(result.errors.contains("1/2 (seeds ") && result.errors.contains("2/2 (seeds "))
  }
}
