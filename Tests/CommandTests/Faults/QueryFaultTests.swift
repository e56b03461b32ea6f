import Foundation
import Testing

/// SQLite's own shell has put the faults into these books.
@Suite("A named query on a book with faults")
struct QueryFaultTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let sweep = try scratch.bash(
      """
      lorabook sweep --quiet --seeds 0-19 --shapes 12x12 --ranks 2,4 --alphas 4 \
        --rules lora,rslora,unit --profiles style --noise 0.05
      """)
    #expect(sweep.status == 0, "\(sweep.errors)")
  }

  private func query(_ line: String) throws -> [String] {
    let result = try scratch.bash("lorabook query \(line) --format csv")
    #expect(result.status == 0, "\(result.errors)")
    return result.lines.dropFirst().map(String.init)
  }

  /// Updates the summaries to match the changed runs.
  private static let resummarise = """
    DELETE FROM cell_summary WHERE metric = 'error';
    INSERT INTO cell_summary
    SELECT cell_id, 'error', count(*), avg(error), sum((error - mean) * (error - mean))
    FROM run JOIN (SELECT cell_id, avg(error) AS mean FROM run GROUP BY cell_id) USING (cell_id)
    WHERE error IS NOT NULL GROUP BY cell_id;
    """

  @Test("outliers finds the one that was put there, with its robust deviations")
  func injectedOutlier() throws {
    let own = try query("outliers --param deviations=8")
    #expect(own == [])
    _ = try scratch.sqlite(
      "UPDATE measured_run SET error = error + 1 WHERE run_id = (SELECT run_id FROM runs WHERE seed = 7 AND rank = 2 AND rule = 'rslora')"
    )
    let found = try query("outliers --param deviations=8")
    #expect(found.count == 1)
    let check = try scratch.bash(
      """
      lorabook query outliers --param deviations=8 --format json > found.json
      lorabook export > runs.csv
      python3 - <<'EOF'
      import csv, json, statistics
      row, = json.load(open('found.json'))
      assert (row['seed'], row['rank'], row['rule'], row['n']) == (7, 2, 'rslora', 20), row
      errors = [float(r['error']) for r in csv.DictReader(open('runs.csv'))
                if (r['rank'], r['rule']) == ('2', 'rslora')]
      median = statistics.median(errors)
      mad = statistics.median(abs(e - median) for e in errors)
      assert abs(row['error_median'] - median) < 1e-12 and abs(row['error_mad'] - mad) < 1e-12
      assert abs(row['deviations'] / ((row['error'] - median) / (1.4826 * mad)) - 1) < 1e-9
      assert row['error'] == max(errors)
      EOF
      """)
    #expect(check.status == 0, "\(check.errors)")
    #expect(try query("outliers --param deviations=8 --param least_n=21") == [])
  }

  @Test("outliers sees one among equals, and takes no rounding for one")
  func equalErrors() throws {
    _ = try scratch.sqlite("UPDATE measured_run SET error = 0.3 + run_id * 1e-17")
    #expect(try query("outliers") == [])
    _ = try scratch.sqlite("UPDATE measured_run SET error = 0.30001 WHERE run_id = 10")
    let found = try query("outliers")
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("10,style,1,") == true, "\(found)")
  }

  @Test("no mean takes a number that diverged or is absent in, and each is counted")
  func diverged() throws {
    _ = try scratch.sqlite(
      """
      INSERT INTO divergence SELECT run_id, 'error', 'nan' FROM runs WHERE run_id IN (SELECT run_id FROM runs WHERE seed < 3 AND rank = 2 AND rule = 'lora');
      UPDATE measured_run SET error = NULL WHERE run_id IN (SELECT run_id FROM divergence);
      UPDATE measured_run SET error = NULL
      WHERE run_id = (SELECT run_id FROM runs WHERE seed = 4 AND rank = 2 AND rule = 'lora');
      \(Self.resummarise)
      """)
    let mean = try scratch.sqlite(
      "SELECT printf('%.10f', avg(error)) FROM runs WHERE rank = 2 AND rule = 'lora'")
    let rows = try scratch.bash(
      """
      lorabook query error-by-rank --format json | python3 -c '
      import json, sys
      for r in json.load(sys.stdin):
          print(r["rank"], r["rule"], r["n"], r["diverged"], r["absent"], "%.10f" % r["error_mean"])'
      """)
    #expect(rows.lines.first == "2 lora 16 3 1 \(mean)", "\(rows.output)\(rows.errors)")
    #expect(rows.lines.dropFirst().allSatisfy { $0.contains(" 20 0 0 ") }, "\(rows.output)")
    // It is no candidate, because its mean leaves the diverged runs out.
    let best = try query("best-setting --param most_rank=2")
    #expect(best.count == 1)
    #expect(best.first?.contains(",rslora,") == true, "\(best)")
    #expect(best.first?.hasSuffix(",1,2") == true, "\(best)")
    // Rules are compared only where all of them have a number.
    let wins = try query("winning-rule")
    #expect(wins.first?.contains(",16,16,0,") == true, "\(wins)")
    #expect(wins.first?.hasSuffix(",4,1") == true, "\(wins)")
    #expect(wins.last?.contains(",20,20,0,") == true, "\(wins)")
    // The parts are from the same runs, or missing.
    let parts = try query("error-parts --param rule=lora")
    #expect(parts.first?.hasSuffix(",,,,,,1") == true, "\(parts)")
    #expect(parts.last?.hasSuffix(",0,4") == true, "\(parts)")
    let outliers = try query("outliers --param deviations=8")
    #expect(outliers.count == 3)
    #expect(outliers.allSatisfy { $0.contains(",nan,") && $0.hasSuffix(",,1") }, "\(outliers)")
  }

  @Test("disagreeing-repeats compares sweeps on the updates that they share")
  func repeats() throws {
    let second = try scratch.bash(
      """
      lorabook sweep --quiet --seeds 5-30 --shapes 12x12 --ranks 2,8 --alphas 4 \
        --rules lora,rslora --profiles linear:5:0.5:4 --noise 0.05 --name again
      """)
    #expect(second.status == 0, "\(second.errors)")
    #expect(try query("disagreeing-repeats") == [])
    _ = try scratch.sqlite(
      """
      UPDATE measured_run SET error = error + 1e-3 WHERE run_id = (
        SELECT run_id FROM runs WHERE sweep = 'again' AND seed = 9 AND rank = 2 AND rule = 'lora');
      UPDATE measured_run SET error = error + 1 WHERE run_id = (
        SELECT run_id FROM runs WHERE sweep = 'again' AND seed = 25 AND rank = 2 AND rule = 'lora');
      INSERT INTO divergence SELECT run_id, 'error', 'inf' FROM (
        SELECT run_id FROM runs WHERE sweep = 'again' AND seed = 8 AND rank = 2 AND rule = 'lora');
      UPDATE measured_run SET error = NULL WHERE run_id IN (SELECT run_id FROM divergence);
      UPDATE measured_run SET error = NULL WHERE run_id = (
        SELECT run_id FROM runs WHERE sweep = 'again' AND seed = 7 AND rank = 2 AND rule = 'lora');
      """)
    for sweep in ["again", "1"] {
      let found = try query("disagreeing-repeats --param sweep=\(sweep)")
      // A diverged value beside a finite one comes first; seed 25 has no repeat, seed 7 no number.
      #expect(found.count == 2)
      #expect(found.first?.contains(",8,12,12,0.05,2,4,lora,2,2,2,") == true, "\(found)")
      #expect(found.first?.contains(",inf,") == true, "\(found)")
      #expect(found.last?.contains(",9,12,12,0.05,2,4,lora,2,2,2,") == true, "\(found)")
    }
    #expect(try query("disagreeing-repeats --param tolerance=0.01").count == 1)
  }

  @Test("an update without a spectrum is counted, and its runs say what it captures")
  func withoutSpectra() throws {
    _ = try scratch.sqlite("DELETE FROM spectrum_block WHERE update_id <= 5")
    let ranks = try query("effective-rank")
    #expect(ranks.first?.hasPrefix("style,12,12,0.05,20,15,") == true, "\(ranks)")
    let variance = try query("rank-for-variance --param share=0.5")
    #expect(
      variance.first?.hasPrefix("style,12,12,0.05,0.5,20,15,1,1,1,2,2,2,0") == true, "\(variance)")
    _ = try scratch.sqlite("DELETE FROM spectrum_block")
    #expect(try query("effective-rank").first?.hasPrefix("style,12,12,0.05,20,0,,") == true)
    #expect(try query("spectrum-decay") == [])
    #expect(
      try query("rank-for-variance --param share=0.5") == ["style,12,12,0.05,0.5,20,0,,,,2,2,2,0"])
  }

  @Test("sweep-cost divides the runs by the seconds, and leaves what has not ended empty")
  func cost() throws {
    _ = try scratch.sqlite(
      """
      UPDATE sweep SET started_at = '2026-01-01T23:59:00.000Z', finished_at = '2026-01-02T00:00:30.500Z';
      UPDATE execution SET jobs = 2, processor = 'P';
      INSERT INTO sweep (uuid, name, status, source, started_at, planned_runs, spec)
      VALUES ('00000000-0000-0000-0000-000000000000', 'r', 'running', 'sweep', '2026-01-01T00:00:00Z', 5, '');
      INSERT INTO tag VALUES (1, 't');
      """)
    #expect(
      try query("sweep-cost") == [
        "2,r,running,sweep,0,5,,,,", "1,article,finished,sweep,120,120,90.5,1.3,2,P",
      ])
    #expect(try query("sweep-cost --param tag=t").count == 1)
  }
}
