import LoRASpectra
import Testing

@testable import Rendering

@Suite("A gnuplot script")
struct GnuplotScriptTests {
  /// One panel of one line with intervals.
  static func figure(title: String = "Error", label: String = "lora", panels: Int = 1) -> Figure {
    let series = Series(
      label: label, style: .rule("lora", among: ["lora"]), form: .line,
      points: [
        Series.Point(x: 2, y: 0.5, low: 0.25, high: 0.75), Series.Point(x: 4, y: nil),
        Series.Point(x: 8, y: 0.1),
      ])
    let panel = Panel(
      title: title, x: .ranks([2, 4, 8]), y: .measured("error", [series]), series: [series],
      guides: [Guide(y: 0.3, label: "level")])
    return Figure(
      title: title, subtitle: ["5 seeds."], notes: ["1 run diverged."],
      panels: Array(repeating: panel, count: panels), columns: 2)
  }

  @Test("says the data, the axes and the lines in gnuplot's words, the same each time")
  func wholeScript() {
    let text = GnuplotScript.text(of: Self.figure(), as: .svg)
    #expect(text == GnuplotScript.text(of: Self.figure(), as: .svg))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for expected in [
      "set encoding utf8",
      "set terminal svg size 760,515 noenhanced background '#ffffff' linewidth 1 font 'sans-serif,12'",
      "$panel1_1 << EOD", "2 0.5 0.25 0.75", "8 0.1 0.1 0.1",
      "set label 'Error' at screen 0.0263,0.9534 left font ',15'",
      "set xlabel 'rank r' offset 0,0.4", "set ylabel 'error' offset 1.5,0",
      "set logscale x 2", "set xtics ('2' 2, '4' 4, '8' 8)", "set yrange [0:0.795]",
      "set arrow from graph 0, first 0.3 to graph 1, first 0.3 nohead back lc rgb '#707070' dt 4",
      "set key below vertical maxrows 1 center Left reverse samplen 2.5 spacing 1.1",
      "plot $panel1_1 using 1:2:3:4 with yerrorbars lc rgb '#0072b2' dt 1 lw 1 pt -1 notitle, \\",
      "     $panel1_1 using 1:2 with linespoints lc rgb '#0072b2' dt 1 lw 2 pt 7 ps 0.65 title 'lora'",
      "unset multiplot",
    ] {
      #expect(lines.contains(expected), "\(expected)\n\(text)")
    }
    // A missing value interrupts the line.
    #expect(text.contains("2 0.5 0.25 0.75\n\n8 0.1 0.1 0.1\nEOD\n"))
    #expect(text.hasPrefix("# ") && text.hasSuffix("unset multiplot\n"))
  }

  @Test("names each format's terminal, with plain text in all of them")
  func terminals() {
    let cases: [(PictureFormat, String)] = [
      (.svg, "set terminal svg "), (.png, "set terminal pngcairo size 1520,1030 "),
      (.pdf, "set terminal pdfcairo size 7.9167in,5.3646in "),
      (
        .terminal(columns: 80, lines: 20, isColoured: false),
        "set terminal dumb nofeed noenhanced size 80,20 mono"
      ),
      (
        .terminal(columns: 80, lines: 20, isColoured: true),
        "set terminal dumb nofeed noenhanced size 80,20 ansi256"
      ),
    ]
    for (format, expected) in cases {
      let text = GnuplotScript.text(of: Self.figure(), as: format)
      #expect(text.contains("\n" + expected), "\(text)")
      #expect(text.contains("noenhanced"))
    }
    let plain = GnuplotScript.text(of: Self.figure(), as: cases[3].0)
    #expect(!plain.contains("rgb '#0072b2'") && !plain.contains("multiplot"))
  }

  @Test(
    "has every text in single quotes, where gnuplot runs nothing, and the quotes of a text in double ones"
  )
  func hostileTexts() {
    let hostile = "a'b`touch x`$(touch y)\"{/Bold z}_1^2%s\\\nset output 'z'\r\u{0}\u{2028}\u{feff}"
    for format in [PictureFormat.svg, .png, .terminal(columns: 80, lines: 20, isColoured: true)] {
      let text = GnuplotScript.text(of: Self.figure(title: hostile, label: hostile), as: format)
      let clean = GnuplotScript.text(of: Self.figure(title: "plain", label: "plain"), as: format)
      func lineCount(_ text: String) -> Int {
        text.unicodeScalars.count { ["\n", "\r", "\u{2028}"].contains($0) }
      }
      // The headline wraps, and no other text has more lines than a harmless name's.
      #expect(lineCount(text) <= lineCount(clean) + 1)
      for line in text.split(separator: "\n") where line.contains("touch x") {
        let code = Self.outsideQuotes(line)
        #expect(!code.contains("touch") && !code.contains("`") && !code.contains("\""), "\(line)")
        #expect(!line.hasSuffix("\\") || line.hasSuffix(", \\"), "\(line)")
      }
      #expect(text.contains("'a'.\"'\".'b`touch x`"))
    }
  }

  /// The part of a line that gnuplot reads as code: the line without its single-quoted strings, and
  /// without double-quoted ones that contain only single quotes.
  private static func outsideQuotes(_ line: Substring) -> String {
    var isInside = false
    var code = ""
    for character in line.replacing(/"'+"/, with: "") {
      if character == "'" {
        isInside.toggle()
      } else if !isInside {
        code.append(character)
      }
    }
    #expect(!isInside, "\(line)")
    return code
  }

  @Test("keeps what XML could not hold out of an SVG")
  func xmlTexts() {
    let quoted = GnuplotText.quoted("a&#x1;b\u{ffff}c&#xd;", for: .svg)
    #expect(quoted == "'a&#x26;#x1;b\u{fffd}c&#x26;#xd;'")
    #expect(GnuplotText.quoted("a&#x1;", for: .png) == "'a&#x1;'")
  }

  @Test("has one key for panels that name the same lines, and each panel's own else")
  func keys() {
    var figure = Self.figure(panels: 3)
    var text = GnuplotScript.text(of: figure, as: .svg)
    #expect(text.matches(of: /title 'lora'/).count == 4)
    #expect(text.matches(of: /set key below/).isEmpty)
    #expect(text.contains("$nowhere using 1:2 with linespoints"))
    figure.panels[1].series[0].label = "rslora"
    text = GnuplotScript.text(of: figure, as: .svg)
    #expect(text.matches(of: /set key below/).count == 3)
  }

  @Test("leaves tick texts out where they have no room, powers of two last")
  func ticks() {
    func labelled(_ ranks: [Int], across: Int) -> [String] {
      Axis.ranks(ranks).labelled(across: across).filter(\.isLabelled).map(\.tick.text)
    }
    #expect(labelled([2, 4, 8, 16, 32, 48], across: 50) == ["2", "4", "8", "16", "32", "48"])
    #expect(labelled([2, 4, 8, 16, 32, 48], across: 12) == ["2", "4", "8", "32"])
    #expect(labelled(Array(1...64), across: 50) == ["1", "2", "4", "8", "16", "32", "64"])
    #expect(labelled([3], across: 50) == ["3"])
    let all = Axis.ranks(1...64).labelled(across: 50)
    #expect(all.count == 64)
    #expect(all.map(\.tick.at) == all.map(\.tick.at).sorted())
  }

  @Test("runs its axes over all that is drawn")
  func axes() {
    func series(_ values: [Double]) -> [Series] {
      [
        Series(
          label: "", style: .floor, form: .line,
          points: values.map { Series.Point(x: 1, y: $0, low: $0 - 1, high: $0 + 1) })
      ]
    }
    func ends(_ axis: Axis) -> [Double] { [axis.low, axis.high] }
    #expect(ends(.measured("", series([2, 9]))) == [0, 10.6])
    #expect(ends(.measured("", series([-2]))) == [-3.18, 0])
    #expect(ends(.measured("", series([0.04]), isLogarithmic: true)) == [0.01, 10])
    #expect(ends(.measured("", [])) == [0, 1])
    #expect(ends(.measured("", [], isDifference: true)) == [-1, 1])
    let positions = Axis.positions("i", last: 64)
    #expect(positions.ticks?.map(\.text) == ["1", "10", "20", "30", "40", "50", "60"])
    #expect(Axis.positions("i", last: 1).ticks?.map(\.text) == ["1"])
    #expect(Axis.positions("i", last: 4).ticks?.map(\.text) == ["1", "2", "3", "4"])
  }

  @Test("puts nothing that is not above 0 on a logarithmic axis")
  func logarithmic() {
    let series = Series(
      label: "", style: .floor, form: .line,
      points: [
        Series.Point(x: 1, y: 4, low: -1, high: 9), Series.Point(x: 2, y: 0),
        Series.Point(x: 3, y: 0.5),
      ]
    ).onLogarithmicAxis()
    #expect(
      series.points == [
        Series.Point(x: 1, y: 4, low: 0.5, high: 9), Series.Point(x: 2, y: nil),
        Series.Point(x: 3, y: 0.5),
      ])
  }
}
