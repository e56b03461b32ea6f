import ExpatSVG
import LoRASpectra
import Rendering
import SQLiteStore

/// The pictures of a report, or in their places the reason why there are none.
final class ReportPictures {
  let drawing: SweepPictures
  /// How many are drawn, so that each has names of its own.
  private var count = 0

  init(drawing: SweepPictures) { self.drawing = drawing }

  /// - Parameter command: what draws the picture alone, for the reader of a page that has it not.
  /// - Throws: what the book throws, `Failure` on Ctrl-C.
  func picture(
    _ kind: PictureKind, of sweep: SweepFacts, command: String
  ) throws -> [ReportPage.Block] {
    let names: [PictureKind: String] = [
      .spectrum: "singular values", .variance: "the variance captured", .error: "the error",
      .scale: "the scale", .decomposition: "what the error is made of",
    ]
    return try blocks(names[kind] ?? kind.rawValue, command: command) {
      try drawing.figure(kind, of: sweep.sweepID)
    }
  }

  /// The picture of a comparison.
  ///
  /// - Throws: what the book throws, `Failure` on Ctrl-C.
  func comparison(
    of tables: ComparisonTables, _ ids: [Int64], by dimension: SweepComparison.Dimension
  ) throws -> [ReportPage.Block] {
    try blocks("the differences", command: nil) {
      try drawing.comparison(of: tables, ids, by: dimension)
    }
  }

  private func blocks(
    _ what: String, command: String?, _ make: () throws -> Figure
  ) throws -> [ReportPage.Block] {
    let figure: Figure
    do {
      // A page is as wide as two panels; side by side, more would be too small to be read.
      figure = try make().inColumns(atMost: 2)
    } catch let error as FigureError {
      switch error {
      case .nothing(let reason):
        return [.paragraph("There is no picture of \(what): \(reason).")]
      case .tooMany(let things, let number, let most, _):
        return [
          .paragraph(
            "There is no picture of \(what): \(number) \(things) are more than the \(most) that can be read."
          )
        ]
          + (command.map { [.command($0, does: "A part of them, chosen with its options:")] } ?? [])
      case .unknownValue:
        return []
      }
    }
    guard Gnuplot.isThere else {
      return [
        .notice(
          "\(figure.title) was not drawn, for there was no gnuplot where this page was made. The tables hold its numbers."
        )
      ]
    }
    do {
      let bytes = try Gnuplot.draw(GnuplotScript.text(of: figure, as: .svg)).picture
      count += 1
      let svg = try InlineSVG(Array(bytes), prefix: "picture-\(count)-")
      return [
        .picture(
          ReportPage.Picture(
            title: ([figure.title] + figure.subtitle).joined(separator: " "), markup: svg.markup,
            width: svg.width, height: svg.height))
      ]
    } catch let failure as Failure where failure.status == .failure {
      return missing(figure, because: failure.message)
    } catch let error as SVGError {
      return missing(figure, because: "gnuplot drew what a page cannot hold: \(error)")
    }
  }

  /// One picture that fails takes no page with it.
  private func missing(_ figure: Figure, because reason: String) -> [ReportPage.Block] {
    StandardError.write("lorabook: \(printable(figure.title)) is not drawn: \(printable(reason))\n")
    return [.notice("\(figure.title) was not drawn: \(printable(reason))")]
  }
}
