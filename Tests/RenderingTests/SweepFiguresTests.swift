import LoRASpectra
import Testing

@testable import Rendering

@Suite("The figures of a sweep")
struct SweepFiguresTests {
  /// A cell: its settings, and a number from which every measurement is computed.
  struct Cell {
    var profile = "style"
    var shape = Shape(d: 8, k: 8)
    var noise: Value = .real(0.01)
    var alpha = 16.0
    var rank = 2
    var rule = "lora"
    var scale = 8.0
    var seeds = 1
    var mean: Value = .real(0.5)
    var deviation: Value = .absent
    var truncation: Value = .real(0.3)
    var captured: Value = .real(0.91)
    var diverged = 0

    var settings: [Value] {
      [
        .text(profile), .integer(Int64(shape.d)), .integer(Int64(shape.k)), noise,
      ]
    }
  }

  static func cells(_ cells: [Cell]) -> ResultTable {
    ResultTable(
      columns: [
        "profile", "d", "k", "noise", "alpha", "rank", "rule", "scale", "n", "error",
        "truncation_error", "variance_captured", "label_scale", "cell_id",
      ],
      rows: cells.enumerated().map { number, cell in
        cell.settings + [
          .real(cell.alpha), .integer(Int64(cell.rank)), .text(cell.rule), .real(cell.scale),
          .integer(Int64(cell.seeds)), cell.mean, cell.truncation, cell.captured,
          cell.rule == "tuned" ? .real(cell.scale) : .absent, .integer(Int64(number)),
        ]
      })
  }

  static func errors(_ cells: [Cell]) -> ResultTable {
    ResultTable(
      columns: [
        "profile", "d", "k", "noise", "rank", "alpha", "rule", "scale", "n", "error_mean",
        "error_sd",
        "truncation_error_mean", "diverged", "absent", "cell_id",
      ],
      rows: cells.enumerated().map { number, cell in
        cell.settings + [
          .integer(Int64(cell.rank)), .real(cell.alpha), .text(cell.rule), .real(cell.scale),
          .integer(Int64(cell.seeds)), cell.mean, cell.deviation, cell.truncation,
          .integer(Int64(cell.diverged)), .integer(0), .integer(Int64(number)),
        ]
      })
  }

  static func figures(
    _ cells: [Cell], selection: [CellSetting: [String]] = [:], isLogarithmic: Bool = false
  ) -> SweepFigures {
    SweepFigures(
      sweep: "name", cells: Self.cells(cells), selection: FigureSelection(selection),
      isLogarithmic: isLogarithmic, level: 0.95, criticalValue: { _ in 2 }, notes: [])
  }

  private func error(
    _ cells: [Cell], selection: [CellSetting: [String]] = [:], isLogarithmic: Bool = false
  ) throws -> Figure {
    try Self.figures(cells, selection: selection, isLogarithmic: isLogarithmic)
      .error(Self.errors(cells))
  }

  @Test("show an error with the interval of its mean, and none for one seed")
  func intervals() throws {
    let cells = [
      Cell(rank: 4, seeds: 4, mean: .real(2), deviation: .real(0.5)),
      Cell(rank: 2, seeds: 1, mean: .real(3)),
    ]
    let figure = try error(cells)
    let line = try #require(figure.panels[0].series.last)
    // t·s/√n = 2·0.5/2, and the points by rank.
    #expect(
      line.points == [
        Series.Point(x: 2, y: 3), Series.Point(x: 4, y: 2, low: 1.5, high: 2.5),
      ])
    #expect(figure.subtitle[0] == "Mean of 1 to 4 seeds, style, 8x8, noise 0.01, α = 16.")
    let alone = try error([Cell()])
    #expect(alone.subtitle == ["1 seed, style, 8x8, noise 0.01, α = 16."])
    #expect(alone.title == "Error by rank and rule: name")
  }

  @Test("never put unlike cells into one line")
  func panels() throws {
    let base = Cell()
    var cells = [base]
    for change: (inout Cell) -> Void in [
      { $0.profile = "facts" }, { $0.shape = Shape(d: 4, k: 9) }, { $0.noise = .absent },
      { $0.alpha = 8 },
    ] {
      var cell = base
      change(&cell)
      cells.append(cell)
    }
    let figure = try error(cells)
    #expect(
      figure.panels.map(\.title) == [
        "style, 8x8, noise 0.01, α = 16", "facts, 8x8, noise 0.01, α = 16",
        "style, 4x9, noise 0.01, α = 16", "style, 8x8, noise not recorded, α = 16",
        "style, 8x8, noise 0.01, α = 8",
      ])
    #expect(figure.subtitle == ["1 seed."])
    // One rule at one rank with two scales gives two experiments.
    let twice = try error([
      Cell(rule: "tuned", scale: 1, mean: .real(0.1)),
      Cell(rule: "tuned", scale: 2, mean: .real(0.2)),
    ])
    let lines = twice.panels[0].series.filter { $0.form == .line }
    #expect(lines.map(\.label) == ["tuned, s = 1", "tuned, s = 2"])
    #expect(lines.flatMap { $0.points.map(\.y) } == [0.1, 0.2])
    #expect(lines[0].style != lines[1].style)
  }

  @Test("break a line where a mean is missing, and say what diverged")
  func holes() throws {
    let figure = try error([
      Cell(rank: 2, mean: .real(1)), Cell(rank: 4, seeds: 0, mean: .absent, diverged: 2),
      Cell(rank: 8, mean: .real(3)), Cell(rank: 16, mean: .real(1e301)),
    ])
    let line = try #require(figure.panels[0].series.last)
    #expect(line.points.map(\.y) == [1, nil, 3, nil])
    #expect(
      figure.notes == [
        "2 runs diverged (nan or inf), and no mean has a part of them.",
        "1 value is beyond ±1e300 and not drawn.",
      ])
    #expect(throws: FigureError.nothing(reason: "no finite error is recorded")) {
      try error([Cell(seeds: 0, mean: .absent)])
    }
  }

  @Test("show the truncation as the floor, unless the rule unit does")
  func floor() throws {
    let ranks = [Cell(rank: 2), Cell(rank: 4)]
    #expect(try error(ranks).panels[0].series.map(\.label) == ["truncation (floor)", "lora"])
    let unit = try error(ranks + [Cell(rank: 2, rule: "unit")])
    #expect(unit.panels[0].series.map(\.label) == ["lora", "unit"])
    let unknown = [Cell(rank: 2, truncation: .absent), Cell(rank: 4, truncation: .absent)]
    #expect(try error(unknown).panels[0].series.map(\.label) == ["lora"])
  }

  @Test("say what a logarithmic axis leaves out")
  func logarithmic() throws {
    let figure = try error(
      [Cell(rank: 2, mean: .real(0)), Cell(rank: 4, mean: .real(0.02))], isLogarithmic: true)
    #expect(figure.notes == ["1 point is not above 0 and so not on a logarithmic axis."])
    #expect(figure.panels[0].y.scale == .logarithmic(base: 10))
    #expect(figure.panels[0].y.low == 0.01)
  }

  @Test("are kept to what is selected, and a value that no cell has is refused")
  func selection() throws {
    let cells = [Cell(), Cell(profile: "facts"), Cell(alpha: 8), Cell(rule: "unit")]
    let figure = try error(
      cells, selection: [.profile: ["style"], .alpha: ["16"], .rule: ["unit"]])
    #expect(figure.panels.count == 1)
    #expect(figure.panels[0].series.map(\.label) == ["unit"])
    #expect(
      throws: FigureError.unknownValue("4", of: .alpha, known: ["16", "8"])
    ) {
      try FigureSelection([.alpha: ["4"]]).check(against: Self.cells(cells))
    }
  }

  @Test("stand with the profiles of one shape and α beside each other")
  func profilesTogether() throws {
    let cells = [8.0, 16].flatMap { alpha in [Cell(alpha: alpha), Cell(alpha: alpha, rank: 4)] }
    let figure = try error(
      cells
        + cells.map { cell in
          var other = cell
          other.profile = "facts"
          return other
        })
    #expect(
      figure.panels.map(\.title) == [
        "style, α = 8", "facts, α = 8", "style, α = 16", "facts, α = 16",
      ])
  }

  @Test("draw wide intervals of one rank beside each other, and narrow ones in their place")
  func apart() throws {
    func shifts(_ deviation: Double, isLogarithmic: Bool = false) throws -> [String?] {
      let rules = ["lora", "rslora"].flatMap { rule in
        [2, 4].map {
          Cell(
            rank: $0, rule: rule, seeds: 4, mean: .real(1 / Double($0)),
            deviation: .real(deviation), truncation: .absent)
        }
      }
      let panel = try error(rules, isLogarithmic: isLogarithmic).panels[0]
      return panel.series.indices.map(panel.shift)
    }
    #expect(try shifts(0.1).allSatisfy { $0 != nil })
    #expect(try shifts(0.0001).allSatisfy { $0 == nil })
    #expect(try shifts(0.1, isLogarithmic: true).allSatisfy { $0 != nil })
  }

  @Test("have a part that can be drawn where they are too many: the first value to the last")
  func part() throws {
    let cells = (1...16).flatMap { alpha in
      ["style", "facts"].map { Cell(profile: $0, alpha: Double(alpha)) }
    }
    let excess = try #require(throws: FigureError.self) { try error(cells) }
    let selection = try #require(excess.part(of: FigureSelection(), room: 20))
    #expect(selection.values == [.alpha: ["1", "4", "7", "10", "13", "16"]])
    #expect(try error(cells, selection: selection.values).panels.count == 12)
    #expect(
      excess.part(of: FigureSelection([.rule: ["lora"]]), room: 3)?.values
        == [.alpha: ["9"], .rule: ["lora"]])
    #expect(
      excess.part(of: FigureSelection(), room: 1)?.values == [.alpha: ["9"], .profile: ["facts"]])
    #expect(FigureError.nothing(reason: "no").part(of: FigureSelection(), room: 6) == nil)
    let one = FigureError.tooMany(
      "panels", count: 3, limit: 1, choices: [.init(setting: .noise, values: ["0", "1", "2"])])
    #expect(one.part(of: FigureSelection(), room: 6)?.values == [.noise: ["1"]])
  }

  @Test("say how to choose where there are too many panels or lines")
  func tooMany() throws {
    let profiles = (0..<13).map { Cell(profile: "p\($0)") }
    #expect(
      throws: FigureError.tooMany(
        "panels of error", count: 13, limit: 12,
        choices: [FigureError.Choice(setting: .profile, values: profiles.map(\.profile))])
    ) { try error(profiles) }
    let rules = (0..<13).map { Cell(rule: "r\($0)") }
    #expect(
      throws: FigureError.tooMany(
        "lines in one panel of error", count: 13, limit: 12,
        choices: [FigureError.Choice(setting: .rule, values: rules.map(\.rule))])
    ) { try error(rules) }
    #expect(try error(Array(rules.prefix(12))).panels[0].series.count == 12)
  }

  @Test("show scales once for each α, and apart where they were measured elsewhere")
  func scales() throws {
    let cells = [
      Cell(), Cell(profile: "facts"), Cell(rank: 4, scale: 4), Cell(alpha: 8, scale: 4),
    ]
    let figure = try Self.figures(cells).scale()
    #expect(figure.panels.map(\.title) == ["α = 16", "α = 8"])
    #expect(figure.panels[0].series[0].points.map(\.y) == [8, 4])
    #expect(figure.panels[0].guides == [Guide(y: 1, label: "s = 1")])
    let measured = [Cell(rule: "tuned"), Cell(profile: "facts", rule: "tuned", scale: 3)]
    #expect(try Self.figures(measured).scale().panels.map(\.title) == ["style", "facts"])
  }
}
