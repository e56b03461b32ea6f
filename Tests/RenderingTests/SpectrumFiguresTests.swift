import LoRASpectra
import Testing

@testable import Rendering

@Suite("The figures of spectra and of the error's parts")
struct SpectrumFiguresTests {
  private typealias Cell = SweepFiguresTests.Cell

  /// Positions of two singular values, 2 and 1, over a number of seeds.
  private func positions(_ profiles: [String], seeds: Int, deviation: Value) -> ResultTable {
    ResultTable(
      columns: [
        "profile", "d", "k", "noise", "position", "n", "singular_value_mean", "singular_value_sd",
        "ratio_to_largest", "variance_share",
      ],
      rows: profiles.flatMap { profile in
        [(1, 2.0, 0.8), (2, 1.0, 0.2)].map { position, value, share -> [Value] in
          [
            .text(profile), .integer(8), .integer(8), .real(0.01), .integer(position),
            .integer(Int64(seeds)), .real(value), deviation, .real(value / 2), .real(share),
          ]
        }
      })
  }

  private func ranks(_ spectrum: (Value, Value, Value), _ recorded: (Value, Value, Value))
    -> ResultTable
  {
    ResultTable(
      columns: [
        "profile", "d", "k", "noise", "spectrum_rank_mean", "spectrum_rank_min",
        "spectrum_rank_max", "recorded_rank_mean", "recorded_rank_min", "recorded_rank_max",
      ],
      rows: [
        [
          .text("style"), .integer(8), .integer(8), .real(0.01), spectrum.0, spectrum.1,
          spectrum.2, recorded.0, recorded.1, recorded.2,
        ]
      ])
  }

  private let empty = ResultTable(columns: ["profile", "d", "k", "noise"], rows: [])

  @Test("show a line for each profile, and a band where there are several seeds")
  func spectra() throws {
    let figures = SweepFiguresTests.figures([Cell(), Cell(profile: "facts")])
    let one = try figures.spectrum(positions(["style", "facts"], seeds: 1, deviation: .absent))
    #expect(one.panels.count == 1)
    #expect(one.panels[0].series.map(\.form) == [.line, .line])
    #expect(one.panels[0].series.map(\.label) == ["style", "facts"])
    #expect(one.panels[0].series[0].points.map(\.y) == [2, 1])
    let many = try figures.spectrum(positions(["style"], seeds: 9, deviation: .real(1.5)))
    #expect(many.panels[0].series.map(\.form) == [.band, .line])
    // No singular value is below 0.
    #expect(
      many.panels[0].series[0].points == [
        Series.Point(x: 1, y: 2, low: 0.5, high: 3.5), Series.Point(x: 2, y: 1, low: 0, high: 2.5),
      ])
    #expect(many.subtitle.last?.hasPrefix("Band: one standard deviation") == true)
    #expect(throws: FigureError.self) { try figures.spectrum(empty) }
  }

  @Test("mark the rank where 90 % of the variance is passed")
  func crossings() throws {
    let figures = SweepFiguresTests.figures([
      Cell(rank: 1, captured: .real(0.8)), Cell(rank: 2, rule: "lora", captured: .real(1)),
      Cell(rank: 2, rule: "unit", captured: .real(1)),
    ])
    let spectra = positions(["style"], seeds: 3, deviation: .real(0))
    let known = try figures.variance(
      positions: spectra,
      ranks: ranks((.real(1.5), .integer(1), .integer(2)), (.absent, .absent, .absent)))
    let panel = known.panels[0]
    #expect(panel.series.map(\.form) == [.drop, .curve, .marks])
    #expect(panel.series[0].points == [Series.Point(x: 1.5, y: 0.9)])
    // The share of every rank from the spectra, with one mark for each rank that was run.
    #expect(panel.series[1].points.map(\.y) == [0.8, 1])
    #expect(panel.series[2].points.map(\.y) == [0.8, 1])
    #expect(panel.series[2].label == "style: 90 % at rank 1 to 2")
    #expect(panel.guides == [Guide(y: 0.9, label: "90 %")])

    let recorded = try figures.variance(
      positions: empty,
      ranks: ranks((.absent, .absent, .absent), (.real(2), .integer(2), .integer(2))))
    #expect(recorded.panels[0].series.map(\.form) == [.drop, .line])
    #expect(recorded.panels[0].series[1].label == "style: 90 % by rank 2")
    let short = try figures.variance(
      positions: empty, ranks: ranks((.absent, .absent, .absent), (.absent, .absent, .absent)))
    #expect(short.panels[0].series.map(\.label) == ["style: 90 % at no rank run"])
  }

  @Test("stack the parts of the squared error up to their sum, and to 1")
  func decomposition() throws {
    let figures = SweepFiguresTests.figures([Cell()])
    func parts(_ rows: [[Value]]) -> ResultTable {
      ResultTable(
        columns: [
          "profile", "d", "k", "noise", "rank", "alpha", "rule", "scale", "n", "squared_error",
          "squared_truncation", "squared_scaling", "unexplained",
        ],
        rows: rows.map {
          [.text("style"), .integer(8), .integer(8), .real(0.01)] + $0
        })
    }
    func row(_ rank: Int, _ values: Value...) -> [Value] {
      [.integer(Int64(rank)), .real(16), .text("lora"), .real(2), .integer(1)] + values
    }
    let figure = try figures.decomposition(
      parts([
        row(8, .real(1), .real(0.25), .real(0.75), .real(0)),
        row(2, .real(4), .real(1), .real(2), .real(1)),
        row(4, .absent, .absent, .absent, .absent),
      ]))
    #expect(figure.panels.count == 2)
    let (sums, shares) = (figure.panels[0], figure.panels[1])
    #expect(sums.x.ticks?.map(\.text) == ["2", "4", "8"])
    #expect(sums.series.map { $0.points.map(\.low) } == [[0, 0], [1, 0.25]])
    #expect(sums.series.map { $0.points.map(\.high) } == [[1, 0.25], [3, 1]])
    #expect(sums.series.map { $0.points.map(\.x) } == [[1, 3], [1, 3]])
    #expect(sums.captions.map(\.text) == ["2", "1"])
    #expect(shares.series.map { $0.points.map(\.high) } == [[1.0 / 3, 0.25], [1, 1]])
    #expect(figure.notes.count == 2)
    #expect(figure.notes[0].hasPrefix("In 1 cell error² is not the sum of the parts"))
    #expect(figure.notes[1].hasPrefix("Of 1 cell the parts are not known"))
    #expect(throws: FigureError.self) {
      try figures.decomposition(parts([row(2, .absent, .absent, .absent, .absent)]))
    }
  }

  @Test("of the article are four panels, and of one shape, noise level and α")
  func article() throws {
    let cells = [Cell(), Cell(rank: 4), Cell(rule: "rslora"), Cell(profile: "facts")]
    let figures = SweepFiguresTests.figures(cells)
    let spectra = positions(["style", "facts"], seeds: 1, deviation: .absent)
    let rows = ranks((.real(2), .integer(2), .integer(2)), (.absent, .absent, .absent))
    let figure = try figures.article(
      errors: SweepFiguresTests.errors(cells), positions: spectra, ranks: rows)
    #expect(
      figure.panels.map(\.title) == [
        "Singular values", "Variance captured by rank", "Error by rank and rule",
        "Scale by rank and rule",
      ])
    let errors = figure.panels[2].series
    #expect(errors.map(\.label) == ["style, lora", "style, rslora", "facts, lora"])
    // The colour stands for the rule, the dashes for the profile.
    #expect(errors[0].style.colour == errors[2].style.colour)
    #expect(errors[0].style.dash == errors[1].style.dash)
    #expect(errors[0].style.dash != errors[2].style.dash)
    #expect(figure.subtitle == ["1 seed, 8x8, noise 0.01, α = 16."])
    let two = cells + [Cell(alpha: 8)]
    #expect(
      throws: FigureError.tooMany(
        "--kind article", count: 2, limit: 1,
        choices: [FigureError.Choice(setting: .alpha, values: ["16", "8"])])
    ) {
      try SweepFiguresTests.figures(two).article(
        errors: SweepFiguresTests.errors(two), positions: spectra, ranks: rows)
    }
  }
}
