import LoRASpectra
import Testing

@testable import Rendering

@Suite("A picture of characters")
struct CharacterCellsTests {
  private let format = PictureFormat.terminal(columns: 80, lines: 20, isColoured: false)

  private func line(_ label: String, _ values: [Double]) -> Series {
    Series(
      label: label, style: .floor, form: .line,
      points: values.enumerated().map { Series.Point(x: Double($0.offset), y: $0.element) })
  }

  private func panel(_ series: [Series]) -> Panel {
    Panel(
      title: "", x: Axis(label: "x", low: 0, high: 3), y: Axis(label: "y", low: 0, high: 1),
      series: series)
  }

  @Test("keeps lines off its frame, which a page need not")
  func room() {
    let figure = Figure(
      title: "", subtitle: [], panels: [panel([line("a", [0, 0.5, 0, 1])])], columns: 1)
    let text = GnuplotScript.text(of: figure, as: format)
    let cell = 1.5 / 13
    #expect(
      text.contains("set yrange [\(GnuplotText.number(-cell)):\(GnuplotText.number(1 + cell))]"),
      "\(text)")
    #expect(!text.contains("set xrange [0:3]"))
    let page = GnuplotScript.text(of: figure, as: .svg)
    #expect(page.contains("set yrange [0:1]") && page.contains("set xrange [0:3]"))
    let inside = panel([line("a", [0.3, 0.5])]).withRoom(columns: 80, lines: 20)
    #expect(inside.y == panel([]).y)
  }

  @Test("gives panels that share an axis the same room, so that they still share it")
  func sharedRoom() {
    let high = panel([line("a", [0.3, 1])])
    let figure = Figure(
      title: "", subtitle: [], panels: [high, panel([line("a", [0.3, 0.5])])], columns: 2)
    let text = GnuplotScript.text(of: figure, as: format)
    let ranges = text.split(separator: "\n").filter { $0.hasPrefix("set yrange") }
    #expect(ranges.count == 2 && ranges.first == ranges.last, "\(ranges)")
    #expect(ranges.first?.contains("[0:1]") == false)
  }

  @Test("names the lines that others hide")
  func hidden() {
    func said(_ series: [Series]) -> [String] {
      var panel = panel(series)
      panel.title = "style"
      return Figure(title: "", subtitle: [], panels: [panel], columns: 1)
        .hiddenLines(columns: 80, lines: 20)
    }
    let top = line("r = 8", [0.5, 0.5, 0.5])
    // A row of characters is about 0.077 high.
    #expect(
      said([line("r = 2", [0.51, 0.5, 0.49]), line("r = 4", [0.5, 0.5, 0.5]), top])
        == ["style: r = 2 and r = 4 lie under r = 8."])
    #expect(said([line("r = 2", [0.5, 0.5, 0.6]), top]) == [])
    // The later line hides the earlier one, not the reverse.
    #expect(said([top, line("r = 2", [0.5, 0.5])]) == [])
    #expect(
      said([line("r = 2", [0.1, 0.9]), line("r = 4", [0.1, 0.5]), line("r = 8", [0.6, 0.9])])
        == ["style: r = 2 lies under other lines."])
  }

  @Test("fills bars with a character for each part")
  func bars() throws {
    func bar(_ label: String, _ low: Double, _ high: Double, _ colour: PlotStyle.Colour) -> Series {
      Series(
        label: label, style: PlotStyle(colour: colour, dash: .solid, mark: .square), form: .bars,
        points: [Series.Point(x: 1, y: high, low: low, high: high)])
    }
    var panel = panel([bar("truncation", 0, 0.5, .blue), bar("scaling", 0.5, 1, .orange)])
    panel.captions = [Caption(x: 1, y: 1, text: "0.7")]
    let figure = Figure(title: "", subtitle: [], panels: [panel], columns: 1)
    let text = GnuplotScript.text(of: figure, as: format)
    #expect(!text.contains("boxxyerror"))
    #expect(text.contains("$panel1_1 using 1:2 with lines lt 1 title 'truncation'"), "\(text)")
    #expect(text.contains("$panel1_2 using 1:2 with lines lt 2 title 'scaling'"))
    // Columns from the left end of a bar to its right end, closer than a character is wide.
    #expect(text.contains("\n0.62 0.5\n0.62 1\n\n") && text.contains("\n1.38 0.5\n1.38 1\n\n"))
    // The bars stand on the frame, and have room for a number above their tops.
    #expect(text.contains("set yrange [0:\(GnuplotText.number(1 + 3.0 / 13))]"), "\(text)")
    #expect(GnuplotScript.text(of: figure, as: .svg).contains("boxxyerror"))
  }

  @Test("writes the ticks of a logarithmic axis in one notation, as a page does")
  func notation() {
    func ticks(_ values: [Double], isLogarithmic: Bool = true) -> [String] {
      let series = [line("a", values)]
      let panel = Panel(
        title: "", x: .ranks([1, 2]), y: .measured("y", series, isLogarithmic: isLogarithmic),
        series: series)
      let figure = Figure(title: "", subtitle: [], panels: [panel], columns: 1)
      return GnuplotScript.text(of: figure, as: .svg).split(separator: "\n").map(String.init)
        .filter {
          $0.hasPrefix("set format y") || $0.hasPrefix("set yt") || $0.contains("ylabel 'y'")
        }
    }
    #expect(
      ticks([2e-5, 5]) == [
        // The title stands farther out, clear of the ticks.
        "set ylabel 'y' offset -0.6,0",
        "set ytics ('1e-05' 1e-5, '1e-04' 0.0001, '1e-03' 0.001, '1e-02' 0.01, '1e-01' 0.1, '1e+00' 1, '1e+01' 10)",
      ])
    #expect(
      Axis(label: "", scale: .logarithmic(base: 10), low: 1e-16, high: 1).powersOfTen?.map(\.text)
        == ["1e-16", "1e-14", "1e-12", "1e-10", "1e-08", "1e-06", "1e-04", "1e-02", "1e+00"])
    #expect(ticks([5, 2e7]).last?.contains("'1e+00' 1, ") == true)
    #expect(
      ticks([2e-4, 5]) == [
        "set ylabel 'y' offset 1.5,0", "set ytics autofreq", "set format y '% g'",
      ])
    #expect(
      ticks([0, 5], isLogarithmic: false) == [
        "set ylabel 'y' offset 1.5,0", "set ytics autofreq", "set format y",
      ])
  }
}
