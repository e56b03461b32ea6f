import Foundation
import TestSupport
import Testing

/// Runs of two rules over five seeds at two learning rates: `eval_loss` as an end value, `loss` step by
/// step, `accuracy` at the end.
@Suite("Metrics of one's own")
struct LoggedMetricTests {
  let scratch: Scratch
  /// Of Student's t with 4 degrees of freedom, two-sided at 95 %.
  private static let t4 = 2.7764451051977987

  init() throws {
    scratch = try Scratch()
    var generator = SplitMix64(seed: 7)
    var lines: [String] = []
    for (rule, lr, seed) in Self.runs.shuffled(using: &generator) {
      let head =
        "\"sweep\":\"tune\",\"run\":\"\(rule) \(lr) \(seed)\",\"rank\":8,\"alpha\":16,\"rule\":\"\(rule)\",\"seed\":\(seed),\"params\":{\"lr\":\(lr),\"host\":\"h\(seed)\"}"
      for step in [10, 20, 30] {
        lines.append(
          "{\(head),\"step\":\(step),\"metrics\":{\"loss\":\(Self.loss(rule, lr, seed, step))}}")
      }
      lines.append(
        "{\(head),\"metrics\":{\"eval_loss\":\(Self.end(rule, lr, seed)),\"accuracy\":\(1 - Self.end(rule, lr, seed) / 4)}}"
      )
    }
    try scratch.write(lines.joined(separator: "\n") + "\n", to: "runs.jsonl")
    let made = try scratch.lorabook("import", "runs.jsonl")
    #expect(made.status == 0, "\(made.errors)")
  }

  private static let runs = ["lora", "rslora"].flatMap { rule in
    [0.1, 0.2].flatMap { lr in (1...5).map { (rule, lr, $0) } }
  }

  private static func end(_ rule: String, _ lr: Double, _ seed: Int) -> Double {
    1 + 0.01 * Double(seed * seed) + lr - (rule == "rslora" ? 0.1 + 0.02 * Double(seed) : 0)
  }

  private static func loss(_ rule: String, _ lr: Double, _ seed: Int, _ step: Int) -> Double {
    end(rule, lr, seed) + 3 / Double(step) - (step == 20 ? 0.5 : 0)
  }

  /// Mean, and half the 95 % interval of five values.
  private func estimate(_ values: [Double]) -> (mean: Double, margin: Double) {
    let mean = values.reduce(0, +) / 5
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, Self.t4 * (squares / 4 / 5).squareRoot())
  }

  private func rows(_ line: String) throws -> [[String: String]] {
    let result = try scratch.bash("lorabook \(line) --format csv")
    #expect(result.status == 0, "\(line): \(result.errors)")
    let lines = result.lines.map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  private func near(_ text: String?, _ value: Double) -> Bool {
    (text.flatMap(Double.init)).map { abs($0 - value) < 1e-12 } ?? false
  }

  @Test("are compared by rule, paired on the seed, with the interval of Student's t")
  func byRule() throws {
    let rows = try rows("compare tune --metric eval_loss --ignore host")
    #expect(rows.count == 2)
    for (row, lr) in zip(
      rows.sorted { ($0["param.lr"] ?? "") < ($1["param.lr"] ?? "") }, [0.1, 0.2])
    {
      let sides = ["lora", "rslora"].map { rule in (1...5).map { Self.end(rule, lr, $0) } }
      let difference = estimate(zip(sides[1], sides[0]).map { $0 - $1 })
      #expect(row["param.lr"] == "\(lr)" && row["metric"] == "eval_loss" && row["pairs"] == "5")
      #expect(near(row["lora_mean"], estimate(sides[0]).mean))
      #expect(near(row["rslora_ci_low"], estimate(sides[1]).mean - estimate(sides[1]).margin))
      #expect(near(row["mean_difference"], difference.mean), "\(row)")
      #expect(near(row["difference_ci_low"], difference.mean - difference.margin))
      #expect(near(row["difference_ci_high"], difference.mean + difference.margin))
      #expect(row["second_wins"] == "1")
    }
    let told = try scratch.lorabook("compare", "tune", "--metric", "eval_loss", "--ignore", "host")
    #expect(told.output.contains("rslora better") && told.output.contains("paired on the seeds"))
    #expect(told.output.contains("--higher-is-better"))
  }

  @Test(
    "without an end value count with their last step, or with the one that is asked for",
    arguments: [
      ("", 30), ("--at last", 30), ("--at least", 20), ("--at greatest", 10), ("--at 20", 20),
    ])
  func curves(at: String, step: Int) throws {
    let rows = try rows("compare tune --metric loss --ignore host --long \(at)")
    #expect(rows.count == 4)
    for row in rows {
      let lr = try #require(Double(row["param.lr"] ?? ""))
      let values = (1...5).map { Self.loss(row["side"] ?? "", lr, $0, step) }
      #expect(row["n"] == "5" && row["diverged"] == "0")
      #expect(near(row["mean"], estimate(values).mean), "\(row)")
      #expect(near(row["ci_high"], estimate(values).mean + estimate(values).margin))
    }
    #expect(try self.rows("compare tune --metric loss --at 11 --ignore host --long").isEmpty)
    // An end value does not become a step.
    #expect(try self.rows("compare tune --metric eval_loss --at 20 --ignore host --long").isEmpty)
    #expect(
      try self.rows("compare tune --metric eval_loss --at least --ignore host --long").count == 4)
  }

  @Test("can be compared by a parameter, and pooled over others")
  func byParameter() throws {
    let rows = try rows("compare tune --metric eval_loss --by lr --ignore host")
    #expect(rows.count == 2)
    // The side that was logged first is the first, and the difference is the second less the first.
    let header = try scratch.bash(
      "lorabook compare tune --metric eval_loss --by lr --ignore host --format csv 2> /dev/null | head -n 1"
    )
    let isRising = header.output.contains(#/0\.1_mean.*0\.2_mean/#)
    #expect(isRising || header.output.contains(#/0\.2_mean.*0\.1_mean/#), "\(header.output)")
    #expect(
      rows.allSatisfy {
        $0["pairs"] == "5" && near($0["mean_difference"], isRising ? 0.1 : -0.1)
      }, "\(rows)")
    #expect(rows.allSatisfy { $0["rule"] != nil && $0["param.lr"] == nil })
    let pooled = try self.rows("compare tune --metric eval_loss --ignore host --ignore lr")
    #expect(pooled.count == 1 && pooled[0]["lora_n"] == "10" && pooled[0]["pairs"] == "5")
    // Without --ignore each host is a cell of its own, which has one run.
    #expect(try self.rows("compare tune --metric eval_loss").allSatisfy { $0["lora_n"] == "1" })
  }

  @Test("are better where they are higher once that is said, and the book keeps it")
  func direction() throws {
    func finding() throws -> String {
      try scratch.lorabook("compare", "tune", "--metric", "accuracy", "--ignore", "host").output
    }
    #expect(try finding().contains("lora better") && !(finding().contains("rslora better")))
    let said = try scratch.bash(
      "lorabook compare tune --metric accuracy --ignore host --higher-is-better")
    #expect(said.status == 0 && said.output.contains("rslora better"), "\(said.errors)")
    #expect(try finding().contains("rslora better"))
    #expect(try !finding().contains("--higher-is-better"))
    let back = try scratch.bash(
      "lorabook compare tune --metric accuracy --ignore host --lower-is-better")
    #expect(!back.output.contains("rslora better"))
  }

  @Test("have their means in show, by setting and beside each cell")
  func show() throws {
    let rows = try rows("show tune --ignore host")
    #expect(rows.count == 4)
    for row in rows {
      let lr = try #require(Double(row["param.lr"] ?? ""))
      let rule = row["rule"] ?? ""
      let end = estimate((1...5).map { Self.end(rule, lr, $0) })
      #expect(row["metric.eval_loss_n"] == "5" && near(row["metric.eval_loss_mean"], end.mean))
      #expect(
        near(row["metric.eval_loss_sd"], end.margin / Self.t4 * 5.0.squareRoot()), "\(row)")
      #expect(
        near(
          row["metric.loss_mean"], estimate((1...5).map { Self.loss(rule, lr, $0, 30) }).mean))
    }
    #expect(try self.rows("show tune").count == 20)
    let table = try scratch.lorabook("show", "tune", "--ignore", "host").output
    #expect(table.contains("Metrics by setting") && table.contains("eval_loss"))
    #expect(!table.contains("Error by rank"))
  }

  @Test("are what show begins with: the best and the worst setting of each, with its mean")
  func findings() throws {
    func told(_ options: String = "--ignore host") throws -> [Substring] {
      try scratch.bash("lorabook show tune \(options)").lines
    }
    let lines = try told()
    #expect(lines[0] == "Sweep 1 'tune': 20 runs, finished")
    // The means of 1 + 0.01·seed² + lr, less 0.1 + 0.02·seed under rslora, over seeds 1 to 5.
    #expect(
      lines[1...3] == [
        "accuracy: lowest mean 0.672 with lora, lr = 0.2 (5 repeats); highest mean 0.738 with rslora, lr = 0.1 (5 repeats).",
        "eval_loss: lowest mean 1.05 with rslora, lr = 0.1 (5 repeats); highest mean 1.31 with lora, lr = 0.2 (5 repeats).",
        "loss: lowest mean 1.15 with rslora, lr = 0.1 (5 repeats); highest mean 1.41 with lora, lr = 0.2 (5 repeats).",
      ])
    let said = try scratch.bash(
      "lorabook compare tune --metric accuracy --ignore host --higher-is-better")
    #expect(said.status == 0, "\(said.errors)")
    #expect(
      try told()[1]
        == "accuracy: best mean 0.738 with rslora, lr = 0.1 (5 repeats); worst mean 0.672 with lora, lr = 0.2 (5 repeats)."
    )
    let alone = try told("")[2]
    #expect(
      alone.hasPrefix("eval_loss: lowest 0.99 with rslora, ")
        && alone.contains("highest 1.45 with lora, "), "\(alone)")
    #expect(alone.contains("host = h1") && alone.hasSuffix(" (1 repeat)."), "\(alone)")
  }

  @Test("are told once where there is one setting, with what diverged")
  func oneSetting() throws {
    let log = try scratch.bash(
      """
      for loss in 0.5 0.25 nan; do lorabook log --sweep one --metric loss=$loss || exit; done
      for rule in lora rslora; do
        lorabook log --sweep equal --rank 8 --alpha 16 --rule $rule --metric loss=2 || exit
      done
      """)
    #expect(log.status == 0, "\(log.errors)")
    let one = try scratch.lorabook("show", "one").lines
    #expect(one[1] == "loss: mean 0.375 (2 repeats); 1 diverged, left out.", "\(one)")
    let equal = try scratch.lorabook("show", "equal").lines
    #expect(equal[1] == "loss: the same in all 2 settings, 2.", "\(equal)")
  }

  @Test("are drawn step by step with the band of their seeds, in plot and report")
  func picture() throws {
    let script = try scratch.bash(
      "lorabook plot tune --kind curve --metric loss --ignore host --script")
    #expect(script.status == 0, "\(script.errors)")
    #expect(script.output.contains("filledcurves") && script.output.contains("rslora, lr = 0.1"))
    let mean = estimate((1...5).map { Self.loss("lora", 0.1, $0, 20) })
    let drawn = script.output.split(separator: "\n").contains { line in
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      return numbers.count >= 4 && numbers[0] == 20 && abs(numbers[1] - mean.mean) < 1e-9
        && abs(numbers[2] - (mean.mean - mean.margin)) < 1e-9
    }
    #expect(drawn, "\(script.output)")
    let svg = try scratch.bash(
      "lorabook plot tune --kind curve --metric loss --ignore host -o loss.svg && cat loss.svg")
    #expect(svg.status == 0 && svg.output.contains("<svg"), "\(svg.errors)")
    let page = try scratch.bash("lorabook report tune -o r.html && cat r.html")
    #expect(page.status == 0, "\(page.errors)")
    #expect(page.output.contains("Metrics of the runs") && page.output.contains("loss by step"))
  }

  @Test("and parameters select the runs of an export, wherever they stand in the condition")
  func conditions() throws {
    func count(_ condition: String) throws -> Int {
      try scratch.write(condition, to: "condition")
      let result = try scratch.bash("lorabook export tune --where \"$(cat condition)\"")
      #expect(result.status == 0, "\(condition): \(result.errors)")
      return result.lines.count - 1
    }
    #expect(try count("param('lr') = 0.1") == 10)
    #expect(try count("rule = 'lora' AND PARAM ( 'host' ) = 'h3'") == 2)
    #expect(
      try count("metric('eval_loss') < 1.1") == Self.runs.count { Self.end($0, $1, $2) < 1.1 })
    #expect(
      try count("metric('loss') > 1.5 AND seed > 0")
        == Self.runs.count { Self.loss($0, $1, $2, 30) > 1.5 })
    #expect(try count("param('none') IS NULL") == 20)
    #expect(try count("run = 'metric(''loss'') param(' /* param( */ -- metric(") == 0)
    let mistake = try scratch.lorabook("export", "tune", "--where", "param('lr') = 'x') OR (1")
    #expect(mistake.status == 64)
  }

  @Test(
    "and parameters that no run has are refused with those that there are",
    arguments: [
      ("compare tune --metric eval_los", "Did you mean 'eval_loss'?"),
      ("compare tune --metric final_loss", "no run has the metric 'final_loss'"),
      ("compare tune --metric eval_loss --by lrr", "no run has the setting or the parameter 'lrr'"),
      ("compare tune --metric eval_loss --ignore hots", "Did you mean 'host'?"),
      ("compare tune --metric loss --at -3", "--at: '-3' is no step"),
      ("compare tune --metric error --higher-is-better", "is a metric of lorabook's own"),
      ("compare tune --metric loss --higher-is-better --lower-is-better", "contradict each other"),
      ("plot tune --kind curve", "Name one with --metric: accuracy, eval_loss, loss"),
      ("show tune --ignore x", "no run has the parameter 'x'"),
    ])
  func refusals(line: String, words: String) throws {
    let result = try scratch.bash("lorabook \(line.replacing("--at -3", with: "--at=-3"))")
    #expect(result.status == 64, "\(result.output)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.output.isEmpty)
  }
}
