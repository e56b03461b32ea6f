import LoRASpectra
import Testing

@testable import Rendering

@Suite("The tables of a sweep")
struct SweepTablesTests {
  /// The settings of a cell with its measurements.
  struct Setting {
    var profile = "style"
    var shape = Shape(d: 8, k: 6)
    var noise = 0.01
    var alpha = 16.0
    var rank = 2
    var rule = "lora"
    var seeds = 1
    /// Every measurement is computed from this number, so that a table shows its source.
    var number = 0.0

    var row: [Value] {
      [
        .text(profile), .integer(Int64(shape.d)), .integer(Int64(shape.k)), .real(noise),
        .real(alpha), .integer(Int64(rank)), .text(rule), .real(alpha / Double(rank)),
        .integer(Int64(seeds)), .real(number), .real(number + 0.5),
        // Rules share it.
        .real((number / 10).rounded(.down) * 10 + 0.25),
      ]
    }
  }

  private func sections(_ settings: [Setting], spectra: [[Value]] = []) -> [ResultTable] {
    titled(settings, spectra: spectra).map(\.table)
  }

  private func titled(
    _ settings: [Setting], spectra: [[Value]] = [], hasFixedFactors: Bool = true
  ) -> [SweepTables.Section] {
    SweepTables.sections(
      cells: ResultTable(
        columns: [
          "profile", "d", "k", "noise", "alpha", "rank", "rule", "scale", "n", "error",
          "truncation_error", "variance_captured",
        ], rows: settings.map(\.row)),
      spectra: ResultTable(
        columns: ["profile", "d", "k", "noise", "seed", "position", "singular_value"],
        rows: spectra), hasFixedFactors: hasFixedFactors)
  }

  @Test("are four: singular values, error, scale, variance captured")
  func fourSections() {
    let titles = titled([Setting()]).map(\.title)
    #expect(titles.count == 4)
    for (title, start) in zip(
      titles, ["Largest singular values", "Error by rank", "Scale s by", "Variance captured by"])
    {
      #expect(title.hasPrefix(start))
    }
  }

  @Test("leave out what nothing is recorded of, as of a training")
  func unrecorded() {
    let cells = ResultTable(
      columns: [
        "profile", "d", "k", "noise", "alpha", "rank", "rule", "scale", "n", "error",
        "truncation_error", "variance_captured",
      ],
      rows: [Setting(rank: 2), Setting(rank: 4)].map {
        Array($0.row.dropLast(2)) + [.absent, .absent]
      })
    let sections = SweepTables.sections(
      cells: cells, spectra: ResultTable(columns: ["profile", "d", "k"], rows: []),
      hasFixedFactors: false)
    #expect(
      sections.map(\.table.columns).dropFirst() == [
        ["profile", "rank", "lora"], ["rank", "lora"],
      ])
  }

  @Test("have the formula of fixed factors in a title only where factors are held fixed")
  func formula() {
    #expect(titled([Setting()])[1].title.contains("(1 - s)²"))
    #expect(!titled([Setting()], hasFixedFactors: false)[1].title.contains("(1 - s)²"))
  }

  @Test("show measurements that rank, α and rule do not give in rows of their own")
  func measuredElsewhere() {
    // The scale and the variance captured of a label differ between profiles.
    var rows = [Setting(number: 1), Setting(profile: "facts", number: 2)].map(\.row)
    rows[1][7] = .real(3)
    rows.append(Setting(rule: "rslora", number: 14).row)
    let tables = SweepTables.sections(
      cells: ResultTable(
        columns: [
          "profile", "d", "k", "noise", "alpha", "rank", "rule", "scale", "n", "error",
          "truncation_error", "variance_captured",
        ], rows: rows),
      spectra: ResultTable(columns: ["profile", "d", "k"], rows: []), hasFixedFactors: false
    ).map(\.table)
    #expect(tables[2].columns == ["profile", "rank", "lora", "rslora"])
    #expect(tables[2].rows.map { $0[2] } == [.real(8), .real(3)])
    #expect(tables[3].columns == ["rank", "rule", "style", "facts"])
    #expect(tables[3].rows.map { $0[2] } == [.real(0.25), .real(10.25)])
  }

  @Test("put error and scale by rank and rule, variance captured by rank and profile")
  func pivots() {
    var settings: [Setting] = []
    for (index, profile) in ["style", "facts"].enumerated() {
      for rank in [4, 2] {
        for (offset, rule) in ["rslora", "lora"].enumerated() {
          settings.append(
            Setting(
              profile: profile, rank: rank, rule: rule,
              number: Double(index * 100 + rank * 10 + offset)))
        }
      }
    }
    let tables = sections(settings)
    #expect(
      tables[1]
        == ResultTable(
          columns: ["profile", "rank", "rslora", "lora", "truncation"],
          rows: [
            [.text("style"), .integer(4), .real(40), .real(41), .real(40.5)],
            [.text("style"), .integer(2), .real(20), .real(21), .real(20.5)],
            [.text("facts"), .integer(4), .real(140), .real(141), .real(140.5)],
            [.text("facts"), .integer(2), .real(120), .real(121), .real(120.5)],
          ]))
    #expect(
      tables[2]
        == ResultTable(
          columns: ["rank", "rslora", "lora"],
          rows: [[.integer(4), .real(4), .real(4)], [.integer(2), .real(8), .real(8)]]))
    #expect(
      tables[3]
        == ResultTable(
          columns: ["rank", "style", "facts"],
          rows: [
            [.integer(4), .real(40.25), .real(140.25)], [.integer(2), .real(20.25), .real(120.25)],
          ]))
  }

  @Test("show a column for each setting that varies, and for no other")
  func varyingSettings() {
    let base = Setting()
    var shaped = base
    shaped.shape = Shape(d: 4, k: 4)
    var noisy = base
    noisy.noise = 0.5
    var stronger = base
    stronger.alpha = 32
    let cases: [(Setting, place: [String], alpha: [String])] = [
      (base, [], []), (shaped, ["shape"], []), (noisy, ["noise"], []),
      (stronger, [], ["alpha"]),
    ]
    for (other, place, alpha) in cases {
      let tables = sections([base, other])
      #expect(tables[1].columns == place + ["profile", "rank"] + alpha + ["lora", "truncation"])
      #expect(tables[2].columns == ["rank"] + alpha + ["lora"])
      #expect(tables[3].columns == place + ["rank", "style"])
    }
    let tables = sections([base, shaped])
    #expect(tables[1].rows.map(\.first) == [.text("8x6"), .text("4x4")])
  }

  @Test("say over how many seeds they are means, where there are several")
  func seedsInTitles() {
    let one = titled([Setting()]).map(\.title)
    #expect(!one.contains { $0.contains("mean") })
    let many = titled([Setting(seeds: 100), Setting(rank: 4, seeds: 100)]).map(\.title)
    #expect(many.map { $0.contains("mean over 100 repeats") } == [false, true, false, true])
  }

  @Test("put the singular values of an update in one row")
  func singularValues() {
    let spectra = ["style", "facts"].enumerated().flatMap { index, profile in
      (1...3).map { position -> [Value] in
        [
          .text(profile), .integer(8), .integer(6), .real(0.01), .integer(42),
          .integer(Int64(position)), .real(Double(10 * index) + 1 / Double(position)),
        ]
      }
    }
    let table = sections([Setting()], spectra: spectra)[0]
    #expect(table.columns == ["profile", "seed", "σ1", "σ2", "σ3"])
    let expected: [[Value]] = [
      [.text("style"), .integer(42), .real(1), .real(0.5), .real(1.0 / 3)],
      [.text("facts"), .integer(42), .real(11), .real(10.5), .real(10 + 1.0 / 3)],
    ]
    #expect(table.rows == expected)
  }

  @Test("leave empty what was not recorded, and are not made where nearly all would be empty")
  func holes() throws {
    let unlike = SweepTables.pivot(
      ResultTable(
        columns: ["rank", "rule", "error"],
        rows: (1...1000).map { [.integer($0), .text("r\($0)"), .real(1)] }),
      keys: ["rank"], across: "rule", values: "error")
    #expect(unlike == nil)
    let pivoted = SweepTables.pivot(
      ResultTable(
        columns: ["rank", "rule", "error"],
        rows: [
          [.integer(2), .text("lora"), .real(1)], [.integer(4), .text("unit"), .real(2)],
          [.integer(4), .text("unit"), .real(3)],
        ]), keys: ["rank"], across: "rule", values: "error")
    let table = try #require(pivoted)
    #expect(table.columns == ["rank", "lora", "unit"])
    #expect(
      table.rows == [[.integer(2), .real(1), .absent], [.integer(4), .absent, .real(2)]])
    #expect(sections([]).allSatisfy { $0.rows.isEmpty })
  }
}
