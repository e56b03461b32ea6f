import LoRASpectra
import Testing

@testable import Rendering

@Suite("The panels of one picture")
struct SharedAxesTests {
  private func panel(_ low: Double, _ high: Double, isLogarithmic: Bool = false) -> Panel {
    let series = [
      Series(
        label: "a", style: .floor, form: .line,
        points: [Series.Point(x: 1, y: low), Series.Point(x: 2, y: high)])
    ]
    return Panel(
      title: "", x: .ranks([1, 2]), y: .measured("error", series, isLogarithmic: isLogarithmic),
      series: series)
  }

  private func ends(_ panels: [Panel]) -> (axes: [[Double]], subtitle: [String]) {
    let figure = Figure(title: "", subtitle: [], panels: panels, columns: 2).withSharedAxes()
    return (figure.panels.map { [$0.y.low, $0.y.high] }, figure.subtitle)
  }

  @Test("share the axis of one quantity")
  func one() {
    let linear = ends([panel(0, 10), panel(-5, 3)])
    #expect(linear.axes == [[-5.48, 10.6], [-5.48, 10.6]])
    #expect(linear.subtitle.isEmpty)
    let powers = ends([
      panel(0.0002, 1, isLogarithmic: true), panel(0.002, 9, isLogarithmic: true),
    ])
    #expect(powers.axes == [[0.0001, 10], [0.0001, 10]])
    #expect(powers.subtitle.isEmpty)
  }

  @Test("share it by row where one axis would flatten a panel, and the subtitle says so")
  func rows() {
    let rows = ends([panel(0, 100), panel(0, 50), panel(0, 1), panel(0, 2)])
    #expect(rows.axes == [[0, 106], [0, 106], [0, 2.12], [0, 2.12]])
    #expect(rows.subtitle == ["Every 2 panels in a row share the axis of error; rows differ."])
    let none = ends([panel(0, 100), panel(0, 1)])
    #expect(none.axes == [[0, 106], [0, 1.06]])
    #expect(none.subtitle == ["The panels differ in the axis of error."])
  }

  @Test("share ranks, and leave out what has no points")
  func ranks() {
    var (small, large) = (panel(0, 1), panel(0, 1))
    (small.x, large.x) = (.ranks([1, 2]), .ranks([2, 64]))
    var empty = panel(0, 1000)
    empty.series = []
    let figure = Figure(title: "", subtitle: [], panels: [small, large, empty], columns: 3)
      .withSharedAxes()
    #expect(figure.panels.allSatisfy { $0.x == .ranks([1, 2, 64]) })
    #expect(figure.panels.allSatisfy { $0.y.high == 1.06 })
    #expect(figure.subtitle.isEmpty)
  }
}
