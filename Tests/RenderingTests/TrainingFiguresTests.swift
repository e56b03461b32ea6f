import LoRASpectra
import Testing

@testable import Rendering

@Suite("The figures of a trained sweep")
struct TrainingFiguresTests {
  private func rates(_ shares: [Double]) throws -> Figure {
    let table = ResultTable(
      columns: [
        "profile", "d", "k", "noise", "alpha", "init", "schedule", "batch", "optimizer", "rule",
        "rank", "learning_rate", "n", "share_mean", "share_sd", "diverged",
      ],
      rows: shares.enumerated().map { index, share in
        [
          .text("style"), .integer(8), .integer(8), .real(0.01), .real(16), .text("kaiming"),
          .text("constant"), .integer(0), .text("sgd"), .text("lora"), .integer(2),
          .real(Double(index + 1)), .integer(1), .real(share), .absent, .integer(0),
        ]
      })
    return try TrainingFigures(
      sweep: "name", selection: FigureSelection(), level: 0.95, criticalValue: { _ in 2 },
      notes: []
    ).learningRate(table)
  }

  @Test("count the means below 0, which are drawn at 0")
  func below() throws {
    let figure = try rates([0.5, -1.49, -20.5])
    #expect(figure.notes == ["2 means below 0 are drawn at 0."])
    #expect(figure.panels[0].series[0].points.map(\.y) == [0.5, 0, 0])
    #expect(try rates([0.5, -1.49]).notes == ["1 mean below 0 is drawn at 0."])
    #expect(try rates([0.5, 0]).notes == [])
  }
}
