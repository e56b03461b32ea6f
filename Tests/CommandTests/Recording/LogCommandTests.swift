import Foundation
import Testing

@Suite("lorabook log")
struct LogCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Logs a run with fixed settings, and more or other options after them.
  private func log(_ more: String...) throws -> Scratch.Result {
    let options = [
      "--sweep", "tune", "--seed", "1", "--shape", "768x64", "--profile", "layer3", "--rank", "8",
      "--alpha", "16", "--rule", "lora", "--error", "0.5",
    ]
    return try scratch.bash(
      (["lorabook", "log"] + options + more).map { "'\($0)'" }.joined(separator: " "))
  }

  @Test("makes the book and the sweep on first use, and says nothing")
  func first() throws {
    let result = try log(
      "--truncation-error", "0.25", "--variance-captured", "0.9375", "--noise", "0.1")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "" && result.errors == "")
    #expect(
      try scratch.sqlite(
        "SELECT sweep, seed, d, k, profile, noise, rank, alpha, rule, scale, error, truncation_error, variance_captured FROM runs"
      ) == "tune|1|768|64|layer3|0.1|8|16.0|lora|2.0|0.5|0.25|0.9375")
    #expect(
      try scratch.sqlite("SELECT source, status, planned_runs, recorded_runs, spec FROM sweeps")
        == "log|finished|1|1|")
    #expect(try scratch.lorabook("show", "tune").status == 0)
  }

  @Test("keeps repeats of the very same settings, and what diverged apart from the mean")
  func repeats() throws {
    for error in ["0.5", "0.25", "nan", "-inf", "inf", "0.5"] {
      #expect(try log("--error", error).status == 0)
    }
    #expect(
      try scratch.sqlite("SELECT coalesce(error, error_diverged) FROM runs")
        == "0.5\n0.25\nnan\n-inf\ninf\n0.5")
    #expect(
      try scratch.sqlite(
        "SELECT n, mean = (SELECT avg(error) FROM runs), metric FROM cell_summary")
        == "3|1|error")
    // Each call is an execution of its own.
    #expect(
      try scratch.sqlite("SELECT count(*), count(DISTINCT execution_id) FROM recording") == "6|6")
  }

  @Test(
    "refuses what cannot be meant with the option, its value and the remedy",
    arguments: [
      (["--rank", "65"], "--rank: '65' is above min(d, k) = 64"),
      (["--rank", "-1"], "--rank: '-1' is out of range"),
      (["--seed", "4294967296"], "--seed: '4294967296' is out of range"),
      (["--shape", "64"], "--shape: '64' is not a shape"),
      (["--shape", "64x0"], "--shape: '64x0' has a side below 1"),
      (["--alpha", "inf"], "--alpha: 'inf' is no finite number"),
      (["--noise", "-1"], "--noise: '-1' is below 0"),
      (["--noise", ""], "--noise: '' is empty"),
      (["--rule", "rslra"], "--rule: 'rslra' is no scaling rule, so the run needs a scale"),
      (["--scale", "nan"], "--scale: 'nan' is no finite number"),
      (["--error", "big"], "--error: 'big' is no number"),
      (["--error", ""], "--error: '' is empty"),
      (["--profile", ""], "--profile: '' is empty"),
      (["--variance-captured", "90%"], "--variance-captured: '90%' is no number"),
      (["--sweep", "latest"], "--sweep: the name 'latest' means"),
      (["--sweep", "3"], "--sweep: the name '3' could"),
    ])
  func refused(options: [String], message: String) throws {
    let result = try log(options[0], options[1])
    #expect(result.status == 64)
    #expect(result.errors.hasPrefix("lorabook: \(message)"), "\(result.errors)")
    #expect(try scratch.files() == [])
  }

  @Test("takes shapes that are too large to be computed here, and export and import do")
  func largeShapes() throws {
    for shape in ["128256x4096", "4096x2147483647"] {
      let result = try log("--shape", shape)
      #expect(result.status == 0, "\(result.errors)")
    }
    let result = try scratch.bash(
      """
      lorabook export -o runs.csv && lorabook import runs.csv --db other.db && lorabook show 1 --db other.db &&
      lorabook doctor --quiet && lorabook verify 1 --db other.db && lorabook merge other.db --db third.db &&
      lorabook report 1 -o page.html
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try scratch.sqlite("SELECT DISTINCT d, k FROM runs ORDER BY d DESC", book: "third.db")
        == "128256|4096\n4096|2147483647")
    let tooLarge = try log("--shape", "2147483648x1")
    #expect(tooLarge.status == 64)
    #expect(tooLarge.errors.contains("2147483647"), "\(tooLarge.errors)")
  }

  @Test("never adds to a sweep that was computed")
  func computed() throws {
    #expect(try scratch.lorabook("sweep", "--quiet", "--name", "tune").status == 0)
    let result = try log()
    #expect(result.status == 64)
    #expect(result.errors.contains("'tune' was computed"))
    #expect(try scratch.sqlite("SELECT count(*) FROM runs") == "24")
  }

  @Test("takes any text for a rule with its scale, and negative numbers as they are")
  func anyRule() throws {
    let result = try log(
      "--rule", "mine, 2", "--scale", "-1.5e-3", "--alpha", "-2", "--profile", "-x\"é\n")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try scratch.lorabook("export").output.hasSuffix(
        "\n1,1,tune,1,768,64,\"-x\"\"é\n\",,8,-2,\"mine, 2\",-0.0015,0.5,,\n"))
  }
}
