import Foundation
import Glibc
import Testing

@Suite("lorabook verify")
struct VerifyCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    #expect(try scratch.lorabook("sweep", "--quiet", "--rules", "lora,power:0.75").status == 0)
    let more = try scratch.lorabook(
      "sweep", "--quiet", "--name", "more", "--seeds", "42,7", "--noise", "0,0.01", "--ranks",
      "1,3",
      "--shapes", "20x40,9x4", "--profiles", "power:0.5,flat:2:3", "--stream", "independent")
    #expect(more.status == 0, "\(more.errors)")
  }

  /// A row of `verify`: the kind compared and the result.
  struct Line {
    var sweep: String
    var subject: String
    var standard: String
    var numbers: Int
    var exact: Int
    var deviating: Int
    var largest: Double?
    var rest: String
  }

  private func lines(_ result: Scratch.Result) throws -> [Line] {
    let rows = result.output.split(separator: "\n").dropFirst()
    return try rows.map { row in
      let fields = row.replacing("\"rule, alpha, rank\"", with: "rule")
        .split(separator: ",", maxSplits: 8, omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == 9)
      return Line(
        sweep: fields[1], subject: fields[2], standard: fields[3],
        numbers: try #require(Int(fields[4])),
        exact: try #require(Int(fields[5])), deviating: try #require(Int(fields[6])),
        largest: Double(fields[7]), rest: fields[8])
    }
  }

  /// The deviations of a sweep in a copy of the book after a change.
  private func deviations(
    after damage: String, in sweep: String = "article", options: String = ""
  ) throws -> (result: Scratch.Result, lines: [Line]) {
    _ = try scratch.bash("rm -f damaged.db && cp lorabook.db damaged.db")
    _ = try scratch.sqlite(
      "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; " + damage,
      book: "damaged.db")
    let before = try Data(contentsOf: scratch.folder.appending(path: "damaged.db"))
    let result = try scratch.bash(
      "lorabook verify \(sweep) \(options) --db damaged.db --format csv")
    #expect(try Data(contentsOf: scratch.folder.appending(path: "damaged.db")) == before)
    return (result, try lines(result))
  }

  @Test("recomputes all that is recorded and finds it the same to the bit on the same machine")
  func sound() throws {
    let result = try scratch.lorabook("verify", "--all", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    let lines = try lines(result)
    #expect(lines.allSatisfy { $0.deviating == 0 && $0.exact == $0.numbers })
    let counted = Dictionary(
      lines.map { ("\($0.subject) \($0.standard)", $0.numbers) }, uniquingKeysWith: +)
    #expect(counted["singular_value redrawn update"] == 128 + 2 * 2 * 2 * (20 + 4))
    #expect(counted["error redrawn update"] == 24 + 2 * 2 * 2 * 2 * 4)
    #expect(counted["error recorded spectrum"] == 24 + 2 * 2 * 2 * 2 * 4)
    #expect(counted["update spec"] == 2 * (2 + 16))
    #expect(counted["mean recorded runs"] == 3 * (24 + 2 * 2 * 2 * 4))
    #expect(result.errors.contains("verified; the largest deviation is 0\n"), "\(result.errors)")
  }

  @Test("measures the long way on demand, and finds the closed form right to rounding")
  func direct() throws {
    let result = try scratch.lorabook(
      "verify", "--all", "--direct", "--format", "csv", "--jobs", "2")
    #expect(result.status == 0, "\(result.errors)")
    let direct = try lines(result).filter { $0.standard == "direct method" }
    #expect(direct.count == 8)
    #expect(direct.allSatisfy { $0.deviating == 0 && ($0.largest ?? 1) < 1e-13 })
    // A different computation gives different last digits.
    #expect(direct.contains { ($0.largest ?? 0) > 0 })
    #expect(try !lines(result).contains { $0.standard == "redrawn update" })
    let damaged = try deviations(
      after: "UPDATE measured_run SET error = error * (1 + 1e-9) WHERE run_id = 9",
      options: "--direct")
    #expect(damaged.result.status == 1)
    #expect(damaged.lines.contains { $0.standard == "direct method" && $0.deviating == 1 })
  }

  /// One changed digit each: the change, the kind that must deviate, and a part of its place.
  static let digits: [(damage: String, told: String, place: String)] =
    ["error", "truncation_error", "variance_captured"].flatMap { column in
      // The sixth digit, and the last.
      ["1 + 1e-6", "1 + 2.5e-16"].map { factor in
        (
          "UPDATE measured_run SET \(column) = \(column) * (\(factor)) WHERE run_id = 9",
          "\(column) recorded spectrum", "run 9: seed 42, 64x64, style, noise 0.01, rank 32"
        )
      }
    }
    + [
      (
        "UPDATE spectrum_block SET s3 = s3 + 1e-6 WHERE block_id = 1024",
        "singular_value redrawn update", "singular value 3: seed 42, 64x64, style"
      ),
      (
        "UPDATE spectrum_block SET s3 = s3 + 1e-9 WHERE block_id = 1024",
        "singular_value redrawn update", "singular value 3: seed 42"
      ),
      // In the last digits, which another BLAS may round differently: the runs computed from it
      // reveal the change.
      (
        "UPDATE spectrum_block SET s3 = s3 * (1 + 4e-15) WHERE block_id = 1024",
        "variance_captured recorded spectrum", "seed 42, 64x64, style"
      ),
      (
        "UPDATE spectrum_block SET s32 = s32 + 1e-6 WHERE block_id = 2049",
        "singular_value redrawn update", "singular value 64: seed 42, 64x64, facts"
      ),
      ("UPDATE cell SET scale = scale * (1 + 2.5e-16) WHERE cell_id = 3", "scale rule", "cell 3: "),
      ("UPDATE cell SET scale = scale * (1 + 1e-14) WHERE cell_id = 4", "scale rule", "cell 4: "),
      ("UPDATE cell SET alpha = 16.000000000000004 WHERE cell_id = 3", "settings spec", "cell 3"),
      ("UPDATE cell SET rank = 5 WHERE cell_id = 3", "settings spec", "cell 3"),
      ("UPDATE cell SET noise = 0.02 WHERE cell_id = 3", "settings spec", "cell 3"),
      ("UPDATE cell SET d = 65 WHERE cell_id = 3", "settings spec", "cell 3"),
      ("UPDATE cell SET rule = 'power:0.76' WHERE cell_id = 4", "settings spec", "cell 4"),
      ("UPDATE delta SET seed = 43 WHERE update_id = 1", "update spec", "recording 1"),
      ("UPDATE origin SET noise = 0.011 WHERE origin_id = 1", "update spec", "recording 1"),
      ("UPDATE origin SET position = 4609 WHERE origin_id = 2", "update spec", "recording 13"),
      ("UPDATE origin SET k = 63 WHERE origin_id = 1", "update spec", "recording 1"),
      ("UPDATE recording SET item = 5 WHERE recording_id = 13", "update spec", "the item"),
      (
        "UPDATE prescription SET definition = 'linear:5:0.6:4' WHERE prescription_id = 1",
        "singular_value redrawn update", "seed 42, 64x64, style"
      ),
      ("UPDATE measured_run SET cell_id = 8 WHERE run_id = 9", "cell spec", "run 9: seed 42"),
      ("UPDATE measured_run SET error = NULL WHERE run_id = 9", "error redrawn update", "run 9: "),
      (
        "UPDATE recording SET runs = 11 WHERE recording_id = 1", "runs spec", "recording 1: seed 42"
      ),
      (
        "UPDATE recording SET update_id = 1 WHERE recording_id = 13", "update spec",
        "the item of the update"
      ),
      ("DELETE FROM measured_run WHERE run_id = 9", "cell spec", "rank 32, alpha 16, lora"),
      (
        "UPDATE cell_summary SET mean = mean * (1 + 2.5e-16) WHERE cell_id = 3 AND metric = 'error'",
        "mean recorded runs", "error in cell 3: 64x64, style"
      ),
      (
        "UPDATE cell_summary SET n = 2 WHERE cell_id = 3 AND metric = 'error'", "n recorded runs",
        "error in cell 3"
      ),
      (
        "UPDATE cell_summary SET squared_deviations = 1e-300 WHERE cell_id = 3 AND metric = 'error'",
        "squared_deviations recorded runs", "error in cell 3"
      ),
      (
        "UPDATE sweep SET recorded_runs = 25 WHERE sweep_id = 1", "recorded_runs recorded runs",
        "the sweep"
      ),
      ("UPDATE sweep SET planned_runs = 34 WHERE sweep_id = 1", "planned_runs spec", "the sweep"),
      (
        "UPDATE sweep SET spec = replace(spec, '42', '41') WHERE sweep_id = 1", "update spec",
        "recording 1"
      ),
      (
        "UPDATE sweep SET spec = replace(spec, '[2,', '[200,') WHERE sweep_id = 1", "settings spec",
        "the spec"
      ),
      (
        "UPDATE sweep SET spec = replace(spec, 'seeds', 'seed') WHERE sweep_id = 1",
        "settings spec", "the spec"
      ),
    ]

  @Test("notices a single changed digit, names its row, and changes nothing")
  func oneDigit() throws {
    for (damage, told, place) in Self.digits {
      let (result, lines) = try deviations(after: damage, in: "article more")
      #expect(result.status == 1, "\(damage): \(result.output)")
      let deviating = lines.filter { $0.deviating > 0 && $0.subject != "overall" }
      let line = deviating.first { "\($0.subject) \($0.standard)" == told }
      #expect(line != nil, "\(damage): \(deviating)")
      #expect(line?.rest.contains(place) == true, "\(damage): \(line?.rest ?? "")")
      #expect(result.errors.contains(" deviate"), "\(result.errors)")
      // Unchanged sweeps do not deviate.
      #expect(deviating.allSatisfy { $0.sweep == "article" }, "\(damage): \(deviating)")
    }
  }

  @Test("tells a digit beyond the tolerance from one within, and says of that how many there are")
  func tolerance() throws {
    let sweep = try scratch.lorabook(
      "sweep", "--quiet", "--name", "steep", "--shapes", "5x5", "--profiles", "exp:10:5:3",
      "--ranks", "1", "--noise", "0")
    #expect(sweep.status == 0, "\(sweep.errors)")
    // Too small to move any run's last digit: σ₃ is 1e-8.
    let damage = """
      UPDATE spectrum_block SET s3 = s3 * (1 + 4e-16)
      WHERE block_id = (SELECT max(block_id) FROM spectrum_block)
      """
    let within = try deviations(after: damage, in: "steep")
    #expect(within.result.status == 0, "\(within.result.output)")
    let line = try #require(
      within.lines.first { $0.subject == "singular_value" && $0.standard == "redrawn update" })
    #expect(line.numbers == 5 && line.exact == 4 && line.deviating == 0)
    #expect((line.largest ?? 0) > 0)
    #expect(
      within.result.errors.contains("note: 1 singular values of sweep 3 'steep' differ"),
      "\(within.result.errors)")
    let beyond = try deviations(after: damage, in: "steep", options: "--tolerance 0")
    #expect(beyond.result.status == 1)
    for wrong in ["x", "-1", "nan", "inf", ""] {
      #expect(try scratch.lorabook("verify", "1", "--tolerance", wrong).status == 64)
    }
  }

  @Test("verifies errors of huge scales relative to themselves")
  func hugeScales() throws {
    let sweep = try scratch.lorabook(
      "sweep", "--quiet", "--name", "huge", "--alphas", "1e6,1e140", "--seeds", "0-4")
    #expect(sweep.status == 0, "\(sweep.errors)")
    for option in [[], ["--direct"]] {
      let result = try scratch.bash(
        "lorabook verify huge --format csv \(option.joined())")
      #expect(result.status == 0, "\(result.errors)")
    }
    let damaged = try deviations(
      after:
        "UPDATE measured_run SET error = error * (1 + 1e-6) WHERE run_id = (SELECT max(run_id) FROM measured_run)",
      in: "huge")
    let line = damaged.lines.first { $0.subject == "error" && $0.standard == "redrawn update" }
    #expect(line?.deviating == 1)
    #expect(abs((line?.largest ?? 0) - 1e-6) < 1e-8)
  }

  @Test(
    "verifies what an interrupted sweep has, holes or not, and misses what a finished one lacks")
  func interrupted() throws {
    let halved = """
      DELETE FROM measured_run WHERE run_id BETWEEN 13 AND 24;
      DELETE FROM recording WHERE recording_id = 13;
      DELETE FROM cell_summary WHERE cell_id BETWEEN 13 AND 24;
      UPDATE sweep SET status = 'interrupted', recorded_runs = 12 WHERE sweep_id = 1;
      """
    let (result, lines) = try deviations(after: halved)
    #expect(result.status == 0, "\(result.errors)")
    #expect(lines.contains { $0.subject == "update" && $0.numbers == 2 && $0.exact == 2 })
    #expect(
      result.errors.contains("is interrupted: 12 of its 24 runs were verified"),
      "\(result.errors)")
    let gap = try deviations(
      after: halved.replacing("BETWEEN 13 AND 24", with: "BETWEEN 1 AND 12")
        .replacing("recording_id = 13", with: "recording_id = 1"))
    #expect(gap.result.status == 0, "\(gap.result.errors)")
    #expect(gap.lines.contains { $0.subject == "update" && $0.numbers == 2 && $0.exact == 2 })
    let lost = try deviations(
      after: halved.replacing("'interrupted'", with: "'finished'"))
    #expect(lost.result.status == 1)
    #expect(lost.lines.contains { $0.subject == "update" && $0.deviating == 1 })
  }

  @Test("says that what was measured elsewhere cannot be recomputed, and checks its sums")
  func elsewhere() throws {
    let made = try scratch.bash(
      """
      lorabook export article | sed 's/,article,/,copy,/' > copy.csv && lorabook import copy.csv &&
      lorabook log --sweep trained --seed 1 --shape 8x8 --profile a --rank 2 --alpha 16 --rule lora \
        --error 0.5 --variance-captured 0.9
      """)
    #expect(made.status == 0, "\(made.errors)")
    let copy = try scratch.lorabook("verify", "copy", "--format", "csv")
    #expect(copy.status == 0, "\(copy.errors)")
    #expect(copy.errors.contains("was measured elsewhere, so nothing of it can be recomputed"))
    #expect(!copy.errors.contains("not what the formulas give"), "\(copy.errors)")
    let identity = try lines(copy).filter { $0.standard == "identity" }
    #expect(identity.map(\.numbers) == [24, 24])
    #expect(identity.allSatisfy { ($0.largest ?? 1) < 1e-14 })
    let trained = try scratch.lorabook("verify", "trained")
    #expect(trained.status == 0)
    #expect(trained.errors.contains("1 of its measurements"), "\(trained.errors)")
    let changed = try deviations(
      after:
        "UPDATE measured_run SET error = 0.6 WHERE run_id = (SELECT max(run_id) FROM measured_run)",
      in: "trained")
    #expect(changed.result.status == 1)
    #expect(changed.lines.contains { $0.subject == "mean" && $0.deviating == 1 })
  }

  @Test("wants sweeps to be named once, and all of them only when asked")
  func usage() throws {
    #expect(try scratch.lorabook("verify", "1", "--all").status == 64)
    #expect(try scratch.lorabook("verify", "none").status == 66)
    #expect(try scratch.lorabook("verify", "1", "--jobs", "0").status == 64)
    #expect(try scratch.lorabook("verify", "1", "--db", "missing.db").status == 66)
    let twice = try scratch.lorabook("verify", "1", "article", "--format", "csv")
    #expect(twice.lines.count { $0.contains("overall") } == 1)
  }

  @Test("prints each format, and the deviating numbers with all their digits")
  func formats() throws {
    _ = try scratch.sqlite(
      "UPDATE measured_run SET error = error * (1 + 2.5e-16) WHERE run_id = 9")
    let table = try scratch.lorabook("verify", "1")
    let row = table.lines.first { $0.contains("run 9: ") }
    let numbers = row?.matches(of: /0\.\d{15,}/).map { $0.output } ?? []
    #expect(numbers.count >= 2 && numbers[0] != numbers[1], "\(table.output)")
    let json = try scratch.lorabook("verify", "1", "--format", "json")
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(rows.contains { $0["deviating"] as? Int == 1 && $0["recorded"] is Double })
    #expect(rows.last?["compared"] as? String == "overall")
  }

  @Test("Ctrl-C ends it with 130 and no verdict")
  func interrupt() throws {
    let sweep = try scratch.lorabook(
      "sweep", "--quiet", "--name", "long", "--seeds", "0-999", "--ranks", "1", "--shapes", "48x48")
    #expect(sweep.status == 0, "\(sweep.errors)")
    let process = try scratch.start("verify", "long", "--direct", "--jobs", "1")
    #expect(process.endAtWork(SIGINT) == 130)
  }
}
