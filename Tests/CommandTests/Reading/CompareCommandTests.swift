import Foundation
import Testing

@Suite("lorabook compare")
struct CompareCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let sweeps = try scratch.bash(
      """
      lorabook sweep --seeds 0-9 --alphas 8,16 --ranks 2,8,32 --quiet &&
      lorabook sweep --seeds 5-14 --ranks 2,8,32 --rules rslora,unit --name second --quiet &&
      lorabook sweep --seeds 20-24 --ranks 2,8 --name apart --quiet &&
      lorabook sweep --seeds 3 --name alone --quiet
      """)
    #expect(sweeps.status == 0, "\(sweeps.errors)")
  }

  private func rows(_ arguments: String) throws -> [[String: String]] {
    let result = try scratch.bash("lorabook compare \(arguments) --format csv")
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.lines.map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test("Columns are those of the interface, with further ones to the right")
  func columns() throws {
    let header = try scratch.lorabook("compare", "article", "--format", "csv").lines[0]
    #expect(
      header.hasPrefix(
        "d,k,profile,noise,rank,alpha,metric,lora_n,lora_mean,lora_sd,lora_ci_low,lora_ci_high,"
          + "rslora_n,rslora_mean,rslora_sd,rslora_ci_low,rslora_ci_high,"
          + "pairs,mean_difference,difference_ci_low,difference_ci_high,second_wins"))
  }

  @Test("Within a sweep the rules are paired on their updates, as SQL pairs them")
  func rules() throws {
    let rows = try rows("article")
    #expect(rows.count == 12)
    for row in rows {
      let (profile, rank, alpha) = (row["profile"] ?? "", row["rank"] ?? "", row["alpha"] ?? "")
      let expected = try scratch.sqlite(
        """
        SELECT count(*), avg(b.error - a.error), avg(b.error < a.error), avg(a.error), avg(b.error)
        FROM runs AS a JOIN runs AS b USING (sweep_id, update_id, rank, alpha)
        WHERE a.sweep = 'article' AND a.rule = 'lora' AND b.rule = 'rslora' AND a.profile = '\(profile)'
          AND rank = \(rank) AND alpha = \(alpha)
        """
      ).split(separator: "|").compactMap { Double($0) }
      for (name, value) in zip(
        ["pairs", "mean_difference", "second_wins", "lora_mean", "rslora_mean"], expected)
      {
        let found = try #require(Double(row[name] ?? ""))
        #expect(abs(found - value) < 1e-12, "\(name)")
      }
      #expect(expected.count == 5)
    }
  }

  @Test("Several sweeps are paired on the updates that both have")
  func sweeps() throws {
    let rows = try rows("article second")
    let shared = rows.filter { $0["pairs"] == "5" }
    // Six settings of rslora at alpha 16 are in both sweeps, on seeds 5 to 9.
    #expect(shared.count == 6)
    for row in shared {
      #expect(row["article_n"] == "10")
      #expect(row["second_n"] == "10")
      #expect(row["mean_difference"] == "0")
    }
    let alone = rows.filter { $0["pairs"] == "0" }
    #expect(alone.count == rows.count - 6)
    #expect(alone.allSatisfy { $0["mean_difference"] == "" })
  }

  @Test("With a setting named, several sweeps are pooled, and an update that both have counts once")
  func pooled() throws {
    let rows = try rows("article second --by rule").filter { $0["alpha"] == "16" }
    #expect(rows.count == 6)
    let alone = try self.rows("article")
    for row in rows {
      #expect(row["lora_n"] == "10" && row["rslora_n"] == "15" && row["unit_n"] == "10")
      #expect(row["rslora_pairs"] == "10" && row["unit_pairs"] == "5")
      let same = alone.first { other in
        ["profile", "rank", "alpha"].allSatisfy { other[$0] == row[$0] }
      }
      #expect(row["rslora_mean_difference"] == same?["mean_difference"])
    }
  }

  @Test("Sides that share no update are compared unpaired, and it says so")
  func welch() throws {
    let result = try scratch.lorabook("compare", "article", "apart", "--format", "csv")
    #expect(result.errors.contains("unpaired (Welch)"))
    let rows = try rows("article apart").filter { $0["apart_n"] == "5" }
    #expect(rows.count == 8)
    for row in rows {
      #expect(row["pairs"] == "0")
      #expect(row["second_wins"] == "")
      #expect(row["difference_ci_low"] != "")
      // At rank 8 and alpha 16 lora's error is 1 for any update.
      let difference = try #require(Double(row["mean_difference"] ?? ""))
      let means = try ["apart_mean", "article_mean"].map { try #require(Double(row[$0] ?? "")) }
      #expect(abs(difference - (means[0] - means[1])) < 1e-15)
    }
  }

  @Test("One repeat has a mean and no interval, and empty is not 0")
  func single() throws {
    for row in try rows("alone") {
      #expect(row["lora_n"] == "1")
      #expect(row["lora_mean"] != "")
      for name in ["lora_sd", "lora_ci_low", "lora_ci_high", "difference_ci_low"] {
        #expect(row[name] == "", "\(name)")
      }
    }
  }

  @Test(
    "Every setting can be the one compared by",
    arguments: [
      ("rule", "lora", 12), ("profile", "style", 12), ("rank", "2", 8), ("alpha", "8", 12),
      ("shape", "64x64", 24), ("noise", "0.01", 24),
    ])
  func by(setting: String, side: String, places: Int) throws {
    let rows = try rows("article --by \(setting)")
    #expect(rows.count == places)
    #expect(rows[0]["\(side)_n"] == "10")
    #expect(rows[0][setting == "shape" ? "d" : setting] == nil)
  }

  @Test("Three sides are each set against the first")
  func threeSides() throws {
    let rows = try rows("article --by rank --metric variance_captured")
    #expect(rows[0]["8_pairs"] == "10")
    #expect(rows[0]["32_second_wins"] == "1")
    let table = try scratch.lorabook("compare", "article", "--by", "rank").output
    #expect(table.contains("8, 32 against 2, paired on the updates that both have"))
  }

  @Test("The table says in words where an interval excludes 0")
  func words() throws {
    let table = try scratch.lorabook("compare", "article", "--by", "alpha").output
    #expect(table.contains("8 better"))
    #expect(table.contains("paired on the updates that both have"))
    let same = try scratch.lorabook("compare", "article", "second").output
    #expect(same.contains("the same"))
    #expect(same.contains("nothing to compare"))
  }

  @Test("A wider level gives a wider interval")
  func level() throws {
    let widths = try ["0.5", "0.95", "0.999"].map { level in
      let row = try rows("article --level \(level)")[0]
      let high = try #require(Double(row["lora_ci_high"] ?? ""))
      let low = try #require(Double(row["lora_ci_low"] ?? ""))
      return high - low
    }
    #expect(widths[0] < widths[1])
    #expect(widths[1] < widths[2])
  }

  @Test("What cannot be compared is refused")
  func refused() throws {
    for (arguments, status, word) in [
      ("article 1", 64, "'1'"), ("article second --by rulr", 64, "--by"),
      ("article --level 1.5", 64, "'1.5'"), ("article --level nan", 64, "--level"),
      ("none", 66, "'none'"), ("article --metric loss", 64, "loss"),
      ("article --at 5", 64, "--at: 'error' is measured once a run"),
    ] {
      let result = try scratch.bash("lorabook compare \(arguments)")
      #expect(result.status == status, "\(arguments)")
      #expect(result.errors.contains(word), "\(result.errors)")
      #expect(result.output == "")
    }
  }

  @Test("The verdict comes first, one sentence for each side that is compared")
  func verdict() throws {
    func first(_ arguments: String) throws -> String {
      let result = try scratch.bash("lorabook compare \(arguments)")
      #expect(result.status == 0, "\(result.errors)")
      return result.lines.first.map(String.init) ?? ""
    }
    let table = try scratch.lorabook("compare", "article", "--format", "csv")
    let clear = try rows("article").map { row in
      (Double(row["difference_ci_low"] ?? "") ?? 0, Double(row["difference_ci_high"] ?? "") ?? 0)
    }
    let (lora, rslora) = (clear.count { $0.0 > 0 }, clear.count { $0.1 < 0 })
    #expect(lora + rslora == 12)
    let expected =
      lora >= rslora
      ? "lora better in \(lora) of 12 settings, rslora better in \(rslora) (paired, 10 seeds)."
      : "rslora better in \(rslora) of 12 settings, lora better in \(lora) (paired, 10 seeds)."
    #expect(try first("article") == expected)
    // Data stay data: the verdict is said beside them.
    #expect(table.errors.hasPrefix(expected + "\n"))
    #expect(table.lines[0].hasPrefix("d,k,profile"))
    #expect(
      try first("article --by rank --metric variance_captured | tail -n +2")
        .hasSuffix(" (paired, 10 seeds)."))
    #expect(
      try first("alone")
        == "rslora against lora: too few repeats to tell in 12 of 12 settings (paired, 1 seed).")
    #expect(try first("article second").contains("; "))
  }

  @Test(
    "Where two sides cannot be told apart it says how many more seeds would tell, as statsmodels does"
  )
  func seeds() throws {
    // Differences of 0.05 in the mean with a standard deviation of 0.11832.
    let log = try scratch.bash(
      """
      seed=0
      for error in 0.6 0.45 0.7 0.5 0.65 0.4; do
        seed=$((seed + 1))
        lorabook log --sweep two --seed $seed --rank 8 --alpha 16 --rule lora --error 0.5 &&
        lorabook log --sweep two --seed $seed --rank 8 --alpha 16 --rule rslora --error $error || exit 1
      done
      """)
    #expect(log.status == 0, "\(log.errors)")
    for (options, words) in [
      ("", "40 more seeds would tell a difference of the size seen"),
      ("--effect 0.2", "there are seeds enough to tell a difference of 0.2"),
      ("--effect 0.01", "1095 more seeds would tell a difference of 0.01"),
    ] {
      let result = try scratch.bash("lorabook compare two \(options)")
      let lines = result.lines
      #expect(
        lines[0] == "rslora against lora: no clear difference in 1 of 1 setting (paired, 6 seeds).")
      #expect(
        lines[1] == "Where it is unclear, \(words) (80 % power, paired t-test).", "\(options)")
    }
    let refused = try scratch.lorabook("compare", "two", "--effect", "0")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("--effect: '0' is no size of a difference"))
  }

  @Test(
    "Where unpaired sides cannot be told apart it says how many more seeds a side would tell",
    arguments: [
      // Both sides vary by 0.11832, their means differ by 0.05: 89 a side (statsmodels' TTestIndPower).
      ("", "83 more seeds a side would tell a difference of the size seen"),
      ("--effect 0.3", "there are seeds enough to tell a difference of 0.3"),
      ("--effect 0.01", "2193 more seeds a side would tell a difference of 0.01"),
      ("--effect 1e-6", ""),
    ])
  func unpairedSeeds(options: String, words: String) throws {
    let log = try scratch.bash(
      """
      seed=0
      for error in 0.6 0.45 0.7 0.5 0.65 0.4; do
        seed=$((seed + 1))
        other=$(awk "BEGIN { print $error + 0.05 }")
        lorabook log --sweep two --seed $seed --rank 8 --alpha 16 --rule lora --error $error &&
        lorabook log --sweep two --seed 1$seed --rank 8 --alpha 16 --rule rslora --error $other || exit 1
      done
      """)
    #expect(log.status == 0, "\(log.errors)")
    let lines = try scratch.bash("lorabook compare two \(options)").lines
    #expect(lines[0] == "rslora against lora: no clear difference in 1 of 1 setting (unpaired).")
    let told =
      words.isEmpty
      ? "Not even a million seeds a side would tell a difference of 1e-6"
      : "Where it is unclear, \(words)"
    #expect(lines[1] == "\(told) (80 % power, Welch's t-test).", "\(lines)")
  }
}
