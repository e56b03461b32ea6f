import LoRASpectra
import Rendering
import TestSupport
import Testing

@Suite("A table on a terminal")
struct TableLayoutTests {
  private func lines(
    _ columns: [String], _ rows: [[Value]], width: Int?, rounding: Double = 0
  ) throws -> [String] {
    try TableWriter.text(
      of: ResultTable(columns: columns, rows: rows), style: .plain,
      layout: TableLayout(width: width, rounding: rounding)
    ).split(separator: "\n").map(String.init)
  }

  @Test("is never wider than the terminal, and no number in it is cut")
  func fits() throws {
    var random = SplitMix64(seed: 11)
    let texts = [
      "", "style", "試験の名前はとても長い", "a long text with spaces in it", "👍👍👍👍👍👍", "x\u{301}y",
      "2026-01-31 12:34",
    ]
    for _ in 0..<300 {
      let count = Int.random(in: 1...9, using: &random)
      let names = (0..<count).map { index in
        ["n", "mean_difference", "truncation error", "名前", "spectrum_rank_mean"][
          Int.random(in: 0..<5, using: &random)] + "\(index)"
      }
      let isText = (0..<count).map { _ in Bool.random(using: &random) }
      let rows = (0..<4).map { _ in
        isText.map { isText -> Value in
          isText
            ? .text(texts[Int.random(in: 0..<texts.count, using: &random)])
            : .real((Double.random(in: -100...100, using: &random) * 1000).rounded() / 1000)
        }
      }
      let width = Int.random(in: 40...200, using: &random)
      let printed = try lines(names, rows, width: width)
      for line in printed { #expect(displayWidth(line) <= width, "\(width): \(line)") }
      let whole = try lines(names, rows, width: nil).joined(separator: "\n")
      let numbers = Set(whole.matches(of: #/-?\d+\.\d+/#).map { String($0.output) })
      let kept = Set(
        printed.joined(separator: "\n").matches(of: #/-?\d+\.\d+/#).map { String($0.output) })
      #expect(kept.isSuperset(of: numbers), "\(numbers.subtracting(kept))")
      #expect(!whole.contains("…"))
    }
  }

  @Test("puts headers on several lines before it cuts a text")
  func headers() throws {
    let rows: [[Value]] = [[.text("a name of some length"), .integer(3), .integer(48)]]
    let printed = try lines(["name", "spectrum_rank_mean", "recorded_rank_max"], rows, width: 43)
    #expect(
      printed == [
        "                       spectrum_  recorded_",
        "name                   rank_mean   rank_max",
        "a name of some length          3         48",
      ])
  }

  @Test("cuts the widest texts, and keeps dates and shapes whole")
  func cutsTexts() throws {
    let rows: [[Value]] = [
      [.text("2026-01-31 12:34"), .text("a note that goes on and on"), .integer(7)]
    ]
    #expect(
      try lines(["started", "note", "n"], rows, width: 40) == [
        "started           note                 n",
        "2026-01-31 12:34  a note that goes o…  7",
      ])
  }

  @Test("is a record a row where no columns fit side by side")
  func records() throws {
    let names = (1...8).map { "column\($0)" }
    let printed = try lines(names, [(1...8).map { .real(Double($0) / 3) }], width: 30)
    #expect(printed.count == 9)
    #expect(printed[0].hasPrefix("── 1 ──"))
    #expect(printed[1] == "column1  0.3333")
    #expect(printed[8] == "column8  2.6667")
  }

  @Test("keeps its columns below wide characters")
  func wideCharacters() throws {
    let rows: [[Value]] = [
      [.text("試験"), .text("end")], [.text("👍"), .text("end")], [.text("e\u{301}"), .text("end")],
      [.text("name"), .text("end")],
    ]
    let starts = try lines(["name", "b"], rows, width: nil).dropFirst().map { line in
      displayWidth(String(line.dropLast(3)))
    }
    #expect(starts == [6, 6, 6, 6])
  }

  @Test("shows what rounding left of 0 as ~0, and 0 as 0")
  func zeros() throws {
    let column: [[Value]] = [[.real(0.123456)], [.real(3e-17)], [.real(0)], [.real(-1e-16)]]
    #expect(
      try lines(["x"], column, width: nil).map { $0.filter { $0 != " " } }
        == ["x", "0.1235", "~0", "0", "~0"])
    let tiny: [[Value]] = [[.real(1.5e-16)], [.real(3e-17)]]
    #expect(try lines(["x"], tiny, width: nil)[1].contains("e-16"))
    #expect(
      try lines(["x"], tiny, width: nil, rounding: 1e-12).dropFirst().allSatisfy { $0 == "~0" })
  }

  @Test("gives a column of small numbers the digits they need, the same for all")
  func smallColumns() throws {
    let column: [[Value]] = [[.real(0.00084071)], [.real(0.00341234)], [.real(0.0121)]]
    #expect(
      try lines(["sd"], column, width: nil) == ["     sd", "0.00084", "0.00341", "0.01210"])
  }

  @Test("is coloured only if asked, and then its states by what they are")
  func colours() throws {
    let table = ResultTable(
      columns: ["name", "status"],
      rows: [[.text("a"), .text("finished")], [.text("finished"), .text("failed")]])
    let plain = try TableWriter.text(of: table, style: .plain, layout: TableLayout(width: 80))
    #expect(!plain.contains("\u{1b}"))
    let coloured = try TableWriter.text(
      of: table, style: .plain, layout: TableLayout(width: 80, isColoured: true))
    #expect(coloured.contains("\u{1b}[32mfinished\u{1b}[0m\n"))
    #expect(coloured.contains("\u{1b}[31mfailed"))
    #expect(
      coloured.replacing(#/\u{1b}\[\d+m/#, with: "").split(separator: "\n").map {
        $0.trimmingSuffix(" ")
      }
        == plain.split(separator: "\n").map { String($0) })
  }

  @Test(
    "of sweeps shows the minute they started in, what is planned where runs are missing, and no empty column"
  )
  func sweepList() {
    let names = [
      "sweep_id", "name", "status", "recorded_runs", "planned_runs", "started_at", "seconds",
      "tags", "note",
    ]
    func row(_ recorded: Int64) -> [Value] {
      [
        .integer(1), .text("a"), .text("finished"), .integer(recorded), .integer(4),
        .text("2026-01-31T12:34:56.789Z"), .real(123.456), .text(""), .absent,
      ]
    }
    #expect(
      SweepList.glance(ResultTable(columns: names, rows: [row(4)]))
        == ResultTable(
          columns: ["id", "name", "status", "runs", "started", "seconds"],
          rows: [
            [
              .integer(1), .text("a"), .text("finished"), .integer(4), .text("2026-01-31 12:34"),
              .real(123),
            ]
          ]))
    let partial = SweepList.glance(ResultTable(columns: names, rows: [row(4), row(1)]))
    #expect(partial.columns.contains("planned"))
    #expect(partial.rows.map { partial.value("planned", in: $0) } == [.absent, .integer(4)])
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ end: Character) -> String {
    var text = self
    while text.last == end { text.removeLast() }
    return String(text)
  }
}
