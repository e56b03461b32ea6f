import Foundation
import TestSupport
import Testing

/// The same four runs in each tracker: ranks 4 (lora) and 8 (rslora), seeds 0 and 1. The metric of
/// W&B's table has another name.
@Suite(
  "docs/moving.md",
  .enabled(
    if: ProcessInfo.processInfo.environment["LORABOOK_PEERS"] != nil,
    "`make peers` installs what this needs, and runs it"))
struct MovingTests {
  let scratch: Scratch
  let page: Page
  private static let settings = """
    0|4|16.0|lora|4.0|0.0002
    1|4|16.0|lora|4.0|0.0002
    0|8|16.0|rslora|5.65685424949238|0.0002
    1|8|16.0|rslora|5.65685424949238|0.0002
    """
  private static let curves = """
    4|0|0|2.5|
    4|0|10|1.5|
    4|0|20|1.25|
    4|1|0|2.5|
    4|1|10|1.625|
    4|1|20|1.25|
    8|0|0|2.5|
    8|0|10|1.5|
    8|0|20|1.125|
    8|1|0|2.5|
    8|1|10|1.625|
    8|1|20||nan
    """
  private static let endValues = "4|0|0.75\n4|1|0.8125\n8|0|0.75\n8|1|0.8125"

  init() throws {
    scratch = try Scratch()
    page = try Page("docs/moving.md")
    try FileManager.default.createSymbolicLink(
      at: scratch.folder.appending(path: "docs"),
      withDestinationURL: Scratch.project.appending(path: "docs"))
  }

  /// Runs lines in a home folder of their own, with the trackers' programs on the path.
  private func run(_ lines: String) throws -> String {
    let environment = ProcessInfo.processInfo.environment["LORABOOK_PEERS"] ?? ""
    let result = try scratch.bash(
      """
      set -e -o pipefail
      export HOME="$PWD" PATH='\(environment)/bin':"$PATH"
      export MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true GIT_PYTHON_REFRESH=quiet
      unset HF_HOME TRACKIO_DIR
      \(lines)
      """)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    return result.output
  }

  private func log(with tracker: String) throws {
    let program = Scratch.project.appending(path: "Tests/PeerTests/Programs/tracked_runs.py").path
    _ = try run("python3 '\(program)' \(tracker)")
  }

  private func settings() throws -> String {
    try scratch.sqlite(
      """
      SELECT seed, rank, alpha, rule, scale, (SELECT value FROM params WHERE params.run_id = runs.run_id AND name = 'lr')
      FROM runs WHERE run NOT LIKE 'broken%' ORDER BY rank, seed
      """)
  }

  private func curves() throws -> String {
    try scratch.sqlite(
      """
      SELECT rank, seed, step, value, diverged FROM metrics JOIN runs USING (run_id)
      WHERE metric = 'loss' AND step IS NOT NULL AND run NOT LIKE 'broken%' ORDER BY rank, seed, step
      """)
  }

  /// The values of the metric at its last step, or without one.
  private func endValues(_ metric: String = "eval_loss") throws -> String {
    try scratch.sqlite(
      """
      SELECT rank, seed, value FROM metrics JOIN runs USING (run_id) WHERE metric = '\(metric)'
      ORDER BY rank, seed
      """)
  }

  @Test("MLflow's own store arrives with its settings, curves, failures and NaN")
  func mlflow() throws {
    try log(with: "mlflow")
    let shown = try run(page.block(1, under: "From MLflow"))
    #expect(shown.contains("ft"), "\(shown)")
    #expect(try settings() == Self.settings)
    #expect(try curves() == Self.curves)
    #expect(try endValues() == Self.endValues)
    let failed = try scratch.sqlite(
      "SELECT run, status FROM runs JOIN logged_run USING (run_id) WHERE status <> 'finished'")
    #expect(failed.hasPrefix("broken-") && failed.hasSuffix("|failed"), "\(failed)")
    #expect(try scratch.sqlite("SELECT count(*) FROM runs WHERE run LIKE 'deleted%'") == "0")
    // Again: every line is there once.
    let again = try run("lorabook import mlflow.jsonl 2>&1")
    #expect(again.contains("0 runs imported"), "\(again)")
  }

  @Test("MLflow's CSV export arrives with its end values")
  func mlflowTable() throws {
    try log(with: "mlflow")
    _ = try run(page.block(2, under: "From MLflow"))
    #expect(try settings() == Self.settings)
    #expect(try endValues() == Self.endValues)
  }

  @Test("trackio's own store arrives with its settings, curves and NaN")
  func trackio() throws {
    try log(with: "trackio")
    _ = try run(page.block(1, under: "From trackio"))
    #expect(try settings() == Self.settings)
    #expect(try curves() == Self.curves)
    #expect(try endValues() == Self.endValues)
    let again = try run("lorabook import trackio.jsonl --name ft 2>&1")
    #expect(again.contains("0 runs imported"), "\(again)")
  }

  @Test("W&B's table of runs arrives with its end values, and its chart joins the runs")
  func wandb() throws {
    let exports = Scratch.project.appending(path: "Tests/PeerTests/Exports").path
    _ = try run("cp '\(exports)/wandb.csv' '\(exports)/chart.csv' .")
    _ = try run(page.block(1, under: "From Weights & Biases"))
    #expect(try settings() == Self.settings)
    #expect(try endValues("eval/loss") == Self.endValues)
    let points = try run(page.block(2, under: "From Weights & Biases"))
    #expect(points.split(separator: "\n").count == 1 + 12 + 4, "\(points)")
    #expect(try curves() == Self.curves)
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "4")
  }

  @Test("W&B's API moves whole curves through the Python package")
  func wandbAPI() throws {
    try scratch.write(page.block(of: "python", under: "From Weights & Biases"), to: "move.py")
    let project = Scratch.project.path
    _ = try run(
      """
      export LORABOOK="$(command -v lorabook)"
      PYTHONPATH='\(project)/python:\(project)/Tests/PeerTests/Exports' python3 move.py
      """)
    #expect(
      try scratch.sqlite("SELECT run, rank, alpha, rule FROM runs ORDER BY rank")
        == "x4|4|16.0|lora\nx8|8|16.0|rslora")
    #expect(
      try scratch.sqlite(
        "SELECT metric, step, value FROM metrics JOIN runs USING (run_id) WHERE rank = 8")
        == "eval/loss|0|8.0\neval/loss|1|4.0\neval/loss|2|2.66666666666667")
  }

  @Test("W&B's chart is refused where its runs or steps cannot be told")
  func wandbRefusals() throws {
    for (header, said) in [
      (#""Relative Time (Process)","a - loss""#, "choose Step"),
      (#""Step","a - loss","a - loss__MIN","a - loss""#, "has 'a - loss' twice"),
    ] {
      try scratch.write(header + "\n", to: "chart.csv")
      let result = try scratch.bash("python3 docs/moving/wandb_chart.py chart.csv")
      #expect(result.status == 1 && result.errors.contains(said), "\(result.errors)")
    }
  }
}
