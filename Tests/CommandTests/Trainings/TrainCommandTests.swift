import Foundation
import Glibc
import TestSupport
import Testing

/// A small grid of trainings.
let smallTraining = """
  --seeds 0-1 --shapes 12x10 --ranks 1,2,4 --learning-rates 1e-2:1:2 --steps 40
  """

@Suite("lorabook train")
struct TrainCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A case: the arguments after `train`, and what the message must hold.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var arguments: String
    var words: [String]
    var status: Int32 = 64
    var testDescription: String { arguments }
  }

  @Test(
    "refuses what cannot be meant before anything is computed",
    arguments: [
      Refusal(
        arguments: "--learning-rates 0", words: ["--learning-rates: '0' is not above 0", "1e-3"]),
      Refusal(arguments: "--learning-rates -0.1", words: ["'-0.1' is not above 0"]),
      Refusal(arguments: "--learning-rates nan", words: ["'nan' is not finite"]),
      Refusal(arguments: "--learning-rates inf", words: ["'inf' is not finite"]),
      Refusal(arguments: "--learning-rates 1:1e-3:4", words: ["reversed", "1e-3:1:4"]),
      Refusal(
        arguments: "--learning-rates 1e-3:1:100000",
        words: ["300001 rates", "trainings and about", "in the book", "at most 10000"]),
      Refusal(arguments: "--steps 0", words: ["--steps: '0' is out of range"]),
      Refusal(
        arguments: "--batches 4 --samples 8", words: ["--batches: '4'", "samples 8", "not both"]),
      Refusal(
        arguments: "--warmup 301", words: ["--warmup: '301' is longer than the training of 300"]),
      Refusal(
        arguments: "--optimizers adamv",
        words: ["'adamv' is no optimizer", "Did you mean adam", "sgd, adam, adamw"]),
      Refusal(
        arguments: "--optimizers adamw --momentum 0.9", words: ["--momentum: '0.9' is sgd's"]),
      Refusal(arguments: "--nesterov", words: ["--nesterov: 'true' needs a momentum"]),
      Refusal(arguments: "--beta1 1", words: ["--beta1: '1' is not below 1"]),
      Refusal(arguments: "--eps 0", words: ["--eps: '0' is not above 0"]),
      Refusal(arguments: "--lr-ratio 0", words: ["--lr-ratio: '0' is not above 0"]),
      Refusal(arguments: "--schedules cosin", words: ["Did you mean cosine?"]),
      Refusal(arguments: "--inits xavier", words: ["'xavier' is no initialisation"]),
      Refusal(arguments: "--inputs powr:1", words: ["Did you mean power:P?"]),
      Refusal(arguments: "--record evry:5", words: ["Did you mean every:N?"]),
      Refusal(
        arguments: "--shapes 20000x20000 --ranks 2", words: ["'20000x20000' needs about", "GB"]),
      Refusal(arguments: "--ranks 65", words: ["'65' is above min(d, k) = 64"]),
      Refusal(arguments: "signl", words: ["Did you mean 'signal'?"], status: 66),
      Refusal(arguments: "--jobs 0", words: ["--jobs: '0'"]),
    ])
  func refused(refusal: Refusal) throws {
    let result = try scratch.bash("lorabook train \(refusal.arguments)")
    #expect(result.status == refusal.status, "\(result.errors)")
    #expect(result.output == "")
    for word in refusal.words { #expect(result.errors.contains(word), "\(result.errors)") }
    #expect(try scratch.files() == [])
  }

  @Test("reads a YAML file, and points to the line that is wrong")
  func file() throws {
    try scratch.write(
      """
      seeds: 7
      shapes: 12x10
      ranks: [1, 2]
      optimizers: adam
      learning_rates: 0.1:1:1
      steps: 5
      weight_decay: 0.01
      init_seed: 3
      record: [0, 2]
      """, to: "mine.yaml")
    let result = try scratch.bash("lorabook train mine.yaml --quiet --lr-ratio 4")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try scratch.sqlite(
        """
        SELECT DISTINCT sweep, seed, d, k, optimizer, weight_decay, init_seed, lr_ratio, record, steps
        FROM trainings
        """) == "mine|7|12|10|adam|0.01|3|4.0|0,2|5")
    #expect(try scratch.sqlite("SELECT group_concat(DISTINCT step) FROM curves") == "0,2,5")
    try scratch.write("steps: 5\nwarmup: 6\n", to: "bad.yaml")
    let bad = try scratch.lorabook("train", "bad.yaml")
    #expect(bad.status == 65)
    #expect(bad.errors.hasPrefix("lorabook: bad.yaml:2:9: warmup: '6' is longer"), "\(bad.errors)")
    try scratch.write("momentum: 0.9\n", to: "sweep.yaml")
    let sweep = try scratch.lorabook("sweep", "sweep.yaml")
    #expect(sweep.status == 65)
    #expect(sweep.errors.contains("'momentum' is no field of a spec"))
  }

  @Test("says what a grid costs, and makes nothing")
  func dryRun() throws {
    let result = try scratch.bash("lorabook train \(smallTraining) --dry-run")
    #expect(result.status == 0)
    let lines = result.lines
    #expect(
      lines.first
        == "4 updates, 240 trainings of 40 steps: 2 seeds × 1 shape × 1 noise level × 2 profiles × 3 ranks × 2 optimizers × 1 init × 1 schedule × 1 batch × 1 alpha × 2 rules × 5 learning rates"
    )
    // At rank 1 both rules have s = α.
    #expect(lines[1].hasPrefix("40 of them have the scale and rate of another one"))
    #expect(lines[2].hasPrefix("to compute: 8000 steps, about "))
    #expect(lines[3].hasPrefix("to keep: 12 points of each curve, about "))
    #expect(try scratch.files() == [])
  }

  @Test("records the same whatever --jobs says, and after Ctrl-C and resume")
  func same() throws {
    func rows(_ book: String) throws -> String {
      try scratch.sqlite(
        """
        SELECT run_id, seed, profile, rank, rule, learning_rate, status, final_loss, share FROM trainings;
        SELECT run_id, step, loss, grad_norm_b, step_gain FROM curves;
        SELECT metric, n, mean, squared_deviations FROM cell_summary;
        """, book: book)
    }
    for jobs in [1, 3] {
      let result = try scratch.bash(
        "lorabook train \(smallTraining) --quiet --db \(jobs).db --jobs \(jobs)")
      #expect(result.status == 0, "\(result.errors)")
    }
    let whole = try rows("1.db")
    #expect(try rows("3.db") == whole)
    #expect(
      try scratch.sqlite("SELECT status, recorded_runs, planned_runs FROM sweeps", book: "1.db")
        == "finished|240|240")
    // A book of a sweep that was cut short: some of its items are gone.
    _ = try scratch.bash("cp 1.db cut.db")
    _ = try scratch.sqlite(
      """
      PRAGMA foreign_keys = OFF;
      DELETE FROM training_step WHERE run_id BETWEEN 71 AND 100;
      DELETE FROM training_run WHERE run_id BETWEEN 71 AND 100;
      DELETE FROM divergence WHERE run_id BETWEEN 71 AND 100;
      DELETE FROM measured_run WHERE run_id BETWEEN 71 AND 100;
      DELETE FROM recording WHERE recording_id BETWEEN 71 AND 100;
      UPDATE sweep SET status = 'interrupted', recorded_runs = 210, finished_at = NULL;
      """, book: "cut.db")
    let resumed = try scratch.bash("lorabook resume 1 --quiet --db cut.db")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(
      try scratch.sqlite(
        """
        SELECT count(*), count(DISTINCT item), max(item) FROM recording;
        SELECT seed, rank, rule, profile, learning_rate, optimizer, final_loss FROM trainings
        ORDER BY 1, 2, 3, 4, 5, 6;
        """, book: "cut.db")
        == scratch.sqlite(
          """
          SELECT count(*), count(DISTINCT item), max(item) FROM recording;
          SELECT seed, rank, rule, profile, learning_rate, optimizer, final_loss FROM trainings
          ORDER BY 1, 2, 3, 4, 5, 6;
          """, book: "1.db"))
  }

  @Test("Ctrl-C keeps whole items, and resume finishes them")
  func interrupted() throws {
    let process = try scratch.startShell(
      "exec lorabook train --seeds 0-50 --ranks 2,4 --quiet --jobs 1 2> said")
    for _ in 0..<1200 {
      if try scratch.files().contains("lorabook.db"),
        (Int(try scratch.sqlite("SELECT ifnull(sum(recorded_runs), 0) FROM sweep")) ?? 0) > 0
      {
        break
      }
      usleep(25_000)
    }
    #expect(process.end(SIGINT) == 130)
    #expect(try scratch.read("said").hasSuffix("  lorabook resume 1 --db lorabook.db\n"))
    #expect(
      try scratch.sqlite(
        """
        SELECT status, recorded_runs % 26, recorded_runs < planned_runs,
          recorded_runs = (SELECT count(*) FROM training_run)
        FROM sweep
        """) == "interrupted|0|1|1")
    #expect(try scratch.lorabook("doctor").status == 0)
    let shown = try scratch.lorabook("show", "latest")
    #expect(shown.output.contains("lorabook resume 1"))
  }

  @Test("shows its answers first, and its cells in other formats")
  func shown() throws {
    let trained = try scratch.bash("lorabook train \(smallTraining)")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.hasPrefix("Sweep 1 'signal': "))
    for words in [
      "The learning signal at the start", "The best learning rate by rank",
      "sgd: a learning rate tuned at r = 1 loses ", " of what r = 4 could learn under lora",
      "Intervals at best rates ignore that the rates were chosen.",
    ] {
      #expect(trained.output.contains(words), "\(words)")
    }
    #expect(try scratch.lorabook("show", "latest").output == trained.output)
    let cells = try scratch.lorabook("show", "latest", "--format", "csv")
    #expect(cells.lines.count == 1 + 120)
    #expect(cells.lines.first?.contains("optimizer,learning_rate") == true)
  }

  @Test("gives pictures of curves, learning rates and the signal, and says what it cannot draw")
  func pictures() throws {
    _ = try scratch.bash("lorabook train \(smallTraining) --quiet && lorabook sweep --quiet")
    for kind in ["curve", "learning-rate", "signal"] {
      let script = try scratch.lorabook("plot", "signal", "--kind", kind, "--script")
      #expect(script.status == 0, "\(script.errors)")
      #expect(script.output.contains("style, sgd"), "\(kind)")
      let alone = try scratch.lorabook(
        "plot", "signal", "--kind", kind, "--script", "--optimizer", "sgd", "--profile", "style")
      #expect(alone.status == 0, "\(alone.errors)")
      #expect(!alone.output.contains("adamw"), "\(kind)")
      let none = try scratch.lorabook("plot", "article", "--kind", kind, "--script")
      #expect(none.status == 1)
      #expect(none.errors.contains("nothing of it was trained"), "\(none.errors)")
      let log = try scratch.lorabook("plot", "signal", "--kind", kind, "--log", "--script")
      #expect(log.status == 64)
    }
    // One rule leaves nothing to select, though the learning rates are too many lines.
    _ = try scratch.bash(
      "lorabook train --ranks 1,2 --shapes 8x8 --profiles style --rules lora --steps 5 --name one --quiet"
    )
    let many = try scratch.lorabook("plot", "one")
    #expect(many.status == 64)
    #expect(many.errors.contains("No option selects fewer."), "\(many.errors)")
    #expect(!many.errors.contains("Select with ."), "\(many.errors)")
    let unknown = try scratch.lorabook("plot", "signal", "--kind", "curve", "--optimizer", "sdg")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("Did you mean 'sgd'?"), "\(unknown.errors)")
  }
}
