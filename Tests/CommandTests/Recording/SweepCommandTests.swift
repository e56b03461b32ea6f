import Foundation
import TestSupport
import Testing

@Suite("lorabook sweep")
struct SweepCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("Without arguments it runs the article's experiment into lorabook.db")
  func article() throws {
    let result = try scratch.lorabook("sweep")
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(
      result.output.hasPrefix(
        "Sweep 1 'article': 24 of 24 runs, finished\nlora has the least error in "))
    for title in [
      "Largest singular values", "Error by rank", "Scale s by rank", "Variance captured",
    ] {
      #expect(result.output.contains("\n\(title)"))
    }
    #expect(try scratch.files() == ["lorabook.db"])
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "24")
  }

  @Test("The recorded runs are those of the NumPy reference")
  func numbers() throws {
    _ = try scratch.lorabook("sweep")
    let article = try #require(try NumPyReference.load().cases.first { $0.name == "article" })
    let reference = article.updates.flatMap { update in
      update.runs.map { (profile: update.profile, run: $0) }
    }
    let rows = try scratch.sqlite(
      """
      SELECT profile, rank, rule, printf('%!.17g', scale), printf('%!.17g', error),
        printf('%!.17g', truncation_error), printf('%!.17g', variance_captured)
      FROM runs ORDER BY run_id
      """
    ).split(separator: "\n").map { $0.split(separator: "|") }
    #expect(rows.count == 24)
    #expect(reference.count == 24)
    for (row, (profile, expected)) in zip(rows, reference) {
      #expect(row[0] == profile)
      #expect(row[1] == "\(expected.rank)")
      #expect(row[2] == expected.rule)
      for (text, number) in zip(
        row[3...],
        [
          expected.scale, expected.error, expected.truncationError, expected.varianceCaptured,
        ])
      {
        let recorded = try #require(Double(text))
        #expect(abs(recorded - number) <= 1e-10)
      }
    }
  }

  @Test("What is recorded is the same whatever --jobs says, large shapes included")
  func jobs() throws {
    let tables = try ["1", "2", "5"].map { jobs in
      let book = "jobs\(jobs).db"
      let result = try scratch.lorabook(
        "sweep", "--db", book, "--seeds", "0-9", "--shapes", "24x16,520x513,8x40", "--ranks",
        "1,4,8", "--profiles", "style,power:1.2", "--jobs", jobs, "--quiet")
      #expect(result.status == 0, "\(result.errors)")
      return try scratch.sqlite(
        """
        SELECT run_id, update_id, cell_id, seed, d, k, profile, rank, rule, printf('%!.17g', error),
          printf('%!.17g', truncation_error), printf('%!.17g', variance_captured) FROM runs;
        SELECT update_id, position, printf('%!.17g', singular_value) FROM spectra;
        SELECT cell_id, metric, n, printf('%!.17g', mean), printf('%!.17g', squared_deviations)
        FROM cell_summary;
        """, book: book)
    }
    #expect(tables[0].count > 100_000)
    #expect(tables[0] == tables[1])
    #expect(tables[0] == tables[2])
  }

  @Test("An update that the book holds is not computed again, and is stored once")
  func reuse() throws {
    _ = try scratch.lorabook("sweep", "--seeds", "0-4")
    // A spectrum that no computation gives shows the source of the second sweep's spectrum.
    _ = try scratch.sqlite("UPDATE spectrum_block SET s1 = 7 WHERE block_id % 1024 = 0")
    _ = try scratch.lorabook("sweep", "--seeds", "0-5", "--alphas", "8")
    #expect(try scratch.sqlite("SELECT count(*) FROM weight_update") == "12")
    #expect(
      try scratch.sqlite(
        "SELECT DISTINCT seed FROM spectra WHERE position = 1 AND singular_value <> 7") == "5")
    #expect(
      try scratch.sqlite(
        """
        SELECT count(*) FROM runs
        WHERE sweep_id = 2 AND seed < 5 AND profile = 'style' AND rank = 48
          AND variance_captured > 0.999
        """) == "10")
    #expect(try scratch.sqlite("PRAGMA foreign_key_check") == "")
  }

  @Test("--dry-run says how many updates and runs there would be, and writes nothing")
  func dryRun() throws {
    let result = try scratch.lorabook("sweep", "--seeds", "0-99", "--dry-run")
    #expect(result.status == 0)
    #expect(
      result.output
        == "200 updates, 2400 runs: 100 seeds × 1 shape × 1 noise level × 2 profiles × 6 ranks × 1 alpha × 2 rules\n"
    )
    #expect(try scratch.files() == [])
  }

  @Test("--quiet prints the sweep's id alone")
  func quiet() throws {
    #expect(try scratch.lorabook("sweep", "--quiet").output == "1\n")
    #expect(try scratch.lorabook("sweep", "--quiet").output == "2\n")
    #expect(try scratch.sqlite("SELECT name FROM sweeps ORDER BY sweep_id") == "article\narticle-2")
  }

  @Test("A sweep keeps what it takes to trust and repeat it")
  func provenance() throws {
    let commit = try scratch.bash(
      """
      git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x &&
      lorabook sweep --note "it's" --quiet >&2 && git rev-parse HEAD
      """)
    #expect(commit.status == 0, "\(commit.errors)")
    let row = try scratch.sqlite(
      """
      SELECT length(uuid) || '|' || status || '|' || source || '|' || planned_runs || '|' ||
        recorded_runs || '|' || command || '|' || jobs || '|' || lapack_threads || '|' ||
        (lapack LIKE 'OpenBLAS%') || '|' || (started_at <= finished_at) || '|' || (host <> '') ||
        '|' || lorabook_version || '|' || git_commit FROM sweeps
      """)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    #expect(
      row
        == "36|finished|sweep|24|24|lorabook sweep --note 'it'\\''s' --quiet|\(cores)|\(cores)|1|1|1|0.1.0|"
        + commit.output.trimmingCharacters(in: .newlines))
    #expect(
      try scratch.sqlite("SELECT spec FROM sweeps")
        == """
        seeds: [42]
        shapes: [64x64]
        noise: [0.01]
        profiles: [style, facts]
        ranks: [2, 4, 8, 16, 32, 48]
        alphas: [16]
        rules: [lora, rslora]
        stream: chained
        """)
  }

  @Test("The recorded spec, run again, records the same runs")
  func specRoundTrip() throws {
    try scratch.write("3\n2.5\n1\n", to: "spectrum, measured.txt")
    try scratch.write(
      """
      seeds: 3,7-9
      shapes: [32x24, 8x8]
      noise: [0, 1e-3]
      profiles: [style, "power:1.2", "file:spectrum, measured.txt"]
      ranks: 1-8:3
      alphas: [0.5, 16]
      rules: lora, power:0.75, unit
      stream: independent
      """, to: "first.yaml")
    let first = try scratch.lorabook("sweep", "first.yaml")
    #expect(first.status == 0, "\(first.errors)")
    try scratch.write(
      try scratch.sqlite("SELECT spec FROM sweeps WHERE sweep_id = 1"), to: "again.yaml")
    let again = try scratch.lorabook("sweep", "again.yaml", "--db", "again.db")
    #expect(again.status == 0, "\(again.errors)")
    let columns = "seed, d, k, profile, noise, rank, alpha, rule, scale, error, variance_captured"
    let runs = "SELECT \(columns) FROM runs ORDER BY run_id"
    let recorded = try scratch.sqlite(runs)
    #expect(recorded.split(separator: "\n").count == 4 * 2 * 2 * 3 * 3 * 2 * 3)
    #expect(try scratch.sqlite(runs, book: "again.db") == recorded)
    #expect(
      try scratch.sqlite("SELECT spec FROM sweeps", book: "again.db")
        == scratch.sqlite("SELECT spec FROM sweeps"))
  }
}
