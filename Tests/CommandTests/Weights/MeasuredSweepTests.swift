import Foundation
import TestSupport
import Testing

@Suite("A sweep of measured modules")
struct MeasuredSweepTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func measure(_ adapter: String, _ options: String = "") throws {
    let path = Scratch.weights("adapters/\(adapter)")
    let result = try scratch.bash("lorabook measure --adapter '\(path)' --quiet \(options)")
    #expect(result.status == 0, "\(result.errors)")
  }

  /// Two checkpoints and their base: six square modules, two of another shape.
  private func checkpoints() throws {
    let base =
      (0..<6).map { SafetensorsBytes.random("m\($0).weight", 16, 16, seed: UInt64($0)) }
      + [SafetensorsBytes.random("wide.weight", 8, 20, seed: 90)]
    try scratch.write(base, to: "base.safetensors")
    for (name, seed) in [("one", UInt64(100)), ("two", 200)] {
      let tuned = base.enumerated().map { index, tensor in
        SafetensorsBytes.sum(
          tensor,
          SafetensorsBytes.random(
            tensor.name, tensor.dimensions[0], tensor.dimensions[1], seed: seed + UInt64(index)),
          times: 0.1)
      }
      try scratch.write(tuned, to: "\(name).safetensors")
      let result = try scratch.bash(
        "lorabook measure --base base.safetensors --tuned \(name).safetensors --ranks 2,4 --quiet")
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  @Test("is shown with its answers first, then modules, errors and provenance")
  func shown() throws {
    try measure("plain")
    let shown = try scratch.lorabook("show", "latest")
    #expect(shown.status == 0, "\(shown.errors)")
    for words in [
      "Sweep 1 'plain': 12 of 12 runs, finished\n",
      "Rank 4 keeps 99 % of the energy of every one of the 4 modules",
      "does not tell which rank a newly trained LoRA needs", "stable", "effective", "99 %",
      "What truncation to a rank loses, mean over the modules of one shape",
      "command   lorabook measure",
    ] {
      #expect(shown.output.contains(words), "\(words): \(shown.output)")
    }
    try checkpoints()
    let difference = try scratch.lorabook("show", "two")
    #expect(difference.output.contains("‖ΔW‖/‖W‖ is 0."), "\(difference.output)")
    #expect(difference.output.contains("beyond noise"))
    let cells = try scratch.lorabook("show", "two", "--format", "csv")
    #expect(cells.lines.count == 1 + 4)
    #expect(try scratch.lorabook("ls").output.contains("two"))
  }

  @Test("is exported as modules, as runs and as executions")
  func exported() throws {
    try measure("plain")
    let modules = try scratch.lorabook("export", "--table", "modules")
    #expect(
      modules.lines.first
        == "sweep_id,sweep,update_id,module,d,k,kind,file,sha256,base_file,base_sha256,dtype,frobenius_norm,base_norm,rounding_floor,adapter_rank,adapter_alpha,adapter_rule,adapter_scale,stable_rank,effective_rank,rank_90,rank_95,rank_99,noise_rank"
    )
    #expect(modules.lines.count == 5)
    let some = try scratch.lorabook("export", "--table", "modules", "--where", "d = 16")
    #expect(some.lines.count == 3)
    let runs = try scratch.lorabook("export", "--format", "csv")
    #expect(runs.lines.count == 13)
    #expect(runs.lines[1].contains(/^1,1,plain,,\d+,\d+,model\.layers\.0\.[\w.]+,,1,,unit,1,0\./))
    let executions = try scratch.lorabook("export", "--table", "executions")
    #expect(executions.lines.count == 2)
    #expect(executions.lines[0].hasPrefix("execution_id,sweep_id,sweep,uuid,shard,shards"))
  }

  @Test("is merged whole and once, with its modules, and comes to the same in another book")
  func merged() throws {
    try measure("plain")
    try measure("rslora", "--db other.db")
    try measure("plain", "--db other.db --name same-update")
    for _ in 0..<2 {
      let merged = try scratch.lorabook("merge", "--db", "all.db", "lorabook.db", "other.db")
      #expect(merged.status == 0, "\(merged.errors)")
    }
    let rows =
      "SELECT sweep, module, sha256, file, adapter_alpha, adapter_rule, rank_99 FROM modules ORDER BY 1, 2"
    #expect(
      try scratch.sqlite(rows, book: "all.db")
        == [scratch.sqlite(rows), scratch.sqlite(rows, book: "other.db")].joined(separator: "\n"))
    #expect(
      try scratch.sqlite(
        "SELECT (SELECT count(*) FROM module), (SELECT count(*) FROM modules)", book: "all.db")
        == "8|12")
    #expect(
      try scratch.sqlite("SELECT profile, position, singular_value FROM spectra ORDER BY 1, 2")
        == scratch.sqlite(
          "SELECT profile, position, singular_value FROM spectra WHERE sweep = 'plain' ORDER BY 1, 2",
          book: "all.db"))
    #expect(try scratch.lorabook("doctor", "--db", "all.db").status == 0)
    _ = try scratch.sqlite(
      "UPDATE spectrum_block SET s1 = 2 * s1 WHERE block_id = 1 << 10", book: "lorabook.db")
    let conflict = try scratch.lorabook("merge", "--db", "all.db", "lorabook.db")
    #expect(conflict.output.contains("conflict"), "\(conflict.output)")
  }

  @Test("is verified from its files, and where they are gone from what is recorded")
  func verified() throws {
    try checkpoints()
    let whole = try scratch.lorabook("verify", "two", "--format", "csv")
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.output.contains("two,singular_value,redrawn update,104,104,0"), "\(whole.output)")
    #expect(whole.output.contains("two,error,recorded spectrum,14,14,0"), "\(whole.output)")
    #expect(!whole.errors.contains("measured again"))
    // Another update of one module.
    _ = try scratch.bash("cp one.safetensors two.safetensors")
    let changed = try scratch.lorabook("verify", "two")
    #expect(changed.status == 0, "\(changed.errors)")
    #expect(
      changed.errors.contains(
        "0 of 7 modules were measured again; the files of the other 7 are not there, or have other contents"
      ), "\(changed.errors)")
    _ = try scratch.bash("rm base.safetensors")
    let gone = try scratch.lorabook("verify", "--all")
    #expect(gone.status == 0, "\(gone.errors)")
    #expect(gone.errors.contains("is not there"), "\(gone.errors)")
  }

  @Test(
    "that was changed is found out by verify",
    arguments: [
      "UPDATE measured_run SET error = error * 1.0001 WHERE run_id = 2",
      "UPDATE module SET rank_95 = rank_95 + 1 WHERE origin_id = 2",
      "UPDATE module SET frobenius_norm = frobenius_norm * 1.001 WHERE origin_id = 2",
      "UPDATE spectrum_block SET s2 = s2 * 0.999 WHERE block_id = 1 << 10",
    ])
  func damaged(sql: String) throws {
    try measure("plain")
    #expect(try scratch.lorabook("verify", "1").status == 0)
    _ = try scratch.sqlite(sql)
    #expect(try scratch.lorabook("verify", "1").status == 1)
  }

  @Test("is compared by module with another of the same model, as adapter or checkpoint")
  func compared() throws {
    try checkpoints()
    let result = try scratch.lorabook("compare", "one", "two", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.lines.first
        == "d,k,profile,noise,rank,alpha,rule,metric,one_n,one_mean,one_sd,one_ci_low,one_ci_high,two_n,two_mean,two_sd,two_ci_low,two_ci_high,pairs,mean_difference,difference_ci_low,difference_ci_high,second_wins,one_diverged,two_diverged"
    )
    #expect(result.lines.count == 5)
    let square = try #require(result.lines.first { $0.hasPrefix("16,16,,,2,,unit,error,6,") })
    #expect(square.split(separator: ",", omittingEmptySubsequences: false)[18] == "6")
    #expect(try scratch.lorabook("compare", "one", "two").output.contains("module"))
  }

  @Test("is compared with drawn updates, whose profiles and noise levels are pooled")
  func besideDrawn() throws {
    try checkpoints()
    _ = try scratch.bash(
      "lorabook sweep --name drawn --shapes 16x16 --ranks 2,4 --rules unit --noise 0,0.1 --seeds 1-3 --quiet"
    )
    let result = try scratch.lorabook("compare", "two", "drawn", "--format", "csv")
    #expect(result.status == 0, "\(result.errors)")
    let square = try #require(result.lines.first { $0.hasPrefix("16,16,,,2,,unit,error,6,") })
    // Three seeds, two profiles and two noise levels; no pairs.
    let fields = square.split(separator: ",", omittingEmptySubsequences: false)
    #expect(fields[13] == "12")
    #expect(fields[18] == "0" || fields[18] == "", "\(square)")
    let table = try scratch.lorabook("compare", "two", "drawn")
    #expect(
      (table.output + table.errors).contains(
        "real weights have no profile and no noise level, so drawn updates of all of them are pooled"
      ))
  }

  @Test("has pictures of spectra, of the rank by depth and of the energy by rank")
  func pictures() throws {
    try measure("patterns")
    for kind in ["module-spectra", "rank-by-depth", "energy-by-rank"] {
      let drawn = try scratch.lorabook("plot", "latest", "--kind", kind, "-o", "\(kind).svg")
      #expect(drawn.status == 0, "\(drawn.errors)")
      #expect(try scratch.read("\(kind).svg").contains("q_proj"), "\(kind)")
      #expect(try scratch.lorabook("plot", "latest", "--kind", kind, "--log").status == 64)
      _ = try scratch.lorabook("sweep", "--quiet", "--db", "drawn.db")
      let none = try scratch.lorabook("plot", "latest", "--kind", kind, "--db", "drawn.db")
      #expect(none.status == 1)
      #expect(none.errors.contains("nothing of it was measured"), "\(none.errors)")
    }
  }

  @Test("has a report with its answers and pictures")
  func report() throws {
    try measure("plain")
    let made = try scratch.lorabook("report", "latest", "-o", "page.html")
    #expect(made.status == 0, "\(made.errors)")
    let page = try scratch.read("page.html")
    for words in ["What the modules answer", "Energy by rank and kind of module", "<svg"] {
      #expect(page.contains(words), "\(words)")
    }
  }

  @Test("has a report beside others that says which loses less, and what each answers")
  func reports() throws {
    try checkpoints()
    try measure("plain")
    try measure("rslora")
    _ = try scratch.bash(
      "lorabook sweep --name drawn --shapes 16x16 --ranks 2,4 --rules unit --seeds 1-3 --quiet")
    for (first, second, finding) in [
      // Two checkpoints, two adapters, and real beside drawn updates.
      ("one", "two", "of 4 cells, "), ("plain", "rslora", "of "), ("one", "drawn", "of 2 cells, "),
    ] {
      let made = try scratch.lorabook("report", first, second, "-o", "page.html")
      #expect(made.status == 0, "\(made.errors)")
      let page = try scratch.page("page.html")
      #expect(page.faults == [])
      let html = try scratch.read("page.html")
      #expect(
        html.contains("<bdi>\(second)</bdi> against <bdi>\(first)</bdi>: \(finding)"), "\(html)")
      let measured = [first, second].count { $0 != "drawn" }
      #expect(page.headings.count { $0 == "What the modules answer" } == measured)
      #expect(html.split(separator: "does not tell which rank a newly").count == measured + 1)
      #expect(html.contains("% of the energy of "))
      #expect(page.preformatted.contains("lorabook advise \(first)"))
      #expect(!page.preformatted.contains("lorabook measure sweep.yaml"))
    }
  }

  @Test("has a report on the modules that are selected alone, and says so")
  func selectedReport() throws {
    try measure("plain")
    let names = try scratch.bash(
      "lorabook sql 'SELECT DISTINCT module FROM modules ORDER BY module' --format csv"
    ).lines.dropFirst().map(String.init)
    let (first, other) = (try #require(names.first), try #require(names.last))
    #expect(first != other)
    let made = try scratch.lorabook("report", "plain", "--module", first, "-o", "page.html")
    #expect(made.status == 0, "\(made.errors)")
    let page = try scratch.page("page.html")
    #expect(page.faults == [])
    #expect(page.cells.contains(first) && !page.cells.contains(other), "\(page.cells)")
    #expect(
      try scratch.read("page.html").contains("these alone are shown: <bdi>\(first)</bdi>."))
    let commands = page.preformatted.matches(
      of: /lorabook (?:show|compare|query).*?(?=lorabook |\n|$)/
    )
    .map { String($0.output) }
    #expect(commands.count == 3)
    for command in commands {
      #expect(command.contains(" --module=\(first)"), "\(command)")
      #expect(try scratch.bash(command).status == 0, "\(command)")
    }
    let refused = try scratch.lorabook("report", "plain", "--module", "none", "-o", "none.html")
    #expect(refused.status == 64 && refused.errors.contains("no measured module is named 'none'"))
  }

  @Test("answers by kind of module and depth as its recorded ranks do")
  func queries() throws {
    try measure("patterns")
    let ranks = try scratch.lorabook(
      "query", "rank-by-depth", "--param", "share=0.95", "--format", "csv")
    #expect(ranks.status == 0, "\(ranks.errors)")
    let rows = ranks.lines.dropFirst().map { $0.split(separator: ",").map(String.init) }
    let expected = try scratch.sqlite("SELECT module, rank_95 FROM modules ORDER BY module")
    #expect(
      rows.map { "\($0[2])|\($0[6])" }.sorted().joined(separator: "\n") == expected,
      "\(ranks.output)")
    #expect(rows.allSatisfy { $0[0].contains(".*.") && $0[2].contains(".\($0[1]).") })
    let energy = try scratch.lorabook("query", "energy-by-rank", "--format", "csv")
    let first = try #require(energy.lines.dropFirst().first).split(separator: ",")
    let mean = try scratch.sqlite(
      """
      SELECT avg(variance_captured) FROM runs
      WHERE rank = 1 AND profile GLOB replace('\(first[0])', '*', '[0-9]*')
      """)
    #expect(abs(try #require(Double(first[3])) - (try #require(Double(mean)))) < 1e-12)
  }

  @Test("is selected by module: one by its name, several by a pattern")
  func selected() throws {
    try checkpoints()
    let shown = try scratch.lorabook("show", "two", "--module", "m1,wide", "--format", "csv")
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(
      shown.lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        .map { "\($0[1])x\($0[2]) \($0[5]) \($0[8])" }
        == ["16x16 2 1", "16x16 4 1", "8x20 2 1", "8x20 4 1"])
    let error = try scratch.sqlite(
      "SELECT error FROM runs WHERE sweep = 'two' AND profile = 'm1' AND rank = 2")
    // The shell has fewer digits.
    #expect(shown.lines[1].contains(",\(error.dropLast())"), "\(shown.output)")
    let table = try scratch.lorabook("show", "two", "--module", "m1")
    #expect(table.output.contains("\nm1 ") && !table.output.contains("\nm2 "))
    let runs = try scratch.lorabook("export", "two", "--module", "m*")
    #expect(runs.lines.count == 1 + 12)
    #expect(
      try scratch.lorabook("export", "--module", "wide", "--table", "modules").lines.count == 3)
    #expect(
      try scratch.lorabook("export", "--module", "wide", "--table", "spectra").lines.count == 17)
    let compared = try scratch.lorabook(
      "compare", "one", "two", "--module", "m1,m2,m3", "--format", "csv")
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(compared.lines.count == 3)
    #expect(compared.lines.dropFirst().allSatisfy { $0.contains(",error,3,") })
    let advice = try scratch.lorabook("advise", "two", "--module", "wide", "--format", "csv")
    #expect(advice.lines.dropFirst().map { $0.prefix(5) } == ["wide,"])
    let query = try scratch.bash("lorabook query energy-by-rank two --module 'm2, m3' --format csv")
    #expect(
      query.lines.dropFirst().map { $0.prefix(6) } == ["m2,2,1", "m2,4,1", "m3,2,1", "m3,4,1"])
    let drawn = try scratch.lorabook(
      "plot", "two", "--kind", "module-spectra", "--module", "m3", "--script")
    #expect(drawn.output.contains("m3 (1)") && !drawn.output.contains("wide"), "\(drawn.errors)")
    for command in ["show two", "export two", "advise two", "compare one two"] {
      let none = try scratch.bash("lorabook \(command) --module wise")
      #expect(none.status == 64, "\(command)")
      #expect(none.errors.contains("no measured module is named 'wise'. Did you mean 'wide'?"))
    }
    for command in ["export two --table sweeps", "plot two --kind error"] {
      let refused = try scratch.bash("lorabook \(command) --module wide")
      #expect(refused.status == 64 && refused.errors.contains("--module"), "\(refused.errors)")
    }
  }
}
