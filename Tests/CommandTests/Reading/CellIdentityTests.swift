import Foundation
import TestSupport
import Testing

@Suite("Cells and pairs")
struct CellIdentityTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Imports runs of 8x8 at noise 0, given as `sweep,seed,profile,rank,alpha,rule,scale,error`.
  private func importRuns(_ rows: [String]) throws {
    let lines = rows.map { row -> String in
      let fields = row.split(separator: ",", omittingEmptySubsequences: false)
      return (fields[..<2] + ["8", "8"] + fields[2...]).joined(separator: ",")
    }
    let head = "sweep,seed,d,k,profile,rank,alpha,rule,scale,error\n"
    try scratch.write(head + lines.joined(separator: "\n") + "\n", to: "runs.csv")
    let result = try scratch.lorabook("import", "runs.csv")
    #expect(result.status == 0, "\(result.errors)")
  }

  private func bash(_ line: String) throws -> Scratch.Result {
    let result = try scratch.bash(line)
    #expect(result.status == 0, "\(line): \(result.errors)")
    return result
  }

  /// Three seeds of a label with two scales at each rank, and of lora.
  private func importLabels() throws {
    try importRuns(
      [2, 4].flatMap { rank in
        (1...3).flatMap { seed in
          [
            "lab,\(seed),task,\(rank),16,tuned,0.5,0.\(seed)",
            "lab,\(seed),task,\(rank),16,lora,,0.3",
            "lab,\(seed),task,\(rank),16,tuned,2,0.\(seed)5",
          ]
        }
      })
  }

  @Test("that differ in a label's scale alone are each in show, compare, plot and report")
  func labelScales() throws {
    try importLabels()
    let shown = try bash("lorabook show lab --format csv").lines
    #expect(shown.count == 7)
    #expect(shown[0].hasSuffix("variance_captured,label_scale"))
    let table = try bash("lorabook show lab").output
    #expect(table.split(separator: "\n").count { $0.hasPrefix("task ") } == 6)
    #expect(table.contains("0.25"))
    let ranks = try bash("lorabook compare lab --by rank --format csv").lines
    #expect(ranks.count == 4)
    #expect(ranks[0].hasPrefix("d,k,profile,noise,alpha,rule,label_scale,metric,2_n"))
    #expect(ranks.dropFirst().allSatisfy { $0.contains(",error,3,") })
    let rules = try bash("lorabook compare lab --format csv").lines
    #expect(rules.count == 3)
    #expect(rules[0].contains("tuned (s = 0.5)_n") && rules[0].contains("tuned (s = 2)_n"))
    let picture = try bash("lorabook plot lab --script").output
    #expect(picture.contains("tuned, s = 0.5") && picture.contains("tuned, s = 2"))
    let html = try scratch.bash("lorabook report lab -o r.html && cat r.html").output
    #expect(html.contains("tuned (s = 0.5)"))
    #expect(html.contains(">s = 0.5<") && html.contains(">s = 2<"))
    #expect(!html.contains("error² = (1 − s)²"))
  }

  @Test("of a label with one scale at each rank are compared by rank and rule")
  func scaleOfEachRank() throws {
    try importRuns(
      [2, 4].flatMap { rank in
        (1...3).flatMap { seed in
          [
            "lab,\(seed),task,\(rank),16,own,\(3.0 / Double(rank)),0.\(seed)",
            "lab,\(seed),task,\(rank),16,lora,,0.\(seed)5",
          ]
        }
      })
    #expect(try bash("lorabook compare lab --by rank --format csv").lines.count == 3)
    let rules = try bash("lorabook compare lab --format csv").lines
    #expect(rules.count == 3)
    #expect(rules[0].hasPrefix("d,k,profile,noise,rank,alpha,metric,own_n"))
  }

  @Test("of names whose bytes differ are not one")
  func bytes() throws {
    let names = ["caf\u{e9}", "cafe\u{301}"]
    try importRuns(
      names.enumerated().flatMap { index, name in
        (1...2).flatMap { seed in
          [
            "rules,\(seed),task,2,16,\(name),1,\(index + 1)",
            "profiles,\(seed),\(name),2,16,lora,,\(index + 1)",
          ]
        }
      })
    for (sweep, setting) in [("rules", "rule"), ("profiles", "profile")] {
      let rows = try bash("lorabook compare \(sweep) --by \(setting) --format csv").lines
      #expect(rows.count == 2)
      for name in names { #expect(Array(rows[0].utf8).contains(Array("\(name)_n".utf8))) }
      #expect(rows[1].contains(",2,1,0,") && rows[1].contains(",2,2,0,"))
      let script = try bash("lorabook plot \(sweep) --script").output
      for name in names { #expect(Array(script.utf8).contains(Array(name.utf8))) }
    }
    let one = try bash("lorabook plot profiles --script --profile '\(names[1])'").output
    #expect(!Array(one.utf8).contains(Array(names[0].utf8)))
    #expect(Array(try bash("lorabook show rules").output.utf8).contains(Array(names[1].utf8)))
    // Files whose names a reader cannot tell apart.
    for (name, value) in zip(names, [5, 1]) { try scratch.write("\(value)\n", to: "\(name).txt") }
    _ = try bash(
      """
      lorabook sweep --quiet --name files --shapes 8x8 --ranks 1,2 --noise 0.5 \
        --profiles 'file:\(names[0]).txt,file:\(names[1]).txt'
      lorabook verify files --quiet
      """)
  }

  @Test("are matched by singular values before labels, and compare says where they differ")
  func labels() throws {
    try scratch.write("5\n3\n", to: "s.txt")
    let grid = "--quiet --seeds 0-2 --shapes 8x8 --ranks 2 --rules lora"
    _ = try bash("lorabook sweep \(grid) --name one --profiles file:s.txt,style")
    try scratch.write("9\n1\n", to: "s.txt")
    _ = try bash("lorabook sweep \(grid) --name two --profiles file:s.txt,linear:5:0.5:4")
    let result = try bash("lorabook compare one two --format csv")
    #expect(result.lines.count == 3)
    #expect(result.lines[1].hasPrefix("8,8,file:s.txt,") && result.lines[1].contains(",0,0.00"))
    #expect(result.lines[2].hasPrefix("8,8,style,"))
    #expect(result.lines[2].hasSuffix(",3,0,0,0,0,0,0"))
    #expect(
      result.errors.contains("'file:s.txt' has other singular values in 'two' than in 'one'"))
    #expect(result.errors.contains("'linear:5:0.5:4' of 'two' has the singular values of 'style'"))
    let figure = try scratch.bash("lorabook plot one two --script")
    #expect(figure.errors.contains("has other singular values"))
  }

  @Test("pair logged runs by seed, and those without an equal one not at all")
  func seeds() throws {
    try importRuns(
      (1...3).flatMap { seed in
        ["a,\(seed),x,2,16,lora,,0.\(seed)", "a,\(seed),y,2,16,lora,,0.\(seed)5"]
      })
    let result = try bash("lorabook compare a --by profile --format csv")
    #expect(result.errors.contains("paired on the seeds that both have"))
    #expect(result.lines[0].contains("pairs,mean_difference"))
    #expect(result.lines[1].contains(",3,0.04999999999999999,"))
  }

  @Test("with errors near 1e200 and 1e-200 have intervals", arguments: ["e200", "e-200"])
  func sizes(unit: String) throws {
    try importRuns(
      (1...3).flatMap { seed in
        ["a,\(seed),x,2,16,lora,,\(seed)\(unit)", "a,\(seed),x,2,16,rslora,,\(seed * seed)\(unit)"]
      })
    let row = try bash("lorabook compare a --format csv").lines[1].split(separator: ",")
    #expect(!row.contains { $0.contains("inf") || $0 == "nan" }, "\(row)")
    // n, mean, sd of lora.
    #expect(Double(row[7]) == Double("2\(unit)"))
    let deviation = try #require(Double(row[8]))
    #expect(abs(deviation / (Double("1\(unit)") ?? 1) - 1) < 1e-12)
    let script = try bash("lorabook plot a --script").output
    #expect(script.contains("yerrorbars"))
  }

  @Test("of one seed three times are three runs, not three seeds")
  func repeats() throws {
    try importRuns((1...3).map { "a,7,x,2,16,lora,,0.\($0)" })
    let script = try bash("lorabook plot a --script").output
    #expect(script.contains("Mean of 3 runs"))
    #expect(!script.contains("3 seeds"))
  }

  @Test("of logged runs are given no α, nor the formula of fixed factors")
  func advice() throws {
    try importRuns(["a,1,x,4,16,power:abc,2,0.5", "a,1,x,4,16,lora,,0.25"])
    let rows = try bash(
      "lorabook query best-alpha --param sweep=a --format csv | cut -d, -f6,11,13")
    #expect(rows.lines == ["rule,best_alpha,error_mean_at_scale_1", "power:abc,,", "lora,,"])
    #expect(!(try bash("lorabook show a").output.contains("(1 - s)²")))
  }

  @Test("with a negative mean are candidates of best-setting")
  func negative() throws {
    try importRuns(["a,1,x,2,16,lora,,0.5", "a,1,x,4,16,lora,,0.25"])
    _ = try scratch.sqlite(
      """
      UPDATE measured_run SET error = -error;
      UPDATE cell_summary SET mean = -mean WHERE metric = 'error';
      """)
    let row = try bash("lorabook query best-setting --param sweep=a --format csv").lines
    #expect(row.count == 2 && row[1].contains(",2,16,lora,8,1,-0.5,"))
  }

  @Test("logged under one rule after the other have a winner")
  func winner() throws {
    try importRuns(
      ["lora", "rslora"].flatMap { rule in
        [3, 1, 2].map { "a,\($0),x,8,16,\(rule),,\(rule == "lora" ? 0.2 : 0.1)\($0)" }
      })
    let rows = try bash("lorabook query winning-rule --param sweep=a --format csv").lines
    #expect(rows.count == 2)
    #expect(rows[1].contains(",rslora,0.12,,3,3,0,lora,0.22"), "\(rows[1])")
  }
}
