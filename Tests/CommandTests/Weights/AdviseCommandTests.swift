import Foundation
import TestSupport
import Testing

@Suite("lorabook advise")
struct AdviseCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func measure(_ adapter: String) throws {
    let result = try scratch.lorabook(
      "measure", "--adapter", Scratch.weights("adapters/\(adapter)"), "--quiet")
    #expect(result.status == 0, "\(result.errors)")
  }

  private func advise(_ options: String) throws -> Scratch.Result {
    try scratch.bash("lorabook advise latest \(options)")
  }

  /// The column of each row of CSV.
  private func column(_ name: String, _ result: Scratch.Result) throws -> [String] {
    let names = try #require(result.lines.first).split(separator: ",").map(String.init)
    let index = try #require(names.firstIndex(of: name), "\(names)")
    return result.lines.dropFirst().map {
      String($0.split(separator: ",", omittingEmptySubsequences: false)[index])
    }
  }

  @Test("gives each module the smallest rank with the energy, and the adapter's own scale")
  func energy() throws {
    try measure("plain")
    for (share, view) in [("0.9", "rank_90"), ("0.95", "rank_95"), ("0.99", "rank_99")] {
      let result = try advise("--energy \(share) --format csv")
      #expect(result.status == 0, "\(result.errors)")
      let expected = try scratch.sqlite("SELECT \(view) FROM modules").split(separator: "\n")
        .map(String.init)
      #expect(try column("rank", result) == expected)
      #expect(
        try Set(column("scale", result))
          == Set(
            scratch.sqlite("SELECT DISTINCT adapter_scale FROM modules").split(separator: ".")[
              0...0
            ].map(String.init)))
      #expect(result.errors.contains("does not tell which rank a newly trained LoRA needs"))
    }
    let usual = try advise("--format csv")
    #expect(try usual.output == advise("--energy 0.99 --format csv").output)
    let alphas = try column("alpha", usual).compactMap(Double.init)
    let scales = try column("scale", usual).compactMap(Double.init)
    let ranks = try column("rank", usual).compactMap(Double.init)
    #expect(zip(alphas, zip(scales, ranks)).allSatisfy { $0 / $1.1 == $1.0 })
    let other = try advise("--for-rule rslora --scale 3 --format csv")
    let others = try column("alpha", other).compactMap(Double.init)
    #expect(zip(others, ranks).allSatisfy { abs($0 / $1.squareRoot() - 3) < 1e-15 })
  }

  @Test("says where an adapter's whole rank is advised, which may have been too low")
  func wholeRanks() throws {
    try measure("plain")
    let all = try scratch.sqlite("SELECT count(*), sum(rank_99 = adapter_rank) FROM modules")
      .split(separator: "|")
    let result = try advise("--energy 0.99")
    #expect(all[1] != "0")
    #expect(
      result.errors.contains("of \(all[1]) of \(all[0]) modules ("), "\(all) \(result.errors)")
    #expect(result.errors.contains("the advised rank is all that the adapter has"))
    #expect(try !advise("--most 1").errors.contains("is all that the adapter has"))
  }

  @Test("spreads a budget, and says what it captures and what it can miss")
  func budget() throws {
    try measure("patterns")
    let result = try advise("--budget 3000 --least 0 --format csv")
    #expect(result.status == 0, "\(result.errors)")
    let spent = try column("parameters", result).compactMap(Int.init).reduce(0, +)
    #expect(spent > 2000 && spent <= 3000)
    #expect(result.errors.contains("\(spent) of 3000 parameters are spread"))
    let few = try advise("--budget 10")
    #expect(few.status == 64)
    #expect(few.errors.contains("'10' parameters are too few"))
  }

  @Test("keeps ranks within limits, and gives the modules of a layer one rank")
  func limits() throws {
    try measure("patterns")
    let limited = try advise("--least 2 --most 3 --format csv")
    #expect(try Set(column("rank", limited).compactMap(Int.init)).isSubset(of: [2, 3]))
    let result = try advise("--per-layer --energy 0.8 --format csv")
    var ranks: [String: Set<String>] = [:]
    for (module, rank) in zip(try column("module", result), try column("rank", result)) {
      let layer =
        module.prefix { !$0.isNumber } + module.drop { !$0.isNumber }.prefix { $0.isNumber }
      ranks[String(layer), default: []].insert(rank)
    }
    #expect(ranks.values.allSatisfy { $0.count == 1 }, "\(ranks)")
    let some = try advise("--include q_proj --exclude 'layers\\.0\\.' --format csv")
    #expect(
      try column("module", some).allSatisfy { $0.contains("q_proj") && !$0.contains("layers.0.") })
  }

  @Test("tells rank from noise for differences, and not for adapters")
  func noise() throws {
    let base = [SafetensorsBytes.random("a.weight", 60, 40, seed: 1)]
    try scratch.write(base, to: "base.safetensors")
    try scratch.write(
      [
        SafetensorsBytes.sum(
          base[0], SafetensorsBytes.random("a.weight", 60, 40, seed: 2), times: 0.1)
      ],
      to: "tuned.safetensors")
    _ = try scratch.bash(
      "lorabook measure --base base.safetensors --tuned tuned.safetensors --quiet")
    let result = try advise("--by-noise --least 0 --format csv")
    #expect(try column("rank", result) == [scratch.sqlite("SELECT noise_rank FROM modules")])
    try measure("plain")
    let adapter = try advise("--by-noise")
    #expect(adapter.status == 64)
    #expect(adapter.errors.contains("Take --energy or --budget"))
  }

  @Test("advises on drawn updates over their seeds, with the range")
  func drawn() throws {
    _ = try scratch.bash(
      "lorabook sweep --name drawn --seeds 0-9 --shapes 16x16,24x12 --noise 0.2 --ranks 2 --quiet")
    let result = try advise("--energy 0.9 --format csv")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.lines.first
        == "profile,d,k,noise,rank,least_rank,most_rank,updates,alpha,rule,scale,variance_captured,parameters"
    )
    #expect(result.lines.count == 5)
    #expect(try Set(column("updates", result)) == ["10"])
    // The view has each seed's own rank.
    let ranges = try scratch.sqlite(
      """
      WITH share AS (
        SELECT profile, d, k, seed, position,
          sum(singular_value * singular_value) OVER (PARTITION BY profile, d, k, seed ORDER BY position)
            / sum(singular_value * singular_value) OVER (PARTITION BY profile, d, k, seed) AS share
        FROM spectra
      ),
      needed AS (
        SELECT profile, d, k, seed, min(position) AS rank FROM share WHERE share >= 0.9
        GROUP BY profile, d, k, seed
      )
      SELECT profile, d, k, min(rank), max(rank) FROM needed GROUP BY profile, d, k ORDER BY 1, 2
      """
    ).split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
    let rows = try zip(
      zip(column("profile", result), column("d", result)),
      zip(column("least_rank", result), column("most_rank", result))
    ).map { [$0.0, $0.1, $1.0, $1.1] }.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
    #expect(rows == ranges.map { [$0[0], $0[1], $0[3], $0[4]] })
    #expect(try column("rank", result) == column("most_rank", result))
    let peft = try advise("--format peft")
    #expect(peft.status == 64)
    #expect(peft.errors.contains("is of drawn updates, which are no modules of a model"))
  }

  @Test("writes LoraConfig's arguments as JSON, and rows by the ending of a file")
  func formats() throws {
    try measure("conv1d_gpt2")
    let result = try advise("--format peft -o lora.json")
    #expect(result.status == 0 && result.output == "", "\(result.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(scratch.read("lora.json").utf8))
    let fields = try #require(object as? [String: Any])
    #expect(fields["fan_in_fan_out"] as? Bool == true)
    #expect(fields["use_rslora"] as? Bool == false)
    #expect(
      try fields["target_modules"] as? [String]
        == scratch.sqlite("SELECT module FROM modules").split(separator: "\n").map(String.init))
    #expect(try advise("-o rows.csv").status == 0)
    #expect(try scratch.read("rows.csv") == advise("--format csv").output)
    #expect(try advise("-o rows.json").status == 0)
    #expect(try scratch.read("rows.json").hasPrefix("["))
    #expect(try advise("--excel").output.hasPrefix("\u{feff}module,"))
    #expect(try advise("--scale 0.5 --decimal-comma").output.contains(";lora;0,5;"))
    for (options, file, words) in [
      ("--format peft", "lora.csv", "--format peft writes JSON. Let it end in .json."),
      ("--format peft", "lora.md", "--format peft writes JSON. Let it end in .json."),
      ("", "lora.xlsx", "which is not written here"), ("", "lora.peft", "or give --format"),
      ("--format peft --excel", "lora.json", "not for --format peft"),
    ] {
      let refused = try advise("\(options) -o \(file)")
      #expect(refused.status == 64 && refused.errors.contains(words), "\(refused.errors)")
    }
    #expect(try scratch.files().filter { $0.hasPrefix("lora.") } == ["lora.json"])
    for options in ["", "--format csv", "--format peft"] {
      let full = try scratch.bash("lorabook advise \(options) > /dev/full")
      #expect(full.status == 74, "\(options): \(full.errors)")
    }
  }

  @Test(
    "refuses what it cannot follow",
    arguments: [
      ("--energy 0.9 --budget 100", "Give one of them"), ("--energy 2", "'2' is no share"),
      ("--energy much", "--energy: 'much' is no number"),
      ("--least 5 --most 2", "'5-2' is no range"),
      ("--for-rule unit", "--for-rule: 'unit' is no rule of PEFT"),
      ("--scale 0", "'0' is no scale"),
      ("--include '('", "--include: '(' is no regular expression"),
      ("--include nothing-like-it", "no module is left"),
    ])
  func refused(options: String, words: String) throws {
    try measure("plain")
    let result = try advise(options)
    #expect(result.status == 64)
    #expect(result.output == "")
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test("refuses sweeps without spectra, and names of kohya for PEFT")
  func noSpectra() throws {
    _ = try scratch.bash("lorabook log --sweep tune --rank 4 --alpha 8 --rule lora --error 0.5")
    let logged = try advise("")
    #expect(logged.status == 64)
    #expect(logged.errors.contains("has no spectra, which advice follows from"))
    try scratch.write(
      [
        SafetensorsBytes.random("lora_unet_mid_attn.lora_down.weight", 2, 6, seed: 1),
        SafetensorsBytes.random("lora_unet_mid_attn.lora_up.weight", 5, 2, seed: 2),
      ], to: "kohya.safetensors")
    let measured = try scratch.bash("lorabook measure --adapter kohya.safetensors --quiet")
    #expect(measured.status == 0, "\(measured.errors)")
    #expect(try advise("").status == 0)
    let peft = try advise("--format peft")
    #expect(peft.status == 64)
    #expect(peft.errors.contains("is a name of kohya's"), "\(peft.errors)")
  }
}
