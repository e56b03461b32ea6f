import Foundation
import TestSupport
import Testing

@Suite("A trained sweep")
struct TrainedSweepTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let result = try scratch.bash("lorabook train \(smallTraining) --quiet")
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test("is verified by training it again, to the bit where it was trained")
  func verified() throws {
    let result = try scratch.lorabook("verify", "latest", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    let rows = result.lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let curve = try #require(rows.first { $0[2] == "curve" })
    #expect(curve[3] == "training again")
    // Every number of each recorded step, for diverged trainings up to their ends.
    #expect(Int(curve[4]) ?? 0 > 240 * 15 * 5)
    #expect(curve[4] == curve[5])
    #expect(curve[6] == "0")
    let summary = try #require(rows.first { $0[2] == "summary" })
    #expect(summary[4] == "4320" && summary[6] == "0")
  }

  @Test(
    "is found to be damaged where a number, a setting or a row was changed",
    arguments: [
      (
        "UPDATE training_step SET grad_norm_b = grad_norm_b * 1.000001 WHERE run_id = 11 AND step = 3",
        "grad_norm_b of step 3 in run 11"
      ),
      (
        "UPDATE training_step SET loss = loss + 1e-6 WHERE run_id = 12 AND step = 0",
        "loss of step 0 in run 12"
      ),
      ("DELETE FROM training_step WHERE run_id = 13 AND step = 6", "of step 6 in run 13"),
      ("INSERT INTO training_step (run_id, step) VALUES (13, 7)", "step of step 7 in run 13"),
      ("UPDATE training_run SET share = share + 1e-6 WHERE run_id = 11", "share in run 11"),
      ("UPDATE training_run SET steps_to_half = 39 WHERE run_id = 11", "steps_to_half in run 11"),
      (
        "UPDATE measured_run SET error = error * 1.00001 WHERE run_id = 11", "final_error in run 11"
      ),
      ("UPDATE training SET lr_ratio = 2 WHERE training_id = 1", "lr_ratio of run 1"),
      ("UPDATE training SET learning_rate = 0.02 WHERE training_id = 2", "learning_rate of run 2"),
      ("UPDATE cell SET scale = scale * 1.0000001 WHERE cell_id = 4", "run 4"),
      (
        """
        UPDATE recording SET item = item + 1000 WHERE item IN (0, 1);
        UPDATE recording SET item = 1001 - item WHERE item >= 1000
        """, "of run 1"
      ),
      (
        """
        INSERT INTO sweep (uuid, name, status, source, started_at, planned_runs, spec)
        SELECT replace(uuid, substr(uuid, 1, 8), '00000000'), 'other', status, source, started_at, 0, spec FROM sweep;
        INSERT INTO sweep_profile SELECT 2, prescription_id, label FROM sweep_profile;
        UPDATE cell SET sweep_id = 2 WHERE cell_id = 11
        """, "sweep_id of run 11"
      ),
      ("UPDATE spectrum_block SET s2 = s2 * 1.0001 WHERE block_id = 1024", "singular value 2"),
    ])
  func damaged(sql: String, place: String) throws {
    _ = try scratch.sqlite(sql)
    let result = try scratch.lorabook("verify", "1", "--format", "csv")
    #expect(result.status == 1, "\(result.errors)")
    #expect((result.output + result.errors).contains(place), "\(result.errors)\n\(result.output)")
  }

  @Test("is not called damaged where another machine's rounding has grown")
  func otherKernels() throws {
    let trained = try scratch.bash(
      """
      OPENBLAS_CORETYPE=Prescott lorabook train --quiet --db other.db --seeds 0 --shapes 24x24 \
        --profiles facts --ranks 8 --optimizers adamw --learning-rates 0.1,0.3162 --steps 300
      """)
    #expect(trained.status == 0, "\(trained.errors)")
    let result = try scratch.bash("lorabook verify latest --db other.db")
    #expect(result.status == 0, "\(result.errors)\n\(result.output)")
    // Were it not judged by twins, late numbers would deviate.
    #expect(result.errors.contains("judged by perturbed twins"), "\(result.errors)")
    // A digit in a number that is determined is found all the same.
    _ = try scratch.sqlite(
      "UPDATE training_step SET loss = loss * 1.0001 WHERE run_id = 1 AND step = 2",
      book: "other.db")
    let damaged = try scratch.bash("lorabook verify latest --db other.db")
    #expect(damaged.status == 1)
    #expect(damaged.errors.contains("loss of step 2 in run 1"), "\(damaged.errors)")
  }

  @Test("is sound for the doctor, who finds what contradicts itself")
  func examined() throws {
    let sound = try scratch.lorabook("doctor")
    #expect(sound.status == 0, "\(sound.output)\(sound.errors)")
    for (sql, words) in [
      ("DELETE FROM training_step WHERE run_id = 11 AND step = 0", "run 11 has no curve"),
      (
        "DELETE FROM training_step WHERE run_id = 12 AND step = 40",
        "run 12 has a curve that does not reach"
      ),
      (
        "UPDATE training_run SET final_loss = 3 WHERE run_id = 13",
        "run 13 has a final loss that is not"
      ),
      ("UPDATE training_run SET regret = 3 WHERE run_id = 14", "run 14 has a regret"),
      ("DELETE FROM training_run WHERE run_id = 15", "run 15 has no summary"),
      ("UPDATE cell SET training_id = NULL WHERE cell_id = 16", "run 16 has no settings"),
    ] {
      // A finding stands for others of its kind, so each damage has a book of its own.
      _ = try scratch.bash("cp lorabook.db damaged.db")
      _ = try scratch.sqlite(sql, book: "damaged.db")
      let found = try scratch.bash("lorabook doctor --db damaged.db --format csv")
      #expect(found.status == 1)
      #expect(found.output.contains(words), "\(words)\n\(found.output)")
    }
  }

  @Test("is exported run by run and step by step, and filtered")
  func exported() throws {
    let trainings = try scratch.lorabook("export", "latest", "--table", "trainings")
    #expect(trainings.lines.count == 1 + 240)
    #expect(
      trainings.lines.first
        == "run_id,sweep_id,sweep,seed,d,k,profile,noise,rank,alpha,rule,scale,optimizer,learning_rate,lr_ratio,momentum,nesterov,beta1,beta2,eps,weight_decay,schedule,warmup,steps,init,init_seed,inputs,samples,batch,data_seed,record,divergence,status,diverged_at,final_loss,final_error,best_error,best_step,truncation_error,variance_captured,loss_floor,share,regret,steps_to_half,steps_to_90,steps_to_99,sharpness_start,sharpness_end"
    )
    let ids = trainings.lines.dropFirst().compactMap { Int($0.prefix { $0 != "," }) }
    #expect(ids == Array(1...240))
    let curves = try scratch.lorabook(
      "export", "latest", "--table", "curves", "--where", "step <= 2 AND run_id BETWEEN 11 AND 14")
    let places = curves.lines.dropFirst().map { $0.split(separator: ",") }
      .map { "\($0[0]) \($0[3])" }
    #expect(places == (11...14).flatMap { run in (0...2).map { "\(run) \($0)" } })
    let runs = try scratch.lorabook("export", "latest")
    let diverged = try scratch.sqlite("SELECT count(*) FROM trainings WHERE status = 'diverged'")
    #expect(Int(diverged) ?? 0 > 0)
    #expect("\(runs.lines.count { $0.contains(",nan,") })" == diverged)
  }

  @Test("is merged with its settings, summaries and curves, and agrees with itself")
  func merged() throws {
    _ = try scratch.bash(
      "lorabook train --quiet --db other.db --seeds 7 --shapes 6x5 --ranks 2 --steps 9 --name other"
    )
    let merged = try scratch.bash("lorabook merge --db other.db lorabook.db")
    #expect(merged.status == 0, "\(merged.errors)")
    func rows(_ book: String) throws -> String {
      try scratch.sqlite(
        """
        SELECT seed, profile, rank, rule, optimizer, learning_rate, status, final_loss, share FROM trainings
        WHERE sweep = 'signal';
        SELECT step, loss, grad_norm_b, alignment_in FROM curves WHERE sweep = 'signal';
        SELECT count(*), count(DISTINCT training_id) FROM cell WHERE sweep_id = (SELECT sweep_id FROM sweep WHERE name = 'signal');
        """, book: book)
    }
    #expect(try rows("other.db") == rows("lorabook.db"))
    #expect(try scratch.bash("lorabook doctor --db other.db").status == 0)
    #expect(try scratch.bash("lorabook verify signal --db other.db").status == 0)
    let again = try scratch.bash("lorabook merge --db other.db lorabook.db --format csv")
    #expect(again.status == 0)
    #expect(again.output.contains(",signal,present,0,"), "\(again.output)")
    _ = try scratch.sqlite(
      "UPDATE training_step SET grad_norm_b = 1.5 WHERE step = 1 AND run_id = 3")
    let conflict = try scratch.bash("lorabook merge --db other.db lorabook.db --format csv")
    #expect(conflict.status == 1)
    #expect(conflict.output.contains("grad_norm_b of step 1 of its run 3"), "\(conflict.output)")
  }

  @Test("is backed up whole")
  func backedUp() throws {
    #expect(try scratch.bash("lorabook backup copy.db").status == 0)
    try scratch.expectSameTables("copy.db", as: "lorabook.db")
    #expect(try scratch.bash("lorabook verify latest --quiet --db copy.db").status == 0)
  }

  @Test("is imported where it was exported, with its settings, its results and its curves")
  func imported() throws {
    let imported = try scratch.bash(
      """
      for table in runs trainings curves; do lorabook export latest --table $table -o $table.csv; done
      lorabook import trainings.csv curves.csv --db copy.db && lorabook doctor --db copy.db &&
      lorabook verify --all --db copy.db
      """)
    #expect(imported.status == 0, "\(imported.output)\(imported.errors)")
    #expect(imported.errors.contains("curves.csv: left out 'learning_rate', 'error'"))
    #expect(
      try scratch.sqlite("SELECT name, source, recorded_runs FROM sweeps", book: "copy.db")
        == "signal|import|240")
    let runs =
      "seed, d, k, profile, noise, rank, alpha, rule, scale, error, truncation_error, variance_captured"
    #expect(
      try scratch.sqlite("SELECT \(runs) FROM runs ORDER BY run_id", book: "copy.db")
        == scratch.sqlite("SELECT \(runs) FROM runs ORDER BY run_id"))
    // Every number of a training and of its curve, to the bit.
    for (table, column, rows) in [
      ("trainings", "final_loss", "TRUE"), ("trainings", "share", "TRUE"),
      ("trainings", "steps_to_half", "TRUE"), ("curves", "loss", "step = 40"),
      ("curves", "alignment_in", "step = 3"),
    ] {
      let there = try scratch.sqlite(
        "SELECT printf('%.17g', \(column)) FROM \(table) WHERE \(column) IS NOT NULL AND \(rows) ORDER BY run_id"
      )
      let here = try scratch.sqlite(
        "SELECT printf('%.17g', value) FROM metrics WHERE metric = '\(column)' AND \(rows) ORDER BY run_id",
        book: "copy.db")
      #expect(here == there && there.count > 100, "\(column)")
    }
    #expect(
      try scratch.sqlite(
        """
        SELECT value, count(*) FROM params WHERE name = 'optimizer' GROUP BY value;
        SELECT count(DISTINCT value) FROM params WHERE name = 'learning_rate';
        SELECT count(*) > 0 FROM runs WHERE error_diverged = 'nan'
        """, book: "copy.db") == "adamw|120\nsgd|120\n5\n1")
    // Again from there, and without --table.
    let again = try scratch.bash(
      """
      lorabook export signal --db copy.db -o again.csv && lorabook import again.csv --db again.db
      lorabook import runs.csv --db runs.db && lorabook doctor --db runs.db
      """)
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      try scratch.sqlite("SELECT \(runs) FROM runs ORDER BY run_id", book: "again.db")
        == scratch.sqlite("SELECT \(runs) FROM runs ORDER BY run_id"))
  }

  @Test("leaves nothing behind when it is removed")
  func removed() throws {
    let removed = try scratch.lorabook("rm", "signal", "--yes")
    #expect(removed.status == 0, "\(removed.errors)")
    for table in ["training", "training_run", "training_step", "cell", "delta", "measured_run"] {
      #expect(try scratch.sqlite("SELECT count(*) FROM \(table)") == "0", "\(table)")
    }
  }

  @Test("is reported with its answers, and with pictures")
  func reported() throws {
    let result = try scratch.bash("lorabook report latest -o page.html")
    #expect(result.status == 0, "\(result.errors)")
    let page = try scratch.page("page.html")
    #expect(page.faults == [])
    for words in [
      "What the trainings answer", "The best learning rate by rank", "lorabook verify",
      "lorabook train sweep.yaml",
    ] {
      let text = try scratch.read("page.html")
      #expect(text.contains(words), "\(words)")
    }
    #expect(page.elements["svg"] == 3)
  }

  @Test("is reported beside another with the answers of each, at one rate and at best rates")
  func reportedTogether() throws {
    let result = try scratch.bash(
      """
      lorabook train --shapes 12x10 --ranks 1,2,4 --learning-rates 1e-2:1:2 --steps 40 --seeds 2-3 \
        --name second --quiet > id
      lorabook report signal second -o page.html
      """)
    #expect(result.status == 0, "\(result.errors)")
    let page = try scratch.page("page.html")
    #expect(page.faults == [])
    #expect(page.headings.count { $0 == "What the trainings answer" } == 2)
    #expect(page.headings.count { $0.hasPrefix("The best learning rate by rank") } == 2)
    let text = try scratch.read("page.html")
    #expect(text.contains("The same with each side at its best learning rate"))
    #expect(!text.contains("The rules against each other"))
  }
}
